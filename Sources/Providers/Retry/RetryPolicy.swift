/// Decides how often and after which pause a call is retried.
///
/// Only ``ProviderError/Kind/transient`` failures are retried (408, 409, 425, 429, 5xx with 529, time-outs, broken
/// connections), and ``ProviderError/Kind/unreachable`` ones twice within half a second, in case the server is just
/// starting.
///
/// The pause grows exponentially with full jitter (a random part of the whole pause), so that rows that failed together
/// do not return together. A pause that the provider requests is respected, with the policy's own on top, because a
/// provider that keeps requesting none would use up all attempts at once.
///
/// A tier without capacity (``ProviderError/lacksCapacity``) is asked more often and with longer pauses, some minutes in
/// all: it costs nothing, and who asks for a slow tier has time.
///
/// A failure that was paid for (``ProviderError/isPaid``) is retried once: the first may have been an accident, and
/// every further attempt costs as much again.
package struct RetryPolicy: Sendable, Equatable {
  /// The number of attempts, including the first.
  package var maxAttempts: Int
  /// The longest pause after the first failure, in seconds.
  package var baseDelay: Double
  /// The longest pause of the policy's own, in seconds.
  package var maxDelay: Double
  /// The longest pause that a provider may request, in seconds; for a longer one the call fails.
  package var longestRequestedDelay: Double

  package init(
    maxAttempts: Int = 6, baseDelay: Double = 0.5, maxDelay: Double = 30, longestRequestedDelay: Double = 300
  ) {
    self.maxAttempts = maxAttempts
    self.baseDelay = baseDelay
    self.maxDelay = maxDelay
    self.longestRequestedDelay = longestRequestedDelay
  }

  /// The decision after a failure.
  package enum Decision: Sendable, Equatable {
    /// Seconds.
    case retry(after: Double)
    case giveUp
  }

  /// Seconds.
  private static let unreachableDelays = [0.1, 0.4]
  private static let mostPaidAttempts = 2
  private static let capacityAttempts = 15
  private static let longestCapacityDelay = 60.0

  /// Decides after an attempt has failed.
  ///
  /// - Parameters:
  ///   - attempt: how many attempts were made, at least 1.
  ///   - random: a uniform random number in 0..<1.
  package func decide(after error: ProviderError, attempt: Int, random: Double) -> Decision {
    if error.kind == .unreachable {
      return attempt <= Self.unreachableDelays.count
        ? .retry(after: Self.unreachableDelays[max(attempt, 1) - 1]) : .giveUp
    }
    let limit =
      error.isPaid
      ? min(maxAttempts, Self.mostPaidAttempts)
      : error.lacksCapacity ? max(maxAttempts, Self.capacityAttempts) : maxAttempts
    guard error.kind == .transient, attempt < limit else { return .giveUp }
    let asked = error.retryAfter ?? 0
    if asksTooLong(error) { return .giveUp }
    let doublings = Double(1 << min(max(attempt, 1) - 1, 20))
    let longest = error.lacksCapacity ? max(maxDelay, Self.longestCapacityDelay) : maxDelay
    return .retry(after: asked + random * min(longest, baseDelay * doublings))
  }
}

extension RetryPolicy {
  /// Whether the provider requests a longer pause than a call waits.
  func asksTooLong(_ error: ProviderError) -> Bool {
    error.kind == .transient && (error.retryAfter ?? 0) > longestRequestedDelay
  }

  /// Why a call is not tried again although its failure may pass, as a sentence; nil if the requested pause is not it.
  func reasonForNoWait(_ error: ProviderError) -> String? {
    guard asksTooLong(error), let asked = error.retryAfter else { return nil }
    // A header may hold any number.
    let seconds = Int(min(asked, 1e9).rounded(.up))
    return "It asks to wait \(seconds) seconds, which is longer than a call waits, so it was not asked again: "
      + "try again then."
  }
}

/// The attempts of one call: counts them and applies the policy.
package struct RetryState: Sendable, Equatable {
  package let policy: RetryPolicy
  package private(set) var attempts = 0

  package init(_ policy: RetryPolicy) {
    self.policy = policy
  }

  /// Call as an attempt begins.
  package mutating func begin() {
    attempts += 1
  }

  /// The decision after the attempt has failed.
  package func next(after error: ProviderError, random: Double) -> RetryPolicy.Decision {
    policy.decide(after: error, attempt: attempts, random: random)
  }
}
