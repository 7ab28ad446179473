import JSONCoding

/// Literal and folded scalars.
extension YAMLReader {
  private enum Chomping { case strip, clip, keep }

  /// A text after `|` or `>`.
  ///
  /// - Parameter parent: the parent's indentation.
  mutating func blockScalar(within parent: Int) throws(EvaluationError) -> SourceValue {
    let (start, isFolded) = (line, byte() == UInt8(ascii: ">"))
    position += 1
    let (chomping, given) = try blockHeader()
    // Empty lines at the beginning may have any number of spaces.
    let indentation = if let given { max(parent, 0) + given } else { try blockIndentation(within: parent) }
    var text: [UInt8] = []
    var breaks = takeEmptyLines(indentation)
    var hasText = false
    while isAtLine(of: indentation) {
      text += Array(repeating: ASCII.lineFeed, count: breaks)
      let first = position
      skipLine()
      text += bytes[first..<position]
      hasText = true
      let isIndented = Self.isBlank(bytes[first])
      let ends = position >= bytes.count
      if !ends { takeBreak() }
      breaks = takeEmptyLines(indentation)
      guard isAtLine(of: indentation) else {
        if chomping != .strip, !ends { text.append(ASCII.lineFeed) }
        break
      }
      if isFolded, !isIndented, !Self.isBlank(byte()) {
        if breaks == 0 { text.append(ASCII.space) }
      } else {
        text.append(ASCII.lineFeed)
      }
    }
    if chomping == .keep { text += Array(repeating: ASCII.lineFeed, count: breaks) }
    if hasText, Self.isBlank(byte()), column < indentation { position = lineStart }
    return SourceValue(.scalar(.string(String(decoding: text, as: UTF8.self))), line: start)
  }

  /// The indicators after `|` or `>`; moves to the next line.
  private mutating func blockHeader() throws(EvaluationError) -> (Chomping, indentation: Int?) {
    var chomping: Chomping?
    var indentation: Int?
    while let next = byte(), !Self.isEnd(next) {
      switch next {
      case ASCII.minus where chomping == nil: chomping = .strip
      case ASCII.plus where chomping == nil: chomping = .keep
      case UInt8(ascii: "1")...ASCII.nine where indentation == nil: indentation = Int(next - ASCII.zero)
      default: throw fault("has \"\(UnicodeScalar(next))\" behind | or >, where a digit and one of + and - can be.")
      }
      position += 1
    }
    let before = position
    skipBlanks()
    if byte() == UInt8(ascii: "#"), position > before { skipLine() }
    guard byte() == nil || Self.isBreak(byte()) else {
      throw fault("has text behind | or >. Begin it on the next line.")
    }
    if byte() != nil { takeBreak() }
    return (chomping ?? .clip, indentation)
  }

  /// The indentation of the first line with text; one more than the parent's without any.
  private func blockIndentation(within parent: Int) throws(EvaluationError) -> Int {
    var ahead = self
    var longest = 0
    while ahead.position < bytes.count {
      while ahead.byte() == ASCII.space { ahead.position += 1 }
      guard Self.isBreak(ahead.byte()) else { break }
      longest = max(longest, ahead.column)
      ahead.takeBreak()
    }
    guard ahead.byte() != nil, ahead.column > parent, !ahead.isAtDocumentEnd else { return max(parent + 1, longest) }
    guard longest <= ahead.column else {
      throw ahead.fault("is indented less than an empty line above it. Say the indentation behind | or >.")
    }
    return ahead.column
  }

  /// Moves past lines without text, and past the indentation of the next.
  ///
  /// - Returns: the number of lines.
  private mutating func takeEmptyLines(_ indentation: Int) -> Int {
    var breaks = 0
    while true {
      while column < indentation, byte() == ASCII.space { position += 1 }
      guard Self.isBreak(byte()) else { return breaks }
      takeBreak()
      breaks += 1
    }
  }

  private func isAtLine(of indentation: Int) -> Bool {
    byte() != nil && column == indentation && !isAtDocumentEnd
  }
}
