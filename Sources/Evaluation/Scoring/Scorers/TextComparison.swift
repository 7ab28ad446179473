import JSONCoding

/// Compares a response with the expected output.
struct TextComparison: Sendable {
  /// What the texts are, by what was asked for.
  enum Form: Sendable {
    case text
    /// JSON by a schema: where both texts are JSON, the order of keys, white space and the way in which a number is
    /// written do not count.
    case json
  }

  /// The score of a response against the expected output, both ``comparable(_:)``; nil where there is nothing to compare.
  let score: @Sendable (_ response: String, _ expected: String) -> Double?
  /// Whether the texts are compared as a whole, so that JSON is compared by what it says.
  var comparesWhole = false
  /// How an answer can miss a point that a person might give it, the likeliest first.
  let nearMisses: [NearMisses.Kind]
  /// The expected tokens of an answer, from the tokens of the expected output.
  let answerTokens: @Sendable (_ expectedTokens: Int) -> Int

  /// The score of a response against the expected output, both ``comparable(_:)``.
  func score(_ response: String, _ expected: String, as form: Form) -> Double? {
    if case .json = form, comparesWhole, let response = Self.json(response), let expected = Self.json(expected) {
      return score(response, expected)
    }
    return score(response, expected)
  }

  private static func json(_ text: String) -> String? {
    do { return try JSONValue(parsing: text).canonical.text } catch { return nil }
  }

  /// The text without white space at either end, with one kind of line breaks; tool calls as an answer has them.
  func comparable(_ text: String) -> String {
    let text = ToolCallText.comparable(text.trimmed(), isWhole: comparesWhole)
    // "\r\n" is a single character.
    return text.utf8.contains(UInt8(ascii: "\r")) ? String(text.map { $0 == "\r\n" || $0 == "\r" ? "\n" : $0 }) : text
  }
}
