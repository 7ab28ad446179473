import Providers
import Testing

@testable import Evaluation

@Suite struct FailurePolicyTests {
  private func outlook(
    after successes: Int = 0, calls: Int = 100, concurrency: Int = 2, hadSucceeded: Bool = false
  ) -> FailurePolicy {
    var outlook = FailurePolicy(callsToMake: calls, concurrency: concurrency, hadSucceeded: hadSucceeded)
    for _ in 0..<successes { outlook.succeeded() }
    return outlook
  }

  /// The number of consecutive failures that stops the run; nil if none does.
  private func limit(
    _ outlook: FailurePolicy, _ kind: ProviderError.Kind, again: Bool = false, isPage: Bool = false
  ) -> Int? {
    var (outlook, error) = (outlook, ProviderError.sample(kind))
    error.isFromElsewhere = isPage
    return (1...90).first { _ in outlook.failed(error, again: again) }
  }

  @Test(arguments: [ProviderError.Kind.unauthorized, .notFound])
  func `a refusal stops a run before any success, and afterwards only if everything is refused`(
    kind: ProviderError.Kind
  ) {
    #expect(limit(outlook(), kind) == 1)
    #expect(limit(outlook(after: 1), kind) == 9)
    #expect(limit(outlook(hadSucceeded: true), kind) == 3)
    #expect(limit(outlook(after: 1), kind, again: true) == nil)
    var mixed = outlook(after: 1)
    for _ in 0..<50 {
      let stops = mixed.failed(.sample(kind), again: false)
      #expect(!stops)
      mixed.succeeded()
    }
  }

  @Test(arguments: [ProviderError.Kind.insufficientQuota, .unreachable])
  func `an empty account and an unreachable server stop a run at once`(kind: ProviderError.Kind) {
    #expect(limit(outlook(after: 5, hadSucceeded: true), kind) == 1)
  }

  @Test func `a provider that is down stops a run after a while`() {
    #expect(limit(outlook(), .transient) == 3)
    #expect(limit(outlook(after: 1), .transient) == 9)
    #expect(limit(outlook(after: 1, calls: 5), .transient) == nil)
  }

  @Test func `an invalid request stops a run only if nothing ever succeeded`() {
    for kind in [ProviderError.Kind.invalidRequest, .unusableAnswer] {
      #expect(limit(outlook(), kind) == 5)
      #expect(limit(outlook(after: 1), kind) == nil)
      // A few refused rows come back before the first answers of the others.
      #expect(limit(outlook(concurrency: 32), kind) == 32)
    }
  }

  @Test(arguments: [ProviderError.Kind.invalidRequest, .unusableAnswer])
  func `pages in place of answers stop a run that had answers`(kind: ProviderError.Kind) {
    #expect(limit(outlook(after: 1), kind, isPage: true) == 9)
    #expect(limit(outlook(after: 1), kind, again: true, isPage: true) == nil)
    #expect(limit(outlook(after: 1, calls: 5), kind, isPage: true) == nil)
  }

  @Test(arguments: [ProviderError.Kind.transient, .unusableAnswer, .unauthorized])
  func `an outage is not counted with rows that were refused for themselves`(kind: ProviderError.Kind) {
    var (policy, outage) = (outlook(after: 1), ProviderError.sample(kind))
    outage.isFromElsewhere = kind == .unusableAnswer
    let refusals = (0..<30).map { _ in policy.failed(.sample(.invalidRequest), again: false) }
    let outages = (0..<8).map { _ in policy.failed(outage, again: false) }
    let refusal = policy.failed(.sample(.unusableAnswer), again: false)
    #expect(!(refusals + outages + [refusal]).contains(true))
    let stop = (1...20).first { _ in policy.failed(outage, again: false) }
    #expect(stop == 9)
  }
}
