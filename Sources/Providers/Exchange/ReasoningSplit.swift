import JSONCoding

/// A model's text split into its reasoning and the answer.
///
/// Reasoning is in blocks at the very beginning of a text, such as `<think>...</think>`, or is everything up to a
/// closing tag whose opening tag was part of the prompt. Such a closing tag is the only one in the text outside code
/// fences, and ends a line or stands on its own. Any other tag belongs to the answer.
struct ReasoningSplit: Sendable, Equatable {
  /// The reasoning without its tags; nil if there is none.
  let thoughts: String?
  /// The text after the reasoning.
  let answer: String

  /// - Parameter canBeOpened: whether the prompt may have contained the opening tag.
  init(in text: String, canBeOpened: Bool = true) {
    var rest = text[...]
    var blocks: [Substring] = []
    while let block = Block(at: rest) {
      // A prompt may ask for these blocks too; without text after them they are the answer.
      if !block.isAlwaysThought, block.rest.allSatisfy(\.isWhitespace) { break }
      blocks.append(block.content)
      rest = block.rest
    }
    if canBeOpened, blocks.isEmpty, let block = Block(closedIn: text) {
      blocks.append(block.content)
      rest = block.rest
    }
    guard !blocks.isEmpty else {
      thoughts = nil
      answer = text
      return
    }
    let words = blocks.map { $0.trimmed() }.filter { !$0.isEmpty }
    thoughts = words.isEmpty ? nil : words.joined(separator: "\n\n")
    answer = rest.trimmed()
  }

  private struct Block {
    let content: Substring
    let rest: Substring
    /// Whether the block never contains anything but reasoning.
    let isAlwaysThought: Bool

    private static let names = ["think", "thinking", "thought", "thoughts", "reasoning", "reflection", "analysis"]
    private static let thoughtNames: Set<String> = ["think", "thinking", "thought", "thoughts"]

    /// The block at the beginning of a text, ignoring white space; an unclosed block extends to the end.
    init?(at text: Substring) {
      let utf8 = text.utf8
      guard let start = utf8.firstIndex(where: { $0 > 32 }), utf8[start] == UInt8(ascii: "<") else { return nil }
      let inside = utf8.index(after: start)
      guard let end = utf8[inside...].prefix(24).firstIndex(of: UInt8(ascii: ">")) else { return nil }
      let name = text[inside..<end].lowercased()
      guard Self.names.contains(name) else { return nil }
      let body = text[utf8.index(after: end)...]
      isAlwaysThought = Self.thoughtNames.contains(name)
      guard let close = Self.closing(name, in: body) else {
        guard isAlwaysThought else { return nil }
        content = body
        rest = body[body.endIndex...]
        return
      }
      content = body[..<close.lowerBound]
      rest = body[close.upperBound...]
    }

    /// Everything before a closing tag, if it is the only one and stands where a model puts it.
    init?(closedIn text: String) {
      guard let tag = Self.onlyClosing(in: text) else { return nil }
      let before = text[..<tag.lowerBound]
      let after = text[tag.upperBound...]
      guard Self.isPlacedByModel(between: before, after), !Self.isInFence(before) else { return nil }
      content = before
      rest = after
      isAlwaysThought = true
    }

    /// Prose mentions the tag within a line, in quotes or as indented code; a model ends its reasoning with it.
    private static func isPlacedByModel(between before: Substring, _ after: Substring) -> Bool {
      let lineStart = before.lastIndex(where: \.isNewline).map(before.index(after:)) ?? before.startIndex
      let line = before[lineStart...]
      let isIndented = line.count < 4 && line.allSatisfy(\.isWhitespace)
      let isBehindWord = before.last.map { !$0.isWhitespace && !"`'\"“‘«(>".contains($0) } ?? true
      guard isIndented || isBehindWord else { return false }
      let rest = after.prefix { !$0.isNewline }
      if rest.allSatisfy(\.isWhitespace) { return true }
      return isIndented && rest.first?.isWhitespace == false
    }

    private static func isInFence(_ before: Substring) -> Bool {
      let lines = before.split(whereSeparator: \.isNewline).map { line in line.drop { $0.isWhitespace } }
      return ["```", "~~~"].contains { fence in !lines.count { $0.hasPrefix(fence) }.isMultiple(of: 2) }
    }

    private static func onlyClosing(in text: String) -> Range<Substring.Index>? {
      guard text.utf8.contains(UInt8(ascii: "/")) else { return nil }
      var found: Range<Substring.Index>?
      for name in ["think", "thinking"] {
        guard first("<\(name)>", in: text[...]) == nil else { return nil }
        guard let tag = first("</\(name)>", in: text[...]) else { continue }
        // A text with several of the tags is about the tags.
        guard found == nil, first("</\(name)>", in: text[tag.upperBound...]) == nil else { return nil }
        found = tag
      }
      return found
    }

    private static func closing(_ name: String, in text: Substring) -> Range<Substring.Index>? {
      first("</\(name)>", in: text)
    }

    /// The first occurrence of a lower-case tag, ignoring case.
    private static func first(_ tag: String, in text: Substring) -> Range<Substring.Index>? {
      let utf8 = text.utf8
      let tag = Array(tag.utf8)
      var start = utf8.startIndex
      while let open = utf8[start...].firstIndex(of: UInt8(ascii: "<")) {
        let end = utf8.index(open, offsetBy: tag.count, limitedBy: utf8.endIndex)
        guard let end else { return nil }
        if utf8[open..<end].elementsEqual(tag, by: { $0 == $1 || $0 | 0x20 == $1 }) { return open..<end }
        start = utf8.index(after: open)
      }
      return nil
    }
  }
}
