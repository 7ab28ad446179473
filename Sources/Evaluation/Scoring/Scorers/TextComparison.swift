import JSONCoding

/// A scorer's comparison of a response with the expected output.
struct TextComparison: Sendable {
  /// The score of a response against the expected output, both ``comparable(_:)``; nil if there is nothing to compare.
  let score: @Sendable (_ response: String, _ expected: String) -> Double?
  /// The near misses of this comparison, the likeliest first.
  let nearMisses: [NearMisses.Kind]
  /// The expected tokens of an answer, from the tokens of the expected output.
  let answerTokens: @Sendable (_ expectedTokens: Int) -> Int

  /// The text trimmed and with one kind of line breaks; tool calls in the form of a stored answer.
  static func comparable(_ text: String) -> String {
    let text = ToolCallText.comparable(text.trimmed())
    // "\r\n" is a single character.
    return text.utf8.contains(UInt8(ascii: "\r")) ? String(text.map { $0 == "\r\n" || $0 == "\r" ? "\n" : $0 }) : text
  }
}
