import Testing

@testable import Providers

@Suite struct RetryPolicyTests {
  private let policy = RetryPolicy()

  private func transient(_ status: Int? = 500, wait: Double? = nil) -> ProviderError {
    ProviderError(.transient, "x", status: status, retryAfter: wait)
  }

  @Test(arguments: [(1, 0.5), (2, 1), (3, 2), (4, 4), (5, 8)])
  func `the pause is a random part of a limit that doubles`(attempt: Int, limit: Double) {
    for random in [0, 0.25, 0.999] {
      #expect(policy.decide(after: transient(), attempt: attempt, random: random) == .retry(after: random * limit))
    }
  }

  @Test func `the pause stops growing`() {
    let patient = RetryPolicy(maxAttempts: 100)
    #expect(patient.decide(after: transient(), attempt: 50, random: 1) == .retry(after: 30))
  }

  @Test func `the sixth failure is the last`() {
    #expect(policy.decide(after: transient(), attempt: 6, random: 0) == .giveUp)
  }

  @Test(arguments: [
    ProviderError.Kind.unauthorized, .notFound, .insufficientQuota, .invalidRequest, .unusableAnswer, .cancelled,
  ])
  func `only transient failures are tried again`(kind: ProviderError.Kind) {
    #expect(policy.decide(after: ProviderError(kind, "x", retryAfter: 1), attempt: 1, random: 0) == .giveUp)
  }

  @Test func `a requested pause is kept and never shortened`() {
    for random in [0, 0.5, 0.999] {
      guard case .retry(let delay) = policy.decide(after: transient(429, wait: 20), attempt: 1, random: random) else {
        Issue.record("gave up")
        return
      }
      #expect((20..<21).contains(delay))
    }
  }

  @Test func `a provider that requests no pause still gets a growing one`() {
    let delays = (1...5).map { policy.decide(after: transient(429, wait: 0), attempt: $0, random: 0.5) }
    #expect(delays == [0.25, 0.5, 1, 2, 4].map { .retry(after: $0) })
  }

  @Test func `a requested pause of hours is not waited for`() {
    #expect(policy.decide(after: transient(429, wait: 301), attempt: 1, random: 0) == .giveUp)
    #expect(policy.decide(after: transient(429, wait: 300), attempt: 1, random: 0) == .retry(after: 300))
  }

  @Test func `only a pause that is not waited for is a reason`() {
    let reason = policy.reasonForNoWait(transient(429, wait: 600.2))
    #expect(reason?.hasPrefix("It asks to wait 601 seconds, which is longer than a call waits") == true)
    #expect(policy.reasonForNoWait(transient(429, wait: 300)) == nil)
    #expect(policy.reasonForNoWait(transient()) == nil)
    #expect(policy.reasonForNoWait(ProviderError(.unauthorized, "x", retryAfter: 600)) == nil)
  }

  @Test func `an unreachable server is tried twice more within half a second`() {
    let absent = ProviderError(.unreachable, "x")
    let decisions = (1...4).map { policy.decide(after: absent, attempt: $0, random: 0.9) }
    #expect(decisions == [.retry(after: 0.1), .retry(after: 0.4), .giveUp, .giveUp])
  }

  @Test func `the state counts attempts`() {
    var state = RetryState(RetryPolicy(maxAttempts: 2))
    state.begin()
    #expect(state.attempts == 1)
    #expect(state.next(after: transient(), random: 0.5) == .retry(after: 0.25))
    state.begin()
    #expect(state.next(after: transient(), random: 0.5) == .giveUp)
  }
}
