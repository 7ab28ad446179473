import Foundation
import Providers
import Store
import Synchronization
import Testing

@testable import Evaluation

/// Runs that end once the comparison with another one is decided.
@Suite(.timeLimit(.minutes(20))) struct RunStopTests {
  /// Answers that are right or wrong by the number of their row.
  private static func answer(_ isRight: @escaping @Sendable (Int) -> Bool) -> ScriptedModels.Script {
    { prompt, _ throws(ProviderError) in
      isRight(Int(prompt.split(separator: " ").last ?? "") ?? 0) ? prompt : "no"
    }
  }

  /// A finished run, and another one that is to stop against it.
  func pair(
    _ fixture: EngineFixture, rows: Int = 60, concurrency: Int = 4,
    _ change: @escaping @Sendable (inout RunRecord) -> Void = { _ in }
  ) async throws -> Int {
    let first = try await fixture.makeRun(rows: rows, concurrency: concurrency)
    try await fixture.generate(first)
    return try await follower(fixture, of: first, change)
  }

  func replaceRows(of fixture: EngineFixture, by csv: String) async throws {
    try await fixture.store.commit { transaction in
      var dataset = try transaction.tables.find(DatasetRecord.self, 1)
      dataset.csvData = csv
      transaction.put(dataset)
    }
  }

  func follower(
    _ fixture: EngineFixture, of first: Int, _ change: @escaping @Sendable (inout RunRecord) -> Void = { _ in }
  ) async throws -> Int {
    try await fixture.store.commit { transaction in
      var run = try transaction.tables.find(RunRecord.self, first)
      run.id = 0
      run.status = .pending
      (run.snapshot, run.startedAt, run.finishedAt) = (nil, nil, nil)
      run.stopAgainst = first
      change(&run)
      return transaction.insert(run).id
    }
  }

  /// Whether the calls so far belong to the first of the two runs.
  final class Phase: Sendable {
    private let state = Mutex(true)
    var isFirst: Bool { state.withLock { $0 } }
    func next() { state.withLock { $0 = false } }
  }

  @Test(arguments: [1, 4, 16]) func `a run stops when it is decided, and says what it saved`(_ concurrency: Int)
    async throws
  {
    let phase = Phase()
    let fixture = EngineFixture(Self.answerByPhase(phase))
    let id = try await pair(fixture, concurrency: concurrency)
    phase.next()
    let (run, responses) = try await fixture.generate(id)
    let stop = try #require(run.stoppedEarly)
    #expect(run.status == .completed && run.errorMessage == nil)
    #expect(stop.decision == .better && stop.rows == 8 && abs(stop.eValue - 28.4444444) < 1e-6 && stop.required == 20)
    // Rows under way at the decision are finished; no more than these are ahead of the rows that count.
    #expect((8..<8 + 1 + concurrency).contains(responses.count))
    #expect(stop.calls == 60 && stop.savedCalls == 60 - responses.count)
    #expect(abs((stop.savedCost ?? 0) - 0.01 * Double(stop.savedCalls)) < 1e-9)
    #expect(fixture.models.calls.count == 60 + responses.count)
    // The first rows of the order are answered.
    let order = RowOrder(seed: try #require(run.snapshot?.orderSeed)).sorted(0..<60) { $0 }
    #expect(Set(order.prefix(responses.count)) == Set(responses.map(\.rowIndex)))
    let progress = try #require(try await fixture.engine.progress(ofRun: id))
    #expect(progress.generated.total == responses.count && progress.generated.isComplete)
    // Nothing is left to do.
    #expect(try await fixture.engine.generate(run: id, options: .init()) == .completed)
    #expect(fixture.models.calls.count == 60 + responses.count)
  }

  static func answerByPhase(_ phase: Phase) -> ScriptedModels.Script {
    { prompt, _ throws(ProviderError) in phase.isFirst ? "no" : prompt }
  }

  @Test func `a run that gets worse stops too`() async throws {
    let phase = Phase()
    let fixture = EngineFixture { prompt, _ in phase.isFirst ? prompt : "no" }
    let id = try await pair(fixture)
    phase.next()
    #expect(try await fixture.generate(id).run.stoppedEarly?.decision == .worse)
  }

  @Test func `a run without a difference answers all its rows`() async throws {
    let fixture = EngineFixture(Self.answer { $0 % 3 > 0 })
    let id = try await pair(fixture)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && run.stoppedEarly == nil && responses.count == 60)
  }

  @Test func `a killed run continues in the same order and asks no more than it needs`() async throws {
    let phase = Phase()
    let fixture = EngineFixture(Self.answerByPhase(phase))
    let id = try await pair(fixture, concurrency: 1)
    phase.next()
    let (whole, responses) = try await fixture.generate(id)
    // As if the server had been killed after so many rows, or before it recorded the stop.
    let order = RowOrder(seed: try #require(whole.snapshot?.orderSeed)).sorted(0..<60) { $0 }
    for kept in [8, 5] {
      try await fixture.store.commit { transaction in
        var run = try transaction.tables.find(RunRecord.self, id)
        (run.status, run.stoppedEarly, run.finishedAt) = (.running, nil, nil)
        transaction.put(run)
        transaction.deleteResponses(ofRun: id)
        for row in order.prefix(kept) {
          guard var response = responses.first(where: { $0.rowIndex == row }) else { continue }
          response.id = 0
          transaction.insert(response)
        }
      }
      let before = fixture.models.calls.count
      let (run, again) = try await fixture.generate(id)
      #expect(run.stoppedEarly == whole.stoppedEarly && run.snapshot?.orderSeed == whole.snapshot?.orderSeed)
      #expect(Set(again.map(\.rowIndex)) == Set(order.prefix(8)))
      #expect(fixture.models.calls.count - before == 8 - kept)
    }
  }

  @Test func `failed rows are no evidence, and can be tried again`() async throws {
    let phase = Phase()
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if phase.isFirst { return "no" }
      if prompt.hasSuffix("7") || prompt.hasSuffix("3") { throw .sample(.invalidRequest) }
      return prompt
    }
    let id = try await pair(fixture, concurrency: 1)
    phase.next()
    let (run, responses) = try await fixture.generate(id)
    let stop = try #require(run.stoppedEarly)
    let failed = responses.count { $0.status == .failed }
    #expect(stop.decision == .better && failed > 0 && stop.rows == 8 + failed)
  }

  @Test func `a run with a selection of rows stops within it`() async throws {
    let phase = Phase()
    let fixture = EngineFixture(Self.answerByPhase(phase))
    let id = try await pair(fixture, rows: 100) { $0.rows = "40" }
    phase.next()
    let (run, responses) = try await fixture.generate(id)
    let rows = try RowSelection("40")?.rows(
      of: CSVTable("text,expected_output\n" + (0..<100).map { "row \($0),row \($0)\n" }.joined()))
    #expect(run.stoppedEarly?.calls == 40 && Set(responses.map(\.rowIndex)).isSubset(of: Set(rows ?? [])))
  }

  @Test func `a run stops at max_cost before it is decided, and is decided later`() async throws {
    let phase = Phase()
    let fixture = EngineFixture(Self.answerByPhase(phase))
    let id = try await pair(fixture, concurrency: 1) { $0.maxCost = 0.045 }
    phase.next()
    let (stopped, _) = try await fixture.generate(id)
    #expect(stopped.status == .failed && stopped.stoppedEarly == nil)
    try await fixture.change(id) { $0.maxCost = 1 }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && run.stoppedEarly?.rows == 8 && responses.count == 8)
  }

  @Test func `judged runs stop`() async throws {
    let phase = Phase()
    let fixture = EngineFixture { prompt, _ in
      if prompt.hasPrefix("row ") { return phase.isFirst ? "bad" : "good" }
      return #"{"reasons": "r", "score": \#(prompt.contains("good") ? 5 : 2)}"#
    }
    let first = try await fixture.makeRun(rows: 60, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.generate(first)
    phase.next()
    let (run, responses) = try await fixture.generate(try await follower(fixture, of: first))
    let stop = try #require(run.stoppedEarly)
    #expect(stop.decision == .better && stop.rows < 20 && stop.calls == 120)
    #expect(stop.savedCalls == 2 * (60 - responses.count))
    #expect(responses.allSatisfy { $0.score == 5 })
  }

  @Test func `runs that cannot be compared are refused with the reason`() async throws {
    let fixture = EngineFixture(Self.answer { $0 % 2 > 0 })
    let first = try await fixture.makeRun(rows: 60)
    func refusal(_ change: @escaping @Sendable (inout RunRecord) -> Void = { _ in }) async throws -> String {
      let id = try await follower(fixture, of: first, change)
      let error = await #expect(throws: EvaluationError.self) { try await fixture.generate(id) }
      return error?.description ?? ""
    }
    #expect(try await refusal().contains("has no scores"))
    try await fixture.change(first) { $0.rows = "12" }
    try await fixture.generate(first)
    #expect(try await refusal { $0.scoring = .contains }.contains("is scored by ExactMatch, and this run by Contains"))
    #expect(try await refusal { $0.stopAgainst = 99 }.contains("No run 99"))
    #expect(try await refusal { $0.expectedColumn = "text" }.contains("different expected columns"))
    let other = try await fixture.makeRun(rows: 60)
    let dataset = try await fixture.store.read { $0.runs[other]?.datasetID }
    #expect(try await refusal { $0.datasetID = dataset }.contains("Only runs of one dataset"))
    let calls = fixture.models.calls.count
    #expect(calls == 12)
  }

  @Test func `a run that stopped early is no baseline of another stop`() async throws {
    let phase = Phase()
    let fixture = EngineFixture(Self.answerByPhase(phase))
    let id = try await pair(fixture)
    phase.next()
    try await fixture.generate(id)
    let next = try await follower(fixture, of: id) { $0.stoppedEarly = nil }
    let error = await #expect(throws: EvaluationError.self) { try await fixture.generate(next) }
    #expect(error?.description.contains("itself stopped early") == true)
  }

  @Test func `equal rows are one piece of evidence`() async throws {
    let phase = Phase()
    let fixture = EngineFixture(Self.answerByPhase(phase))
    let first = try await fixture.makeRun(rows: 60, concurrency: 1)
    let csv = "text,expected_output\n" + (0..<60).map { "row \($0 % 6),row \($0 % 6)\n" }.joined()
    try await replaceRows(of: fixture, by: csv)
    try await fixture.generate(first)
    phase.next()
    let (run, responses) = try await fixture.generate(try await follower(fixture, of: first))
    // Six groups cannot decide.
    #expect(run.stoppedEarly == nil && responses.count == 60)
  }
}
