import JSONCoding

/// Keys and plain scalars.
extension YAMLReader {
  // MARK: Keys

  /// Whether a key with its colon is at the position, on one line.
  func isAtKey() throws(EvaluationError) -> Bool {
    if isAtEntry { return false }
    var ahead = self
    switch ahead.byte() {
    case UInt8(ascii: "?")? where Self.isEnd(ahead.byte(1)):
      throw fault("has a key that begins with ?. Write the key and a colon.")
    case ASCII.quote?, UInt8(ascii: "'")?:
      // A text of several lines is no key.
      do throws(EvaluationError) { _ = try ahead.quoted() } catch { return false }
      guard ahead.line == line else { return false }
      ahead.skipBlanks()
      return ahead.byte() == ASCII.colon && Self.isEnd(ahead.byte(1))
    case ASCII.openBracket?, ASCII.openBrace?, UInt8(ascii: "|")?, UInt8(ascii: ">")?: return false
    default: return ahead.moveToColon()
    }
  }

  /// Moves to the colon behind a plain key.
  ///
  /// - Returns: whether there is one on the line.
  private mutating func moveToColon() -> Bool {
    while let next = byte(), !Self.isBreak(next) {
      if next == ASCII.colon, Self.isEnd(byte(1)) { return true }
      if next == UInt8(ascii: "#"), Self.isBlank(position > 0 ? bytes[position - 1] : nil) { return false }
      position += 1
    }
    return false
  }

  /// The key at the position; moves past its colon.
  mutating func key() throws(EvaluationError) -> YAMLKey {
    if byte() == ASCII.quote || byte() == UInt8(ascii: "'") {
      let key = YAMLKey(text: try quoted(), isPlain: false)
      skipBlanks()
      position += 1
      return key
    }
    try rejectIndicator()
    let start = position
    _ = moveToColon()
    var end = position
    while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 }
    guard end > start else { throw fault("has a colon without a key before it. Put the text into quotes.") }
    position += 1
    return YAMLKey(text: String(decoding: bytes[start..<end], as: UTF8.self), isPlain: true)
  }

  /// Rejects the indicators of what is not read, and those with which no plain scalar begins.
  func rejectIndicator(isInBrackets: Bool = false) throws(EvaluationError) {
    switch byte() {
    case UInt8(ascii: "#")?, UInt8(ascii: "|")?, UInt8(ascii: ">")?:
      throw fault("begins a text with #, | or >. Put it into quotes.")
    case ASCII.minus? where Self.isEnd(byte(1)) || isInBrackets && Self.isFlowIndicator(byte(1)):
      throw fault("has a list (-) where a text or a value in brackets belongs. Begin the list on a line of its own.")
    case UInt8(ascii: "?")? where Self.isEnd(byte(1)) || isInBrackets && Self.isFlowIndicator(byte(1)):
      throw fault("has a key that begins with ?. Write the key and a colon.")
    case UInt8(ascii: "&")?:
      throw fault("has an anchor (&) before a key or behind another one. Put it behind the colon, or quote the text.")
    case UInt8(ascii: "*")?:
      throw fault("has an alias (*) as a key, which is not read. Write the key out, or quote it.")
    case UInt8(ascii: "!")?: throw fault("has a tag (!), which is not read. Leave it out, or quote the text.")
    case UInt8(ascii: "%")? where column == 0: throw fault("has a directive (%), which is not read. Leave it out.")
    case UInt8(ascii: "%")?, UInt8(ascii: "@")?, UInt8(ascii: "`")?:
      throw fault("begins a text with %, @ or `. Put it into quotes.")
    case ASCII.comma?, ASCII.closeBracket?, ASCII.closeBrace?:
      throw fault("begins a text with a comma or a closing bracket. Put it into quotes.")
    default: break
    }
  }

  // MARK: Plain scalars

  /// A plain scalar, also of several lines, as a text or by the core schema.
  mutating func plainBlockScalar(within parent: Int) throws(EvaluationError) -> JSONValue {
    try rejectIndicator()
    var (text, isEnded) = try plainLine()
    var isSeveral = false
    // A comment ends the scalar.
    while !isEnded {
      let before = self
      var breaks = 0
      while true {
        skipBlanks()
        guard Self.isBreak(byte()) else { break }
        takeBreak()
        breaks += 1
      }
      guard breaks > 0, let next = byte(), column > parent, next != UInt8(ascii: "#"), !isAtDocumentEnd else {
        self = before
        break
      }
      text += breaks == 1 ? " " : String(repeating: "\n", count: breaks - 1)
      let line = try plainLine()
      text += line.text
      isEnded = line.isEnded
      isSeveral = true
    }
    return isSeveral ? .string(text) : try scalar(text)
  }

  /// The value of a plain scalar on one line.
  func scalar(_ text: String) throws(EvaluationError) -> JSONValue {
    guard !YAMLScalar.isReadDifferently(text) else {
      throw fault(
        "has \(text.shown) without quotes, a date or a number that programs read differently. Put it into quotes if it is a "
          + "text, or write a number with digits only.")
    }
    guard let value = YAMLScalar.value(of: text) else {
      throw fault("has the number \(text.shown), which is not finite. Put it into quotes if it is a text.")
    }
    return value
  }

  /// The rest of a plain scalar on this line, and whether a comment ends it there.
  private mutating func plainLine() throws(EvaluationError) -> (text: String, isEnded: Bool) {
    let start = position
    var end = position
    var isEnded = false
    while let next = byte(), !Self.isBreak(next) {
      if next == UInt8(ascii: "#"), position > start, Self.isBlank(bytes[position - 1]) {
        skipLine()
        isEnded = true
        break
      }
      if next == ASCII.colon, Self.isEnd(byte(1)) {
        throw fault("has \": \" in a text without quotes. Put the text into quotes, or indent a mapping below its key.")
      }
      position += 1
      if !Self.isBlank(next) { end = position }
    }
    return (String(decoding: bytes[start..<end], as: UTF8.self), isEnded)
  }
}
