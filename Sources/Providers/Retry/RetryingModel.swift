/// A model that retries by a ``RetryPolicy`` and counts its attempts.
package struct RetryingModel: LanguageModel {
  /// Waits for a number of seconds; throws if the task is cancelled meanwhile.
  package typealias Sleeper = @Sendable (Double) async throws -> Void

  /// Thrown by a ``Sleeper`` in place of the pause: the last failure is the result.
  package struct LastAttempt: Error {
    /// Why there is no further attempt, as a sentence.
    let reason: String

    package init(reason: String) { self.reason = reason }
  }

  /// The final result of a call.
  package struct Outcome: Sendable {
    package let result: Result<Completion, ProviderError>
    /// The number of requests, at least 1, including those rejected because of a parameter.
    package let attempts: Int
    /// The usage of attempts without an answer, including the last one.
    package var wasted: [TokenUsage] = []
    /// The number of attempts of unknown cost, such as those that timed out.
    package var uncounted = 0
    /// The number of attempts that ended in an error of the server (``ProviderError/isServerError``).
    package var serverErrors = 0
  }

  private let model: any LanguageModel
  private let policy: RetryPolicy
  private let sleep: Sleeper
  private let random: @Sendable () -> Double
  private let willRetry: @Sendable (ProviderError, _ delay: Double) -> Void

  /// - Parameters:
  ///   - random: uniform random numbers in 0..<1.
  ///   - willRetry: called before the pause with every failure that is retried, such as a rate limit.
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

  package var batches: (any BatchService)? { model.batches }

  package func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    try await outcome(of: request).result.get()
  }

  /// Calls the model until there is an answer or the policy gives up.
  package func outcome(of request: CompletionRequest) async -> Outcome {
    var asked = request
    var refusals = 0
    return await outcome { model throws(ProviderError) in
      do throws(ProviderError) {
        var completion = try await model.complete(asked)
        if asked.serviceTier != request.serviceTier { completion.warnings.append(Self.fallback) }
        return completion
      } catch {
        if error.lacksCapacity { refusals += 1 }
        if refusals == Self.flexAttempts, request.serviceTier == .flexOrDefault {
          asked.serviceTier = .standard
        }
        throw error
      }
    }
  }

  /// The number of attempts at flex before the usual tier is asked, where the user allows it.
  private static let flexAttempts = 3
  private static let fallback =
    "Flex had no capacity for some calls, which the default tier answered at its price (service_tier flex_or_default)."

  /// - Parameter isFinal: once set, no failure is retried.
  func outcome(
    unless isFinal: Flag = Flag(), of ask: (any LanguageModel) async throws(ProviderError) -> Completion
  ) async -> Outcome {
    var state = RetryState(policy)
    var wasted: [TokenUsage] = []
    var (uncounted, serverErrors) = (0, 0)
    func failed(_ error: ProviderError) -> Outcome {
      Outcome(
        result: .failure(error), attempts: state.attempts, wasted: wasted, uncounted: uncounted,
        serverErrors: serverErrors)
    }
    while true {
      state.begin()
      do throws(ProviderError) {
        let completion = try await ask(model)
        return Outcome(
          result: .success(completion), attempts: state.attempts + completion.refusals, wasted: wasted,
          uncounted: uncounted, serverErrors: serverErrors)
      } catch {
        if error.isServerError { serverErrors += 1 }
        if let usage = error.usage { wasted.append(usage) } else if error.isUncounted { uncounted += 1 }
        guard !isFinal.isSet, case .retry(let delay) = state.next(after: error, random: random()) else {
          var final = error
          if let reason = policy.reasonForNoWait(error) { final.message += " \(reason)" }
          return failed(final)
        }
        willRetry(error, delay)
        do {
          try await sleep(delay)
        } catch let last as LastAttempt {
          var final = error
          final.message += " \(last.reason)"
          return failed(final)
        } catch {
          let cancelled = ProviderError(.cancelled, "The call was cancelled while it waited for another attempt.")
          return failed(cancelled)
        }
      }
    }
  }
}
