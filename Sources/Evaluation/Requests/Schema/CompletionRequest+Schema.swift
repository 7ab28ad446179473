import Providers

extension CompletionRequest {
  /// What is wrong with an answer by the schema that the request asks for; nil if nothing is, or none is asked for.
  ///
  /// Some providers take the schema for a wish, or ignore it. Tool calls have schemas of their own.
  func schemaWarning(on completion: Completion) -> String? {
    guard let schema = parameters.responseSchema?.schema, completion.toolCalls.isEmpty else { return nil }
    do throws(EvaluationError) {
      let fault = try JSONSchema(schema).fault(
        inAnswer: completion.answerText, isCutOff: completion.finishReason == "length")
      return fault.map { "The answer does not satisfy the response_schema: \($0)." }
    } catch {
      // A schema that cannot be checked has been refused, or is the caller's own.
      return nil
    }
  }
}
