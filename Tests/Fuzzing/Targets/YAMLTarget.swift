import JSONCoding

@testable import Evaluation

extension FuzzTarget {
  /// YAML: a value written as JSON or as blocks is the same value, JSON is read as JSON, and neither line breaks nor
  /// what is around a value change it.
  static let yaml = FuzzTarget(name: "yaml") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let value = try accepted { try YAMLReader.value(of: text) }
    if let value {
      let lines = text.utf8.reduce(1) { $1 == ASCII.lineFeed || $1 == ASCII.carriageReturn ? $0 + 1 : $0 }
      try requireLines(of: value, 1...lines)
      try requireNotations(of: value.json)
      try requireSurroundings(value, text)
    }
    guard let json = try? JSONValue(parsing: text), isCollection(json), depth(of: json) < YAMLReader.mostDepth else {
      return
    }
    guard let value else {
      // A surrogate without its other half is a fault in YAML, and is repaired in JSON.
      return try require(json.text.containsScalars(of: "\u{fffd}"), "JSON is refused: \(text)")
    }
    try require(isSame(value.json, json), "JSON is read as \(value.json.text), not \(json.text)")
  }

  private static func requireNotations(of json: JSONValue) throws {
    var texts = [json.text]
    if depth(of: json) < YAMLReader.mostDepth { texts.append(blocks(of: json) + "\n") }
    for text in texts {
      guard let again = try accepted({ try YAMLReader.value(of: text) }) else {
        throw FuzzFinding("the value is refused as \(text)")
      }
      try require(isSame(again.json, json), "\(text) is read as \(again.json.text), not \(json.text)")
    }
  }

  /// The value in block style, with literal texts where that is possible, as it stands behind a key or a dash.
  ///
  /// - Parameter parent: the indentation of what it is part of; -1 at the top.
  private static func blocks(of value: JSONValue, within parent: Int = -1) -> String {
    let start = "\n" + String(repeating: " ", count: parent + 1)
    switch value {
    case .object(let object) where !object.isEmpty:
      return object.members.map { member in
        "\(start)\(JSONValue.string(member.key).text):\(blocks(of: member.value, within: parent + 1))"
      }.joined()
    case .array(let values) where !values.isEmpty:
      return values.map { "\(start)-\(blocks(of: $0, within: parent + 1))" }.joined()
    case .string(let text)
    where text.utf8.contains(ASCII.lineFeed) && !text.utf8.contains { $0 < ASCII.space && $0 != ASCII.lineFeed }:
      // Its indentation is said, because it may begin with spaces. All line breaks at its end are kept.
      let isEnded = text.utf8.last == ASCII.lineFeed
      let lines = text.utf8.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }.dropLast(isEnded ? 1 : 0)
      let indentation = String(repeating: " ", count: max(parent, 0) + 1)
      return (isEnded ? " |1+" : " |1-") + lines.map { $0.isEmpty ? "\n" : "\n\(indentation)\($0)" }.joined()
    default: return " " + value.text
    }
  }

  private static func requireSurroundings(_ value: SourceValue, _ text: String) throws {
    guard !text.utf8.starts(with: CSVTable.byteOrderMark) else { return }
    if !text.utf8.contains(ASCII.carriageReturn) {
      for lineBreak in ["\r\n", "\r"] {
        let bytes = text.utf8.flatMap { $0 == ASCII.lineFeed ? Array(lineBreak.utf8) : [$0] }
        let other = String(decoding: bytes, as: UTF8.self)
        let again = try accepted { try YAMLReader.value(of: other) }
        try require(again == value, "with \(lineBreak.debugDescription) the value is \(again?.json.text ?? "refused")")
      }
    }
    let below = try accepted { try YAMLReader.value(of: "# A comment.\n\(text)") }
    try require(below == value.moved(by: 1), "below a comment the value is \(below?.json.text ?? "refused")")
    if text.utf8.last == ASCII.lineFeed {
      let ended = try accepted { try YAMLReader.value(of: text + "...\n# A comment.") }
      try require(ended == value, "before an end mark the value is \(ended?.json.text ?? "refused")")
    }
    try requireIndented(value, text)
  }

  /// The value below a key is the same one.
  private static func requireIndented(_ value: SourceValue, _ text: String) throws {
    // Marks are no text below a key, a number behind | counts from the parent's indentation, and depth has a limit.
    let hasMark = ["---", "...", "|", ">"].contains { text.containsScalars(of: $0) }
    guard !hasMark, depth(of: value.json) < YAMLReader.mostDepth / 2 else { return }
    var isStart = true
    var indented = Array("key:\n".utf8)
    for byte in text.utf8 {
      let isBreak = byte == ASCII.lineFeed || byte == ASCII.carriageReturn
      if isStart, !isBreak { indented += [ASCII.space, ASCII.space] }
      indented.append(byte)
      isStart = isBreak
    }
    let below = try accepted { try YAMLReader.value(of: String(decoding: indented, as: UTF8.self)) }
    try require(below?.json == ["key": value.json], "below a key the value is \(below?.json.text ?? "refused")")
  }

  private static func requireLines(of value: SourceValue, _ lines: ClosedRange<Int>) throws {
    try require(lines.contains(value.line), "a value is on line \(value.line) of \(lines.upperBound)")
    for element in value.list ?? [] { try requireLines(of: element, lines) }
    for member in value.map ?? [] {
      try require(lines.contains(member.line), "a key is on line \(member.line) of \(lines.upperBound)")
      try requireLines(of: member.value, lines)
    }
  }

  private static func isCollection(_ value: JSONValue) -> Bool { value.arrayValue != nil || value.objectValue != nil }

  private static func depth(of value: JSONValue) -> Int {
    switch value {
    case .array(let values): 1 + (values.map(depth).max() ?? 0)
    case .object(let object): 1 + (object.members.map { depth(of: $0.value) }.max() ?? 0)
    default: 1
    }
  }

  /// Whether two values are equal, whatever the notation of their numbers.
  private static func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
    switch (left, right) {
    case (.array(let left), .array(let right)):
      left.count == right.count && zip(left, right).allSatisfy(isSame)
    case (.object(let left), .object(let right)):
      left.count == right.count
        && zip(left.members, right.members).allSatisfy { $0.key == $1.key && isSame($0.value, $1.value) }
    default: left == right || left.doubleValue != nil && left.doubleValue == right.doubleValue
    }
  }
}

extension SourceValue {
  /// The value with every part so many lines further down.
  fileprivate func moved(by lines: Int) -> SourceValue {
    switch content {
    case .scalar: SourceValue(content, line: line + lines)
    case .list(let values): SourceValue(.list(values.map { $0.moved(by: lines) }), line: line + lines)
    case .map(let members):
      SourceValue(
        .map(members.map { Member(key: $0.key, line: $0.line + lines, value: $0.value.moved(by: lines)) }),
        line: line + lines)
    }
  }
}
