import JSONCoding
package import Store

extension RequestSettings {
  /// Checks what no model takes, before one is asked: the same for a prompt version and for a call of its own.
  ///
  /// What only some vendors take is told by their rules.
  ///
  /// - Throws: ``EvaluationError`` that begins with the path of the value at fault.
  package func check() throws(EvaluationError) {
    let tools = try ToolList(values[RequestSetting.tools.name]?.arrayValue ?? [])
    if let choice = values[RequestSetting.toolChoice.name] { try tools.check(choice) }
    if let format = values[RequestSetting.responseFormat.name] { try ResponseFormat.check(format) }
    if let texts = values[RequestSetting.stop.name]?.arrayValue { try Self.checkStop(texts) }
    if let biases = values[RequestSetting.logitBias.name]?.objectValue { try Self.check(logitBias: biases) }
    _ = try answerSchema
  }

  private static func checkStop(_ texts: [JSONValue]) throws(EvaluationError) {
    for (index, text) in texts.enumerated() where text == "" {
      throw EvaluationError("stop[\(index)] is empty. Give a text that ends the answer, or leave it out.")
    }
  }

  private static func check(logitBias biases: JSONObject) throws(EvaluationError) {
    for member in biases.members {
      guard !member.key.isEmpty, member.key.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw EvaluationError(
          "logit_bias.\(member.key.prefix(40)) is no token id. Keys are the ids of tokens, such as \"50256\".")
      }
      guard let bias = member.value.doubleValue, (-100...100).contains(bias) else {
        throw EvaluationError(
          "logit_bias.\(member.key.prefix(40)) is \(member.value.text.prefix(40)). A bias is a number from -100 to 100."
        )
      }
    }
  }
}
