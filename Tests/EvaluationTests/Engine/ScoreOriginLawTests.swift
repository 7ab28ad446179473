import Foundation
import Providers
import Store
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

/// A run's score depends only on the reviews by its current judge and metrics, whatever happened before.
@Suite(.timeLimit(.minutes(20))) struct ScoreOriginLawTests {
  /// Scores that show their origin: every judge gives every wording of a metric a different mark.
  private final class World: Sendable {
    private struct State {
      var wordings: [Int: Int] = [:]
      var isFlawless = false
    }

    private let state = Mutex(State())

    func mark(judge: String, wording: Int) -> Double { Double((judge == "a" ? 0 : 2) + wording % 2 + 1) }

    /// The required score of the run: the mean of the current marks.
    func mark(ofMetrics ids: [Int], judge: String) -> Double {
      state.withLock { state in
        ids.reduce(0) { $0 + mark(judge: judge, wording: state.wordings[$1] ?? 0) } / Double(ids.count)
      }
    }

    /// Whether every judgement can be read.
    var isFlawless: Bool { state.withLock { $0.isFlawless } }
    func makeFlawless() { state.withLock { $0.isFlawless = true } }

    func reword(_ metric: Int) -> Int {
      state.withLock { state in
        state.wordings[metric, default: 0] += 1
        return state.wordings[metric] ?? 0
      }
    }
  }

  /// The models `a` and `b`, which judge by these marks and occasionally fail.
  private func fixture(seed: UInt64, _ world: World) -> EngineFixture {
    let random = Mutex(SeededGenerator(seed: seed))
    return EngineFixture(answering: { request in
      if let prompt = request.messages.last?.content, prompt.hasPrefix("row ") { return prompt }
      if !world.isFlawless, random.withLock({ Int.random(in: 0..<5, using: &$0) }) == 0 {
        return "Unreadable."
      }
      let criterion = request.messages[0].content.components(separatedBy: "wording ")
      let wording = criterion.count > 1 ? Int(criterion[1].prefix { $0.isNumber }) ?? 0 : 0
      let score = (request.model == "a" ? 0 : 2) + wording % 2 + 1
      return "{\"reasons\": \"r\", \"score\": \(score)}"
    })
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func `after any sequence of judging, rewording, cancelling and resuming`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let world = World()
    let fixture = fixture(seed: seed, world)
    let id = try await fixture.makeRun(rows: 5, scoring: .llmJudge, metrics: 3, judge: "a", concurrency: 2)

    func check(isComplete: Bool) async throws {
      let (run, figures) = try await fixture.store.read { tables in
        (try #require(tables.runs[id]), try #require(tables.figures(ofRun: id)))
      }
      let expected = world.mark(ofMetrics: run.metricIDs, judge: run.judgeModel ?? "")
      let scores = figures.entries.map(figures.scoring.score)
      #expect(scores.allSatisfy { $0 == nil || $0 == expected }, "\(scores), \(expected)")
      let judged = figures.progress.judged
      #expect(judged.done + judged.failed <= judged.total)
      if isComplete {
        #expect(scores == Array(repeating: expected, count: 5) && judged.isComplete && judged.failed == 0)
        #expect(run.status == .completed)
      }
    }

    for _ in 0..<12 {
      switch Int.random(in: 0..<6, using: &random) {
      case 0:
        let metric = Int.random(in: 1...3, using: &random)
        let wording = world.reword(metric)
        try await fixture.store.commit { transaction in
          guard var record = transaction.tables.metrics[metric] else { return }
          record.instruction = "wording \(wording)"
          transaction.put(record)
        }
      case 1:
        let ids = [[1], [2, 3], [1, 2, 3], [3]].randomElement(using: &random) ?? [1]
        try await fixture.change(id) { $0.metricIDs = ids }
      case 2:
        let judge = Bool.random(using: &random) ? "a" : "b"
        try await fixture.change(id) { $0.judgeModel = judge }
      case 3, 4:
        let ids: [Int]? = [nil, [1, 2], [2]].randomElement(using: &random) ?? nil
        let judge: String? = [nil, "a", "b"].randomElement(using: &random) ?? nil
        let hasResponses = try await !fixture.state(of: id).responses.isEmpty
        let options = RunEngine.Options(
          judging: hasResponses ? RunEngine.Judging(metricIDs: ids, judgeModel: judge) : nil)
        _ = try await fixture.engine.generate(run: id, options: options)
        if Bool.random(using: &random) {
          for _ in 0..<Int.random(in: 0..<40, using: &random) { await Task.yield() }
          do { try await fixture.engine.cancel(run: id) } catch is EvaluationError {}
        }
        try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }
      default: try await fixture.generate(id, .init(retryFailed: Bool.random(using: &random)))
      }
      try await check(isComplete: false)
    }
    world.makeFlawless()
    try await fixture.generate(id, .init(retryFailed: true))
    try await check(isComplete: true)
    // A complete run costs nothing more, however it is requested.
    let calls = fixture.models.calls.count
    try await fixture.generate(id, .init(retryFailed: true))
    try await fixture.generate(id, .init(judging: .init()))
    #expect(fixture.models.calls.count == calls)
  }
}
