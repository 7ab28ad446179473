import JSONCoding

/// Takes apart the thoughts that a model wrote before its answer and the answer.
///
/// Thoughts are blocks at the very beginning of a text, such as `<think>...</think>`, or everything up to a closing tag
/// whose opening one was part of the prompt. A tag further on belongs to the answer.
struct Thoughts: Sendable, Equatable {
  /// Without the tags; nil where the text has none.
  let thoughts: String?
  /// What follows them.
  let answer: String

  init(in text: String) {
    var rest = text[...]
    var blocks: [Substring] = []
    while let block = Block(at: rest) {
      // Words that a prompt may ask for as well: with nothing behind them they are the answer.
      if !block.isAlwaysThought, block.rest.allSatisfy(\.isWhitespace) { break }
      blocks.append(block.content)
      rest = block.rest
    }
    if blocks.isEmpty, let block = Block(closedIn: text) {
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
    /// Whether nothing but thoughts is ever written in it.
    let isAlwaysThought: Bool

    private static let names = ["think", "thinking", "thought", "thoughts", "reasoning", "reflection", "analysis"]
    private static let thoughtNames: Set<String> = ["think", "thinking", "thought", "thoughts"]

    /// The block that a text begins with, white space aside; one that is never closed has everything.
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

    /// Everything up to the first closing tag of thoughts, if it stands at the end of a line and none is opened before.
    init?(closedIn text: String) {
      guard text.utf8.contains(UInt8(ascii: "/")) else { return nil }
      for name in ["think", "thinking"] {
        guard let close = Self.closing(name, in: text[...]) else { continue }
        let before = text[..<close.lowerBound]
        let after = text[close.upperBound...]
        let isAtEndOfLine = after.first.map(\.isNewline) ?? true
        let isAtStartOfLine = before.last.map(\.isNewline) ?? true
        guard isAtEndOfLine || isAtStartOfLine, !before.contains("<\(name)>") else { continue }
        content = before
        rest = after
        isAlwaysThought = true
        return
      }
      return nil
    }

    /// Where `</name>` stands first, whatever its case.
    private static func closing(_ name: String, in text: Substring) -> Range<Substring.Index>? {
      let utf8 = text.utf8
      let tag = Array("</\(name)>".utf8)
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
