import JSONCoding
import Store

/// Messages as the parts of a prompt version: its system prompt, its turns and its template.
enum ImportedTurns {
  /// - Parameter template: a text of a message as a template.
  /// - Throws: ``EvaluationError``: why they are no prompt version.
  static func request(
    _ messages: [JSONValue], _ settings: RequestSettings,
    _ template: (String) throws(EvaluationError) -> String
  ) throws(EvaluationError) -> (template: String, RequestSettings) {
    var (turns, settings) = (messages, settings)
    let text = try lastText(of: turns.popLast())
    if let first = turns.first, first["role"]?.stringValue == "system", let text = plainText(first["content"]) {
      settings[.systemPrompt] = .string(try template(text))
      turns.removeFirst()
    }
    var converted: [JSONValue] = []
    for turn in turns {
      guard let object = turn.objectValue, let text = plainText(object["content"]) else {
        throw EvaluationError("One of its messages has more than a text. Make it with prompts_create.")
      }
      var message = object
      message["content"] = .string(try template(text))
      converted.append(.object(message))
    }
    if !converted.isEmpty { settings[.messages] = .array(converted) }
    let result = try template(text)
    _ = try RequestTemplate(result, settings)
    return (result, settings)
  }

  /// The text of the last message, which is the user's.
  ///
  /// - Throws: ``EvaluationError`` for any other message, and for none.
  static func lastText(of message: JSONValue?) throws(EvaluationError) -> String {
    guard let message, message["role"]?.stringValue == "user", let text = plainText(message["content"]) else {
      throw EvaluationError("Its last message is not a text of the user, as the last message of a prompt is here.")
    }
    return text
  }

  /// The text of a content: a string, or one part with a text.
  static func plainText(_ content: JSONValue?) -> String? {
    if let text = content?.stringValue { return text }
    let part = content?.arrayValue.flatMap { $0.count == 1 ? $0[0] : nil } ?? content
    guard part?.objectValue != nil else { return nil }
    return part?["text"]?.stringValue
  }
}
