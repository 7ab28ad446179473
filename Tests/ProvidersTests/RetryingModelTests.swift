import ProvidersTestSupport
import TestSupport
import Testing

@testable import Providers

@Suite struct RetryingModelTests {
  private let done = Completion(text: "Paris", model: "m")
  private let busy = ProviderError(.transient, "busy", status: 429, retryAfter: 3)
  private let broken = ProviderError(.transient, "broken")

  @Test func `an answer after failures counts its attempts and its pauses`() async throws {
    let model = FakeModel([.failure(busy), .failure(broken), .success(done)])
    let pauses = SharedList<Double>()
    let told = SharedList<String>()
    let retrying = RetryingModel(
      model, sleep: { pauses.append($0) }, random: { 0.5 },
      willRetry: { error, delay in told.append("\(error) \(delay)") })
    let outcome = await retrying.outcome(of: request())
    #expect(try outcome.result.get() == done)
    #expect(outcome.attempts == 3)
    #expect(pauses.all == [3.25, 0.5])
    #expect(told.all == ["busy 3.25", "broken 0.5"])
  }

  @Test func `six attempts are made and the last error is given`() async {
    let model = FakeModel([.failure(broken)])
    let outcome = await RetryingModel(model, sleep: { _ in }, random: { 0 }).outcome(of: request())
    #expect(outcome.attempts == 6 && model.requests.count == 6)
    #expect(throws: broken) { try outcome.result.get() }
  }

  @Test func `requests refused for a parameter count as attempts, and what failures used is kept`() async throws {
    let usage = TokenUsage(promptTokens: 5, completionTokens: 0)
    let paid = ProviderError(.transient, "broke off", usage: usage)
    let model = FakeModel([
      .failure(paid), .failure(broken), .success(Completion(text: "x", model: "m", refusals: 2)),
    ])
    let outcome = await RetryingModel(model, sleep: { _ in }).outcome(of: request())
    #expect(outcome.attempts == 5 && outcome.wasted == [usage])
    let end = ProviderError(.unusableAnswer, "empty", usage: usage)
    let failing = FakeModel([.failure(paid), .failure(end)])
    let failed = await RetryingModel(failing, sleep: { _ in }).outcome(of: request())
    #expect(failed.attempts == 2 && failed.wasted == [usage, usage])
  }

  @Test func `attempts that may have cost something unknown are counted`() async throws {
    let lost = ProviderError(.transient, "lost", isUncounted: true)
    let model = FakeModel([.failure(lost), .failure(busy), .failure(lost), .success(done)])
    let outcome = await RetryingModel(model, sleep: { _ in }).outcome(of: request())
    #expect(outcome.uncounted == 2 && outcome.attempts == 4 && outcome.wasted.isEmpty)
    let end = await RetryingModel(FakeModel([.failure(lost)]), sleep: { _ in }).outcome(of: request())
    #expect(end.uncounted == 6)
  }

  @Test func `a paid failure is retried once`() async {
    let paid = ProviderError(.transient, "broke off", usage: TokenUsage(promptTokens: 5, completionTokens: 0))
    let model = FakeModel([.failure(paid)])
    let outcome = await RetryingModel(model, sleep: { _ in }).outcome(of: request())
    #expect(outcome.attempts == 2 && outcome.wasted.count == 2)
  }

  @Test func `a failure that would recur is not retried`() async {
    let refused = ProviderError(.unauthorized, "no key", status: 401)
    let model = FakeModel([.failure(refused)])
    await #expect(throws: refused) {
      try await RetryingModel(model, sleep: { _ in }).complete(request())
    }
    #expect(model.requests.count == 1)
  }

  @Test func `a pause that is too long to wait for is told`() async {
    let model = FakeModel([.failure(ProviderError(.transient, "busy.", status: 429, retryAfter: 600))])
    let outcome = await RetryingModel(model, sleep: { _ in }).outcome(of: request())
    #expect(outcome.attempts == 1)
    let told = "busy. It asks to wait 600 seconds, which is longer than a call waits, so it was not asked again: "
    #expect(throws: ProviderError(.transient, told + "try again then.", status: 429, retryAfter: 600)) {
      try outcome.result.get()
    }
  }

  @Test func `a cancellation during the pause ends it`() async {
    let model = FakeModel([.failure(busy)])
    let outcome = await RetryingModel(model, sleep: { _ in throw CancellationError() }).outcome(of: request())
    #expect(outcome.attempts == 1)
    #expect(throws: ProviderError(.cancelled, "The call was cancelled while it waited for another attempt.")) {
      try outcome.result.get()
    }
  }
}
