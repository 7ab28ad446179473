package import JSONCoding
package import Providers

/// The choices of an answer to a conversation, each from a call of its own, with their total usage.
struct ChatChoices {
  /// At least one.
  let completions: [Completion]
  /// Nil if a provider did not count the tokens of a choice.
  let usage: TokenUsage?
  let warnings: [String]

  /// Milliseconds until the last choice arrived.
  var latency: Double { completions.map(\.latency).max() ?? 0 }

  /// - Throws: the first error if every call failed.
  init(_ answers: [ModelBinding.Answer]) throws(ProviderError) {
    var (completions, errors) = ([Completion](), [ProviderError]())
    for answer in answers {
      switch answer.result {
      case .success(let completion): completions.append(completion)
      case .failure(let error): errors.append(error)
      }
    }
    if completions.isEmpty, let error = errors.first { throw error }
    let counts = completions.map(\.usage)
    usage =
      counts.contains(nil)
      ? nil
      : counts.dropFirst().reduce(counts.first ?? nil) { sum, count in
        sum.flatMap { sum in count.map { sum + $0 } }
      }
    let failures = errors.first.map { error in
      "\(errors.count) of \(answers.count) choices failed: \(error.message)"
    }
    warnings = (completions.flatMap(\.warnings) + [failures].compactMap(\.self)).unique
    self.completions = completions
  }
}

extension Completion {
  /// The model's tool calls in the form of Chat Completions; nil if there are none.
  package var toolCallsInChatCompletions: JSONValue? {
    toolCalls.isEmpty ? nil : .array(toolCalls.map(\.chatCompletions))
  }
}
