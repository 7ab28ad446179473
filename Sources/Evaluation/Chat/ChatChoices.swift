package import JSONCoding
package import Providers

/// The choices of an answer to a conversation, each from a call of its own, with their total usage and cost.
struct ChatChoices {
  /// At least one.
  let completions: [Completion]
  /// Nil if a provider did not count the tokens of a choice.
  let usage: TokenUsage?
  /// US dollars; nil if unknown.
  let cost: Double?
  /// The number of attempts.
  let attempts: Int
  let warnings: [String]

  /// Milliseconds until the last choice arrived.
  var latency: Double { completions.map(\.latency).max() ?? 0 }

  /// - Throws: ``EvaluationError`` if every call failed.
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

extension EvaluationError {
  /// A provider's failure to answer a conversation, with the text received before it.
  fileprivate init(_ error: ProviderError, attempts: Int) {
    let tries = attempts > 1 ? " (\(attempts) attempts)" : ""
    let text = error.partialText.map { "\nThe text so far:\n\($0)" } ?? ""
    self.init(error.message + tries + text)
  }
}
