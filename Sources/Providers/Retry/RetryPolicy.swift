/// How often and after what pause a call is tried again.
///
/// Only ``ProviderError/Kind/transient`` failures are: 408, 409, 425, 429, 5xx with 529, time-outs, broken connections; and
/// ``ProviderError/Kind/unreachable`` ones, twice within half a second, in case the server was just being started.
/// The pause grows exponentially with full jitter (a random part of the whole pause), so that many rows that failed
/// together do not come back together. A pause that the provider asks for is kept to, with the other one on top: a
/// provider that keeps asking for none would use up all attempts at once. A failure that was paid for
/// (``ProviderError/isPaid``) is tried again once: the first may have been an accident, and every further one costs as
/// much again.
package struct RetryPolicy: Sendable, Equatable {
  /// The first attempt included.
  package var maxAttempts: Int
  /// Seconds: the longest pause after the first failure.
  package var baseDelay: Double
  /// Seconds: the longest pause of its own choice.
  package var maxDelay: Double
  /// Seconds: when a provider asks for more, the call has failed.
  package var longestRequestedDelay: Double

  package init(
    maxAttempts: Int = 6, baseDelay: Double = 0.5, maxDelay: Double = 30, longestRequestedDelay: Double = 300
  ) {
    self.maxAttempts = maxAttempts
    self.baseDelay = baseDelay
    self.maxDelay = maxDelay
    self.longestRequestedDelay = longestRequestedDelay
  }

  /// What to do after a failure.
  package enum Decision: Sendable, Equatable {
    /// Seconds.
    case retry(after: Double)
    case giveUp
  }

  /// Seconds.
  private static let unreachableDelays = [0.1, 0.4]
  private static let mostPaidAttempts = 2

  /// Decides after an attempt has failed.
  ///
  /// - Parameters:
  ///   - attempt: how many attempts were made, at least 1.
  ///   - random: drawn evenly from 0 up to 1.
  package func decide(after error: ProviderError, attempt: Int, random: Double) -> Decision {
    if error.kind == .unreachable {
      return attempt <= Self.unreachableDelays.count
        ? .retry(after: Self.unreachableDelays[max(attempt, 1) - 1]) : .giveUp
    }
    let limit = error.isPaid ? min(maxAttempts, Self.mostPaidAttempts) : maxAttempts
    guard error.kind == .transient, attempt < limit else { return .giveUp }
    let asked = error.retryAfter ?? 0
    if asked > longestRequestedDelay { return .giveUp }
    let doublings = Double(1 << min(max(attempt, 1) - 1, 20))
    return .retry(after: asked + random * min(maxDelay, baseDelay * doublings))
  }
}

/// The attempts of one call: counts them and applies the policy.
package struct RetryState: Sendable, Equatable {
  package let policy: RetryPolicy
  package private(set) var attempts = 0

  package init(_ policy: RetryPolicy) {
    self.policy = policy
  }

  /// To be called as an attempt begins.
  package mutating func begin() {
    attempts += 1
  }

  /// What to do now that the attempt has failed.
  package func next(after error: ProviderError, random: Double) -> RetryPolicy.Decision {
    policy.decide(after: error, attempt: attempts, random: random)
  }
}
