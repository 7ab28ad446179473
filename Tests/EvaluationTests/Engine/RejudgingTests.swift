import Providers
import Store
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

/// Judging the answers of a run again, with another judge or other metrics, completely or partly.
@Suite(.timeLimit(.minutes(20))) struct RejudgingTests {
  /// Judge `j` gives 2 and any other judge 5; judging pauses after a number of judgements.
  private func fixture(gate: Gate? = nil, holdingAfter count: Int = .max) -> EngineFixture {
    let judgements = Mutex(0)
    return EngineFixture(answering: { request in
      if let prompt = request.messages.last?.content, prompt.hasPrefix("row ") { return prompt }
      if request.model == "j" { return "{\"reasons\": \"r\", \"score\": 2}" }
      let number = judgements.withLock { number in
        number += 1
        return number
      }
      if number > count { await gate?.pass() }
      return "{\"reasons\": \"r\", \"score\": 5}"
    })
  }

  private func calls(_ fixture: EngineFixture) -> Int { fixture.models.calls.count }

  @Test func `re-judging cancelled half way shows only the new judge's scores, and a resume completes it`()
    async throws
  {
    let gate = Gate()
    let fixture = fixture(gate: gate, holdingAfter: 2)
    let id = try await fixture.makeRun(rows: 5, scoring: .llmJudge, metrics: 1, judge: "j", concurrency: 1)
    #expect(try await fixture.generate(id).responses.map(\.score) == [2, 2, 2, 2, 2])
    _ = try await fixture.engine.generate(run: id, options: .init(judging: .init(judgeModel: "k")))
    await gate.held(1)
    try await fixture.engine.cancel(run: id)
    gate.open()
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }

    let (cancelled, half) = try await fixture.state(of: id)
    #expect(cancelled.status == .cancelled && half.map(\.score) == [5, 5, 5, nil, nil])
    let judged = try await fixture.engine.progress(ofRun: id)?.judged
    #expect(judged == .init(done: 3, failed: 0, total: 5))
    #expect(try await fixture.warnings(of: id).contains { $0.hasPrefix("2 of 5 reviews by k") })

    let before = calls(fixture)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.map(\.score) == [5, 5, 5, 5, 5])
    #expect(calls(fixture) == before + 2)
    #expect(responses.allSatisfy { $0.reviews.map(\.judgeModel) == ["j", "k"] })
  }

  @Test func `existing reviews by this judge and wording are not paid for again`() async throws {
    let fixture = fixture()
    let id = try await fixture.makeRun(rows: 3, scoring: .llmJudge, metrics: 2, judge: "j")
    try await fixture.generate(id)
    let before = calls(fixture)
    #expect(try await fixture.engine.generate(run: id, options: .init(judging: .init())) == .completed)
    #expect(calls(fixture) == before)
    try await fixture.generate(id, .init(judging: .init(judgeModel: "k")))
    #expect(calls(fixture) == before + 6)
    // The first judge's reviews are still there.
    let (run, responses) = try await fixture.generate(id, .init(judging: .init(judgeModel: "j")))
    #expect(calls(fixture) == before + 6 && run.judgeModel == "j" && responses.allSatisfy { $0.score == 2 })
  }

  @Test func `new metrics replace the run's and alone determine the score`() async throws {
    let fixture = EngineFixture(answering: { request in
      if let prompt = request.messages.last?.content, prompt.hasPrefix("row ") { return prompt }
      return "{\"reasons\": \"r\", \"score\": \(request.messages[0].content.contains("metric 0") ? 2 : 5)}"
    })
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 2, judge: "j")
    try await fixture.change(id) { $0.metricIDs = [1] }
    #expect(try await fixture.generate(id).responses.map(\.score) == [2, 2])
    let (run, responses) = try await fixture.generate(id, .init(judging: .init(metricIDs: [2])))
    #expect(run.metricIDs == [2] && responses.map(\.score) == [5, 5])
    #expect(responses.allSatisfy { $0.reviews.count == 2 })
  }

  @Test func `a completed run with a new judge lacks reviews until it is generated`() async throws {
    let fixture = fixture()
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.generate(id)
    try await fixture.change(id) { $0.judgeModel = "k" }
    #expect(try await fixture.state(of: id).responses.map(\.score) == [nil, nil])
    #expect(try await fixture.generate(id).responses.map(\.score) == [5, 5])
  }

  @Test func `a deleted metric is not replaced, and its reviews stay`() async throws {
    let fixture = fixture()
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.generate(id)
    try await fixture.store.commit { transaction in _ = transaction.delete(MetricRecord.self, id: 1) }
    let before = calls(fixture)
    let error = await #expect(throws: EvaluationError.self) { try await fixture.generate(id, .init(judging: .init())) }
    #expect(error?.description.contains("deleted") == true)
    #expect(try await fixture.generate(id).responses.map(\.score) == [2, 2] && calls(fixture) == before)
    // Another judge has no reviews by the deleted metric.
    try await fixture.change(id) { $0.judgeModel = "k" }
    #expect(try await fixture.state(of: id).responses.map(\.score) == [nil, nil])
  }

  @Test func `a run whose metrics were deleted before its start does not start`() async throws {
    let fixture = fixture()
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.store.commit { transaction in _ = transaction.delete(MetricRecord.self, id: 1) }
    let error = await #expect(throws: EvaluationError.self) { try await fixture.generate(id) }
    #expect(error?.description.contains("were deleted") == true && calls(fixture) == 0)
  }

  @Test func `reviews of an older store do not count as those of another judge`() async throws {
    let fixture = fixture()
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.generate(id)
    try await fixture.store.commit { transaction in
      for entry in transaction.tables.responses.entries(ofRun: id) {
        var response = try entry.decoded()
        (response.reviews[0].judgeModel, response.reviews[0].fingerprint) = (nil, nil)
        transaction.put(response)
      }
    }
    #expect(try await fixture.state(of: id).responses.map(\.score) == [2, 2])
    let before = calls(fixture)
    #expect(try await fixture.engine.generate(run: id, options: .init()) == .completed)
    #expect(calls(fixture) == before)
    let (_, responses) = try await fixture.generate(id, .init(judging: .init(judgeModel: "k")))
    #expect(responses.map(\.score) == [5, 5] && calls(fixture) == before + 2)
    #expect(responses.allSatisfy { $0.reviews.map(\.judgeModel) == ["j", "k"] })
  }

  // MARK: Failures of rows and of the run

  @Test func `a judge that refuses one row leaves that review failed, and the run is completed`() async throws {
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if prompt.hasPrefix("row ") { return prompt }
      if prompt.contains("row 2") { throw .sample(.unauthorized) }
      return "{\"reasons\": \"r\", \"score\": 4}"
    }
    let id = try await fixture.makeRun(rows: 6, scoring: .llmJudge, metrics: 1, judge: "j", concurrency: 1)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.map(\.score) == [4, 4, nil, 4, 4, 4])
    #expect(responses[2].reviews.map(\.status) == [.failed])
    // A retry fails again, and the run stays completed.
    #expect(try await fixture.generate(id, .init(retryFailed: true)).run.status == .completed)
  }

  @Test func `a first row that the judge refuses does not block the others`() async throws {
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if prompt.hasPrefix("row ") { return prompt }
      if prompt.contains("row 0") { throw .sample(.unauthorized) }
      return "{\"reasons\": \"r\", \"score\": 4}"
    }
    let id = try await fixture.makeRun(rows: 3, scoring: .llmJudge, metrics: 1, judge: "j", concurrency: 1)
    #expect(try await fixture.generate(id).run.status == .failed)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.map(\.score) == [nil, 4, 4])
  }

  @Test func `a judge that refuses every row from some point on stops the run`() async throws {
    let judgements = Mutex(0)
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if prompt.hasPrefix("row ") { return prompt }
      let count = judgements.withLock { count in
        count += 1
        return count
      }
      if count > 3 { throw .sample(.notFound) }
      return "{\"reasons\": \"r\", \"score\": 4}"
    }
    let id = try await fixture.makeRun(rows: 100, scoring: .llmJudge, metrics: 1, judge: "j", concurrency: 1)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && run.errorMessage?.hasPrefix("The judge could not be asked") == true)
    #expect(responses.count < 12)
  }

  @Test(arguments: [ProviderError.Kind.unauthorized, .notFound])
  func `a refusal fails its row only once another has been answered`(kind: ProviderError.Kind) async throws {
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if ["row 2", "row 4", "row 6"].contains(prompt) { throw .sample(kind) }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 9, concurrency: 1)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.count { $0.status == .failed } == 3 && responses.count == 9)
  }
}
