import JSONCoding

@testable import Evaluation

extension FuzzTarget {
  /// YAML: a value written as JSON is the same value, and JSON is read as JSON.
  static let yaml = FuzzTarget(name: "yaml") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let value = try accepted { try YAMLReader.value(of: text) }
    if let value {
      let lines = text.utf8.reduce(1) { $1 == ASCII.lineFeed || $1 == ASCII.carriageReturn ? $0 + 1 : $0 }
      try requireLines(of: value, 1...lines)
      let json = value.json
      guard let again = try accepted({ try YAMLReader.value(of: json.text) }) else {
        throw FuzzFinding("the value as JSON is refused: \(json.text)")
      }
      try require(isSame(again.json, json), "the value as JSON is read as \(again.json.text), not \(json.text)")
    }
    guard let json = try? JSONValue(parsing: text), isCollection(json), depth(of: json) < YAMLReader.mostDepth else {
      return
    }
    guard let value else { throw FuzzFinding("JSON is refused: \(text)") }
    try require(isSame(value.json, json), "JSON is read as \(value.json.text), not \(json.text)")
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
