import JSONCoding

/// Flow collections, which are how JSON is written.
extension YAMLReader {
  /// A value inside brackets, or a collection in brackets.
  mutating func flowValue() throws(EvaluationError) -> SourceValue {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.mostDepth else { throw fault("is nested deeper than \(Self.mostDepth) levels.") }
    let start = line
    switch byte() {
    case UInt8(ascii: "&")?:
      return try anchored { reader throws(EvaluationError) in try reader.flowValue() }
    case UInt8(ascii: "*")?: return try alias()
    case ASCII.openBracket?: return try flowSequence()
    case ASCII.openBrace?: return try flowMapping()
    case ASCII.quote?, UInt8(ascii: "'")?: return SourceValue(.scalar(.string(try quoted())), line: start)
    default: return SourceValue(.scalar(try plainFlowScalar()), line: start)
    }
  }

  /// Moves to the next content in a collection.
  private mutating func moveToContent(ofCollectionFrom start: Int) throws(EvaluationError) -> UInt8 {
    guard try moveToContent(isInBrackets: true), !isAtDocumentEnd, let next = byte() else {
      throw fault("opens a bracket that is not closed.", line: start)
    }
    return next
  }

  private mutating func flowSequence() throws(EvaluationError) -> SourceValue {
    let start = line
    position += 1
    var values: [SourceValue] = []
    while try moveToContent(ofCollectionFrom: start) != ASCII.closeBracket {
      values.append(try flowValue())
      let next = try moveToContent(ofCollectionFrom: start)
      if next == ASCII.colon { throw fault("has a key in a list. Put it into braces.") }
      try takeComma(next, or: ASCII.closeBracket, from: start)
    }
    position += 1
    return SourceValue(.list(values), line: start)
  }

  private mutating func flowMapping() throws(EvaluationError) -> SourceValue {
    let start = line
    position += 1
    var members = YAMLMembers()
    while try moveToContent(ofCollectionFrom: start) != ASCII.closeBrace {
      let keyLine = line
      let key = try flowKey()
      var value = SourceValue(.scalar(.null), line: keyLine)
      if try moveToContent(ofCollectionFrom: start) == ASCII.colon {
        position += 1
        let next = try moveToContent(ofCollectionFrom: start)
        if next != ASCII.comma, next != ASCII.closeBrace { value = try flowValue() }
      }
      try members.add(key, value, line: keyLine, self)
      try takeComma(moveToContent(ofCollectionFrom: start), or: ASCII.closeBrace, from: start)
    }
    position += 1
    return SourceValue(.map(members.all), line: start)
  }

  private mutating func flowKey() throws(EvaluationError) -> YAMLKey {
    switch byte() {
    case ASCII.quote?, UInt8(ascii: "'")?: return YAMLKey(text: try quoted(), isPlain: false)
    case ASCII.openBracket?, ASCII.openBrace?:
      throw fault("has a list or a mapping as a key. Put a text with braces into quotes.")
    default: return YAMLKey(text: try plainFlowText(), isPlain: true)
    }
  }

  private mutating func takeComma(_ next: UInt8, or end: UInt8, from start: Int) throws(EvaluationError) {
    if next == ASCII.comma {
      position += 1
    } else if next != end {
      throw fault(
        "has neither a comma nor \(UnicodeScalar(end)) behind a value of the brackets opened on line \(start).")
    }
  }

  // MARK: Plain scalars

  private mutating func plainFlowScalar() throws(EvaluationError) -> JSONValue { try scalar(plainFlowText()) }

  /// A text without quotes, which ends at a comma, a bracket or a colon.
  private mutating func plainFlowText() throws(EvaluationError) -> String {
    try rejectIndicator(isInBrackets: true)
    var lines: [String] = []
    var breaks = 0
    while true {
      let text = flowLine()
      if text.isEmpty { break }
      lines.append((lines.isEmpty ? "" : breaks == 1 ? " " : String(repeating: "\n", count: breaks - 1)) + text)
      let before = self
      breaks = 0
      while Self.isBreak(byte()) {
        takeBreak()
        breaks += 1
        skipBlanks()
      }
      if breaks == 0 || byte() == UInt8(ascii: "#") || isAtDocumentEnd {
        self = before
        break
      }
    }
    guard !lines.isEmpty else {
      throw fault("lacks a value before \"\(byte().map { String(UnicodeScalar($0)) } ?? "")\".")
    }
    return lines.joined()
  }

  private mutating func flowLine() -> String {
    let start = position
    var end = position
    while let next = byte(), !Self.isBreak(next) {
      if next == UInt8(ascii: "#"), position > start, Self.isBlank(bytes[position - 1]) { break }
      if next == ASCII.colon, Self.isEnd(byte(1)) || Self.isFlowIndicator(byte(1)) { break }
      if Self.isFlowIndicator(next) { break }
      position += 1
      if !Self.isBlank(next) { end = position }
    }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  static func isFlowIndicator(_ byte: UInt8?) -> Bool {
    switch byte {
    case ASCII.comma?, ASCII.openBracket?, ASCII.closeBracket?, ASCII.openBrace?, ASCII.closeBrace?: true
    default: false
    }
  }
}
