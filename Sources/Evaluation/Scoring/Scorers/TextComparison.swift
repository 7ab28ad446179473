import JSONCoding

/// Compares a response with the expected output.
struct TextComparison: Sendable {
  /// What the texts are, by what was asked for.
  enum Form: String, Sendable {
    case text
    /// JSON by a schema: where both texts are JSON, the order of keys, white space and the way in which a number is
    /// written do not count.
    case json
    /// Answers of a model that was offered tools: where both texts are tool calls, in the form of any vendor, their ids
    /// do not count, and neither does the order of several calls, because they are made in parallel.
    case calls

    /// The form as scores record it; nil for text.
    var recorded: String? { self == .text ? nil : rawValue }
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
    switch form {
    case .json where comparesWhole:
      if let response = CheckText.canonicalJSON(response), let expected = CheckText.canonicalJSON(expected) {
        return score(response, expected)
      }
    case .calls:
      if let response = ToolCallText.calls(in: response), let expected = ToolCallText.calls(in: expected) {
        return score(calls: response.map(\.text).sorted(), expected.map(\.text).sorted())
      }
    case .text, .json: break
    }
    return score(response, expected)
  }

  /// The score of calls, both sorted; calls that are not expected count only where the whole is compared.
  private func score(calls response: [String], _ expected: [String]) -> Double? {
    var rest = expected
    let compared = response.filter { call in
      guard let index = rest.firstIndex(of: call) else { return comparesWhole }
      rest.remove(at: index)
      return true
    }
    return score(compared.joined(separator: ","), expected.joined(separator: ","))
  }

  /// The text without white space at either end, with one kind of line breaks.
  func comparable(_ text: String) -> String { CheckText.comparable(text.trimmed()) }
}
