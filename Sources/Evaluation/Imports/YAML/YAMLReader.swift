import JSONCoding

/// Reads the part of YAML 1.2 that configurations use, and with it JSON, and knows the line of every value.
///
/// It reads block and flow mappings and sequences, plain, quoted, literal and folded scalars, and comments, by the core
/// schema (yaml.org/spec/1.2.2, sections 6 to 10), anchors with their aliases, and merge keys. Tags, directives, keys that
/// are not scalars, a key that occurs twice and a second document are errors with their line. What aliases stand for is
/// limited, so that a short text cannot make a huge value.
struct YAMLReader {
  /// The deepest nesting.
  static let mostDepth = 64

  let bytes: [UInt8]
  var position = 0
  var line = 1
  /// The offset at which the current line begins.
  var lineStart = 0
  var depth = 0
  /// The values with anchors so far, by name.
  var anchors: [String: Anchor] = [:]
  /// What the aliases so far stand for.
  var expansion = Size()

  /// The value of a document; null for an empty one.
  ///
  /// - Throws: ``EvaluationError`` with the line.
  static func value(of text: String) throws(EvaluationError) -> SourceValue {
    var reader = YAMLReader(Array(text.utf8))
    return try reader.document()
  }

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = CSVTable.byteOrderMarkLength(of: bytes)
    lineStart = position
  }

  // MARK: Bytes

  /// The byte at an offset from the position; nil at the end.
  func byte(_ offset: Int = 0) -> UInt8? {
    let index = position + offset
    return index < bytes.count ? bytes[index] : nil
  }

  var column: Int { position - lineStart }

  static func isBreak(_ byte: UInt8?) -> Bool { byte == ASCII.lineFeed || byte == ASCII.carriageReturn }
  static func isBlank(_ byte: UInt8?) -> Bool { byte == ASCII.space || byte == ASCII.tab }
  /// Whether a token ends before this byte.
  static func isEnd(_ byte: UInt8?) -> Bool { byte == nil || isBlank(byte) || isBreak(byte) }

  /// Moves past a line break.
  mutating func takeBreak() {
    if byte() == ASCII.carriageReturn, byte(1) == ASCII.lineFeed { position += 1 }
    position += 1
    line += 1
    lineStart = position
  }

  mutating func skipBlanks() { while Self.isBlank(byte()) { position += 1 } }

  mutating func skipLine() { while position < bytes.count, !Self.isBreak(byte()) { position += 1 } }

  func fault(_ what: String, line other: Int? = nil) -> EvaluationError {
    EvaluationError("Line \(other ?? line) \(what)")
  }

  /// Moves to the next content, over blanks, comments and line breaks.
  ///
  /// - Parameter isInBrackets: whether tabs may indent a line, as in JSON.
  /// - Returns: whether there is any.
  mutating func moveToContent(isInBrackets: Bool = false) throws(EvaluationError) -> Bool {
    while let next = byte() {
      if Self.isBreak(next) {
        takeBreak()
      } else if next == UInt8(ascii: "#"), column == 0 || Self.isBlank(bytes[position - 1]) {
        skipLine()
      } else if !isInBrackets, next == ASCII.tab, bytes[lineStart..<position].allSatisfy({ $0 == ASCII.space }) {
        let indentation = position
        skipBlanks()
        if let content = byte(), !Self.isBreak(content), content != UInt8(ascii: "#"), lineStart <= indentation {
          throw fault("is indented by a tab. YAML is indented by spaces.")
        }
      } else if Self.isBlank(next) {
        position += 1
      } else {
        return true
      }
    }
    return false
  }

  // MARK: Documents

  /// Whether `---` or `...` is at the position.
  func isAtMarker(_ mark: UInt8) -> Bool {
    column == 0 && byte() == mark && byte(1) == mark && byte(2) == mark && Self.isEnd(byte(3))
  }

  var isAtDocumentEnd: Bool { isAtMarker(ASCII.minus) || isAtMarker(ASCII.period) }

  private mutating func document() throws(EvaluationError) -> SourceValue {
    if try moveToContent(), isAtMarker(ASCII.minus) { position += 3 }
    let value = try node(within: -1)
    while try moveToContent() {
      guard isAtMarker(ASCII.period) else {
        throw isAtMarker(ASCII.minus)
          ? fault("begins a second document. Import one document at a time.")
          : fault("does not belong to anything before it. Check its indentation.")
      }
      position += 3
    }
    return value
  }

  // MARK: Blocks

  /// The next node if it is indented more than its parent, else null.
  ///
  /// - Parameter parent: the parent's indentation, -1 at the top.
  mutating func node(within parent: Int) throws(EvaluationError) -> SourceValue {
    let start = line
    guard try moveToContent(), column > parent, !isAtDocumentEnd else {
      return SourceValue(.scalar(.null), line: start)
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.mostDepth else { throw fault("is nested deeper than \(Self.mostDepth) levels.") }
    if byte() == UInt8(ascii: "&") {
      return try anchored { reader throws(EvaluationError) in
        if reader.isAtLineEnd { return try reader.node(within: parent) }
        guard try !reader.isAtKey() else {
          throw reader.fault("has an anchor (&) before a key. Put it behind the colon, or quote the key.")
        }
        return try reader.inlineValue(within: parent)
      }
    }
    if isAtEntry { return try sequence() }
    if try isAtKey() { return try mapping() }
    return try inlineValue(within: parent)
  }

  /// Whether nothing but a comment is left on the line.
  private var isAtLineEnd: Bool { byte() == nil || Self.isBreak(byte()) || byte() == UInt8(ascii: "#") }

  /// Whether `- ` is at the position.
  var isAtEntry: Bool { byte() == ASCII.minus && Self.isEnd(byte(1)) }

  private mutating func sequence() throws(EvaluationError) -> SourceValue {
    let (start, indentation) = (line, column)
    var values: [SourceValue] = []
    while try moveToContent(), column == indentation, isAtEntry, !isAtDocumentEnd {
      position += 1
      values.append(try node(within: indentation))
    }
    try requireDedent(from: indentation)
    return SourceValue(.list(values), line: start)
  }

  private mutating func mapping() throws(EvaluationError) -> SourceValue {
    let (start, indentation) = (line, column)
    var members = YAMLMembers()
    while try moveToContent(), column == indentation, !isAtDocumentEnd, try isAtKey() {
      let keyLine = line
      let key = try self.key()
      try members.add(key, try memberValue(of: indentation), line: keyLine, self)
    }
    try requireDedent(from: indentation)
    return SourceValue(.map(members.all), line: start)
  }

  /// The value after the colon of a key.
  private mutating func memberValue(of indentation: Int) throws(EvaluationError) -> SourceValue {
    skipBlanks()
    return try anchored { reader throws(EvaluationError) in try reader.plainMemberValue(of: indentation) }
  }

  private mutating func plainMemberValue(of indentation: Int) throws(EvaluationError) -> SourceValue {
    let start = line
    if !isAtLineEnd {
      guard !isAtEntry else { throw fault("has a list behind a key. Begin the list on the next line.") }
      return try inlineValue(within: indentation)
    }
    guard try moveToContent(), !isAtDocumentEnd else { return SourceValue(.scalar(.null), line: start) }
    // A list may be as far to the left as its key.
    if column == indentation, isAtEntry { return try sequence() }
    return column > indentation ? try node(within: indentation) : SourceValue(.scalar(.null), line: start)
  }

  /// Rejects content between two levels of indentation.
  private mutating func requireDedent(from indentation: Int) throws(EvaluationError) {
    guard try moveToContent(), !isAtDocumentEnd, column >= indentation, indentation >= 0 else { return }
    // A list at its key's indentation is followed by the next key.
    if column == indentation, try isAtKey() { return }
    throw fault("does not continue what is above it. Check its indentation, and quote texts that contain \": \".")
  }

  /// A value that begins on the current line.
  private mutating func inlineValue(within parent: Int) throws(EvaluationError) -> SourceValue {
    let start = line
    switch byte() {
    case UInt8(ascii: "|")?, UInt8(ascii: ">")?: return try blockScalar(within: parent)
    case UInt8(ascii: "*")?:
      let value = try alias()
      try requireLineEnd()
      return value
    case ASCII.openBracket?, ASCII.openBrace?:
      let value = try flowValue()
      try requireLineEnd()
      return value
    case ASCII.quote?, UInt8(ascii: "'")?:
      let text = try quoted()
      try requireLineEnd()
      return SourceValue(.scalar(.string(text)), line: start)
    default: return SourceValue(.scalar(try plainBlockScalar(within: parent)), line: start)
    }
  }

  private mutating func requireLineEnd() throws(EvaluationError) {
    let before = position
    skipBlanks()
    guard let next = byte(), !Self.isBreak(next) else { return }
    guard next == UInt8(ascii: "#"), position > before else {
      throw fault("has more behind a value. Put the whole text into quotes.")
    }
    skipLine()
  }
}
