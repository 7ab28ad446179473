import JSONCoding

/// How a scorer compares a response with the expected output.
struct TextComparison: Sendable {
  /// The score of a response against the expected output, both ``comparable(_:)``; nil where there is nothing to compare.
  let score: @Sendable (_ response: String, _ expected: String) -> Double?
  /// How an answer can miss a point that a person might give it, the likeliest first.
  let nearMisses: [NearMisses.Kind]
  /// Tokens of an answer in the form that the scorer looks for, from the tokens of the expected output.
  let answerTokens: @Sendable (_ expectedTokens: Int) -> Int

  /// The text without white space at either end, with one kind of line breaks; tool calls as an answer has them.
  static func comparable(_ text: String) -> String {
    let text = ToolCallText.comparable(text.trimmed())
    // "\r\n" is a single character.
    return text.utf8.contains(UInt8(ascii: "\r")) ? String(text.map { $0 == "\r\n" || $0 == "\r" ? "\n" : $0 }) : text
  }
}
