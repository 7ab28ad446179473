import JSONCoding

/// The built-in model `echo`: repeats the last user message, needs no key and no network, and is free.
///
/// Its tokens are words separated by white space: those of all messages for the prompt, those of the answer for the
/// completion.
package struct EchoModel: LanguageModel {
  package static let name = "echo"

  package init() {}

  package func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    if Task.isCancelled { throw ProviderError(.cancelled, "The call was cancelled.") }
    guard let text = request.messages.last(where: { $0.role == .user })?.content, !text.isEmpty else {
      throw ProviderError(.unusableAnswer, "The model echo has nothing to say: there is no user message with text.")
    }
    let usage = TokenUsage(
      promptTokens: request.messages.reduce(0) { $0 + Self.words(in: $1.content) },
      completionTokens: Self.words(in: text))
    var completion = Completion(text: text, model: Self.name, finishReason: "stop", usage: usage, reportedCost: 0)
    let shape = RequestShape(dropped: [.logprobs, .suffix])
    completion.warnings = shape.warnings(for: request, provider: "completion-kit")
    if request.keepsExchange {
      let sent = ChatCompletionsFormat().body(of: request, ParameterRules(), shape: shape)
      completion.exchange = Redactor().redact(
        RawExchange(request: sent, response: ["model": .string(Self.name), "text": .string(text)]))
    }
    return completion
  }

  private static func words(in text: String) -> Int {
    text.split { $0.isWhitespace }.count
  }
}
