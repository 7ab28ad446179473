import Evaluation
import Foundation
import Providers
import Store
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct BatchRunTests {
  private static func prompts(_ rows: Range<Int>) -> [String] { rows.map { "row \($0)" } }

  @Test func `all rows but the first are answered by a batch, at its price and without a latency`() async throws {
    let batches = FakeBatches()
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 10)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && run.errorMessage == nil)
    #expect(fixture.models.calls == ["row 0"] && batches.prompts == Self.prompts(1..<10))
    #expect(responses.map(\.rowIndex) == Array(0..<10) && responses.allSatisfy { $0.score == 1 })
    #expect(responses.allSatisfy { ($0.latency != nil) == ($0.rowIndex == 0) && $0.attempts == 1 })
    #expect(responses.map(\.cost) == [0.01] + Array(repeating: 0.005, count: 9))
    let batch = try #require(run.batches.first)
    #expect(run.batches.count == 1 && batch.state == .collected && batch.count == 9 && batch.places == [1, 9])
    #expect(batch.batchID == "batch_1" && batch.expired == 0)
    // The estimate at the start was of one call and nine in a batch.
    #expect(abs((run.estimatedCost ?? 0) - 0.055) < 1e-9)
  }

  @Test func `several answers a row are requests of their own, and batches keep to the limits`() async throws {
    let batches = FakeBatches { $0.limits = BatchLimits(requests: 4, bytes: 1_000_000) }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 5) { $0.repeats = 2 }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.count == 10 && run.batches.map(\.count) == [4, 4, 1])
    #expect(Set(responses.map(\.key)).count == 10)
    #expect(Set(batches.submissions.map(\.label)).count == 3)
  }

  @Test func `results in another order, twice or of another batch are recorded once`() async throws {
    let batches = FakeBatches {
      $0.arrange = { results in
        let foreign = BatchResult(id: "ckother-1-0", outcome: .answered(.success(.inBatch("foreign"))))
        let second = results.map { BatchResult(id: $0.id, outcome: .answered(.success(.inBatch("second")))) }
        return results.reversed() + [foreign] + second
      }
    }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 8)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.map(\.responseText) == Self.prompts(0..<8))
  }

  @Test func `a request without a result fails, and its cost is unknown`() async throws {
    let batches = FakeBatches { $0.arrange = { Array($0.dropLast()) } }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 4)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses[3].status == .failed && responses[3].uncountedCalls == 1)
  }

  @Test func `a failed row stays a row of its own, and is tried again in another batch`() async throws {
    let batches = FakeBatches {
      $0.outcome = { prompt in
        prompt == "row 3" ? .answered(.failure(ProviderError(.insufficientQuota, "No credit."))) : nil
      }
    }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 6)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses[3].status == .failed && responses[3].error == "No credit.")
    batches.change { $0.outcome = { _ in nil } }
    let (again, all) = try await fixture.generate(id, .init(retryFailed: true))
    // The only row is asked by a plain call.
    #expect(again.status == .completed && all[3].responseText == "row 3" && all[3].attempts == 2)
    #expect(batches.submissions.count == 1)
  }

  @Test func `expired rows cost nothing and are the only ones that are submitted again`() async throws {
    let batches = FakeBatches { $0.outcome = { ["row 2", "row 4", "row 5"].contains($0) ? .expired : nil } }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 6)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && responses.map(\.rowIndex) == [0, 1, 3])
    #expect(run.errorMessage?.contains("3 of 5 requests") == true && run.errorMessage?.contains("3 expired") == true)
    #expect(run.batches.first?.expired == 3)
    batches.change { $0.outcome = { _ in nil } }
    let (again, all) = try await fixture.generate(id)
    #expect(again.status == .completed && all.count == 6 && again.errorMessage == nil)
    #expect(fixture.models.calls == ["row 0", "row 2"])
    #expect(batches.submissions.last?.requests.map(\.prompt) == ["row 4", "row 5"])
  }

  @Test func `a rejected batch fails the run with the reason and the row of its line`() async throws {
    let batches = FakeBatches { $0.rejection = "Line 3: the model does not exist." }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 6)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && responses.count == 1)
    #expect(run.errorMessage?.contains("does not exist") == true)
    #expect(run.errorMessage?.contains("row_index 3") == true)
    batches.change { $0.rejection = nil }
    #expect(try await fixture.generate(id).run.status == .completed)
  }

  @Test func `results that end early are read again, and give up for a while`() async throws {
    let batches = FakeBatches { $0.cutOffs = 2 }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 9)
    #expect(try await fixture.generate(id).run.status == .completed)
    #expect(batches.submissions.count == 1)

    let worse = FakeBatches { $0.cutOffs = 8 }
    let other = EngineFixture(batches: worse) { prompt, _ in prompt }
    let second = try await other.makeBatchRun(rows: 9)
    let (run, responses) = try await other.generate(second)
    #expect(run.status == .failed && run.errorMessage?.contains("without a new submission") == true)
    #expect(responses.count == 5)
    let (again, all) = try await other.generate(second)
    #expect(again.status == .completed && all.count == 9 && worse.submissions.count == 1)
    #expect(other.models.calls == ["row 0"])
  }

  @Test func `the judge is asked about answers once they are there`() async throws {
    let batches = FakeBatches()
    let fixture = EngineFixture(batches: batches) { prompt, _ in
      prompt.hasPrefix("row") ? prompt : #"{"score": 4, "feedback": "good"}"#
    }
    let id = try await fixture.makeBatchRun(rows: 5, scoring: .llmJudge, metrics: 1, judge: "j")
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.count == 5)
    #expect(responses.allSatisfy { $0.status == .completed && $0.reviews.count == 1 && $0.score == 4 })
    #expect(fixture.models.calls.count == 6)
  }

  @Test func `a request that cannot be sent fails its row alone`() async throws {
    let batches = FakeBatches { $0.limits = BatchLimits(requests: 100, bytes: 60) }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 4)
    let long = String(repeating: "x", count: 100)
    try await fixture.store.commit { transaction in
      var dataset = transaction.tables.datasets.newestFirst[0]
      dataset.csvData = "text,expected_output\nrow 0,row 0\nunsendable,1\n\(long),2\nrow 3,row 3\n"
      transaction.put(dataset)
    }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.map(\.status) == [.completed, .failed, .failed, .completed])
    #expect(responses[2].error?.contains("longer than a batch") == true)
  }

  @Test func `copied answers are not submitted`() async throws {
    let batches = FakeBatches()
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let first = try await fixture.makeBatchRun(rows: 6)
    _ = try await fixture.generate(first)
    let second = try await fixture.store.commit { transaction in
      var run = RunRecord(like: try transaction.tables.find(RunRecord.self, first), in: transaction.tables)
      run.promptID = 1
      run.reuse = true
      #expect(run.batch)
      return transaction.insert(run).id
    }
    let (run, responses) = try await fixture.generate(second)
    #expect(run.status == .completed && responses.count == 6 && responses.allSatisfy { $0.reusedFrom != nil })
    #expect(batches.submissions.count == 1)
  }

  @Test func `a waiting run tells no rows apart, and its figures have no latency`() async throws {
    let batches = FakeBatches()
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 6)
    _ = try await fixture.generate(id)
    let second = try await fixture.store.commit { transaction in
      var run = RunRecord(like: try transaction.tables.find(RunRecord.self, id), in: transaction.tables)
      run.promptID = 1
      return transaction.insert(run).id
    }
    batches.change { $0.pollsOfWork = .max }
    _ = try await fixture.engine.generate(run: second, options: .init())
    try await fixture.wait(for: second) { $0.batches.first?.batchID != nil }
    try await fixture.store.read { tables in
      let (ended, waiting) = (try tables.find(RunRecord.self, id), try tables.find(RunRecord.self, second))
      #expect(waiting.status == .waiting && tables.figures(besides: ended).count == 1)
      #expect(tables.figures(of: ended).statistics.latencyQuantiles([0.5]).isEmpty)
      let progress = tables.figures(of: waiting).progress.sentence
      for part in ["waiting for 1 batch", "since \(waiting.batches[0].submittedAt)"] {
        #expect(progress.contains(part))
      }
    }
  }

  @Test func `a model without a batch API is refused before anything is asked`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 3)
    let error = await #expect(throws: EvaluationError.self) { _ = try await fixture.generate(id) }
    #expect(error?.description.contains("no batch API") == true)
    #expect(fixture.models.calls.isEmpty)
  }

  @Test func `requests that the model refuses are found before anything is submitted`() async throws {
    let batches = FakeBatches()
    let fixture = EngineFixture(batches: batches) { _, _ throws(ProviderError) in throw .sample(.invalidRequest) }
    let id = try await fixture.makeBatchRun(rows: 30)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && batches.submissions.isEmpty && responses.count < 10)
  }
}

extension EngineFixture {
  /// As ``makeRun(rows:scoring:metrics:judge:concurrency:probe:)``, answered in batches.
  func makeBatchRun(
    rows: Int, scoring: Scoring = .exactMatch, metrics: Int = 0, judge: String? = nil,
    _ change: @escaping @Sendable (inout RunRecord) -> Void = { _ in }
  ) async throws -> Int {
    let id = try await makeRun(rows: rows, scoring: scoring, metrics: metrics, judge: judge)
    try await self.change(id) {
      $0.batch = true
      change(&$0)
    }
    return id
  }
}
