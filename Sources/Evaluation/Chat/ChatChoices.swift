package import JSONCoding
package import Providers

/// The choices of an answer to a conversation, each of which was a call of its own, and what they took together.
struct ChatChoices {
  /// At least one.
  let completions: [Completion]
  /// Nil where a provider has not counted the tokens of a choice.
  let usage: TokenUsage?
  /// US dollars; nil where it cannot be known.
  let cost: Double?
  /// How often the provider was asked.
  let attempts: Int
  let warnings: [String]

  /// Milliseconds until the last choice was there.
  var latency: Double { completions.map(\.latency).max() ?? 0 }

  /// - Throws: ``EvaluationError`` if no call has given an answer.
  init(_ answers: [ModelBinding.Answer], of binding: ModelBinding) throws(EvaluationError) {
    var (completions, errors) = ([Completion](), [ProviderError]())
    for answer in answers {
      switch answer.result {
      case .success(let completion): completions.append(completion)
      case .failure(let error): errors.append(error)
      }
    }
    attempts = answers.reduce(0) { $0 + $1.attempts }
    if completions.isEmpty, let error = errors.first { throw EvaluationError(error, attempts: attempts) }
    let counts = completions.map(\.usage)
    usage =
      counts.contains(nil)
      ? nil
      : counts.dropFirst().reduce(counts.first ?? nil) { sum, count in
        sum.flatMap { sum in count.map { sum + $0 } }
      }
    let wasted = answers.flatMap { $0.wasted.map { ModelCall(model: binding.model, wasted: $0) } }
    let costs = (completions.map(ModelCall.init) + wasted).map(binding.cost)
    let isUncounted = answers.contains { $0.uncounted > 0 }
    cost = costs.contains(nil) || isUncounted ? nil : costs.compactMap(\.self).reduce(0, +)
    let failures = errors.first.map { error in
      "\(errors.count) of \(answers.count) choices failed: \(error.message)"
    }
    warnings = (completions.flatMap(\.warnings) + [failures].compactMap(\.self)).reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
    self.completions = completions
  }
}

extension Completion {
  /// The tools that the model calls, in the form of Chat Completions; nil for none.
  package var toolCallsInChatCompletions: JSONValue? {
    toolCalls.isEmpty ? nil : .array(toolCalls.map(\.chatCompletions))
  }
}

extension EvaluationError {
  /// A provider's failure to answer a conversation, with the text that came before it.
  fileprivate init(_ error: ProviderError, attempts: Int) {
    let tries = attempts > 1 ? " (\(attempts) attempts)" : ""
    let text = error.partialText.map { "\nThe text so far:\n\($0)" } ?? ""
    self.init(error.message + tries + text)
  }
}
