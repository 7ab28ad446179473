/// A model that tries again by a ``RetryPolicy`` and counts its attempts.
package struct RetryingModel: LanguageModel {
  /// Waits for so many seconds; throws when the task is cancelled meanwhile.
  package typealias Sleeper = @Sendable (Double) async throws -> Void

  /// What became of a call in the end.
  package struct Outcome: Sendable {
    package let result: Result<Completion, ProviderError>
    /// How often the provider was asked, at least 1; requests that it refused because of a parameter count too.
    package let attempts: Int
    /// What attempts that gave no answer cost all the same, the last one included.
    package var wasted: [TokenUsage] = []
    /// How many attempts may have cost something of which nothing is known, such as those that timed out.
    package var uncounted = 0
  }

  private let model: any LanguageModel
  private let policy: RetryPolicy
  private let sleep: Sleeper
  private let random: @Sendable () -> Double
  private let willRetry: @Sendable (ProviderError, _ delay: Double) -> Void

  /// - Parameters:
  ///   - random: evenly from 0 up to 1.
  ///   - willRetry: told of every failure that is tried again, before the pause; a rate limit is one.
  package init(
    _ model: any LanguageModel, policy: RetryPolicy = RetryPolicy(),
    sleep: @escaping Sleeper = { try await Task.sleep(for: .seconds($0)) },
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
    willRetry: @escaping @Sendable (ProviderError, _ delay: Double) -> Void = { _, _ in }
  ) {
    self.model = model
    self.policy = policy
    self.sleep = sleep
    self.random = random
    self.willRetry = willRetry
  }

  package func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    try await outcome(of: request).result.get()
  }

  /// Asks until there is an answer or the policy gives up.
  package func outcome(of request: CompletionRequest) async -> Outcome {
    await outcome { model throws(ProviderError) in try await model.complete(request) }
  }

  /// - Parameter isFinal: whether no failure may be tried again any more, once it is set.
  func outcome(
    unless isFinal: Flag = Flag(), of ask: (any LanguageModel) async throws(ProviderError) -> Completion
  ) async -> Outcome {
    var state = RetryState(policy)
    var wasted: [TokenUsage] = []
    var uncounted = 0
    while true {
      state.begin()
      do throws(ProviderError) {
        let completion = try await ask(model)
        return Outcome(
          result: .success(completion), attempts: state.attempts + completion.refusals, wasted: wasted,
          uncounted: uncounted)
      } catch {
        if let usage = error.usage { wasted.append(usage) } else if error.isUncounted { uncounted += 1 }
        guard !isFinal.isSet, case .retry(let delay) = state.next(after: error, random: random()) else {
          return Outcome(
            result: .failure(error), attempts: state.attempts, wasted: wasted, uncounted: uncounted)
        }
        willRetry(error, delay)
        do {
          try await sleep(delay)
        } catch {
          let cancelled = ProviderError(.cancelled, "The call was cancelled while it waited for another attempt.")
          return Outcome(
            result: .failure(cancelled), attempts: state.attempts, wasted: wasted, uncounted: uncounted)
        }
      }
    }
  }
}
