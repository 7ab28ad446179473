import JSONCoding
import Providers
import Store
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

/// Runs with several answers a row.
@Suite(.timeLimit(.minutes(20))) struct RunRepeatsTests {
  private static func keys(rows: Int, repeats: Int) -> [AnswerKey] {
    (0..<rows).flatMap { row in (0..<repeats).map { AnswerKey(rowIndex: row, repeatIndex: $0) } }
  }

  private func makeRun(_ fixture: EngineFixture, rows: Int, repeats: Int, concurrency: Int = 4) async throws -> Int {
    let id = try await fixture.makeRun(rows: rows, concurrency: concurrency)
    try await fixture.change(id) { $0.repeats = repeats }
    return id
  }

  @Test func `every row gets its answers, each once`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await makeRun(fixture, rows: 5, repeats: 3)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && fixture.models.calls.count == 15)
    #expect(responses.map(\.key).sorted() == Self.keys(rows: 5, repeats: 3))
    let progress = try await fixture.engine.progress(ofRun: id)
    #expect(progress?.generated == .init(done: 15, total: 15))
    #expect(try await fixture.engine.generate(run: id, options: .init()) == .completed)
  }

  @Test func `every row is asked once before a row is asked again`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await makeRun(fixture, rows: 3, repeats: 2, concurrency: 1)
    _ = try await fixture.generate(id)
    #expect(fixture.models.calls == ["row 0", "row 1", "row 2", "row 0", "row 1", "row 2"])
  }

  @Test func `a run that was shut down makes the missing answers only`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if call <= 7 { return prompt }
      await gate.pass()
      throw .sample(.cancelled)
    }
    let id = try await makeRun(fixture, rows: 5, repeats: 3, concurrency: 1)
    _ = try await fixture.engine.generate(run: id, options: .init())
    await gate.held(1)
    await fixture.shutDown()
    let (run, before) = try await fixture.state(of: id)
    #expect(run.status == .failed && before.count == 7)
    let next = EngineFixture(folder: fixture.folder) { prompt, _ in prompt }
    let (resumed, all) = try await next.generate(id)
    #expect(resumed.status == .completed && next.models.calls.count == 8)
    #expect(all.map(\.key).sorted() == Self.keys(rows: 5, repeats: 3))
    #expect(Set(before.map(\.id)).isSubset(of: all.map(\.id)))
  }

  @Test func `a failed answer alone is tried again`() async throws {
    let isBroken = Mutex(true)
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if call == 4, isBroken.withLock({ $0 }) { throw .sample(.unusableAnswer) }
      return prompt
    }
    let id = try await makeRun(fixture, rows: 3, repeats: 2, concurrency: 1)
    let (_, before) = try await fixture.generate(id)
    #expect(before.filter { $0.status == .failed }.map(\.key) == [AnswerKey(rowIndex: 0, repeatIndex: 1)])
    isBroken.withLock { $0 = false }
    let (_, after) = try await fixture.generate(id, .init(retryFailed: true))
    #expect(after.allSatisfy { $0.status == .completed } && fixture.models.calls.count == 7)
    #expect(after.map(\.key).sorted() == Self.keys(rows: 3, repeats: 2))
  }

  @Test func `a restart makes all answers anew`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await makeRun(fixture, rows: 2, repeats: 2)
    _ = try await fixture.generate(id)
    let (_, again) = try await fixture.generate(id, .init(restart: true))
    #expect(again.map(\.key).sorted() == Self.keys(rows: 2, repeats: 2) && fixture.models.calls.count == 8)
  }

  @Test func `every answer of a row has a seed of its own`() async throws {
    let seeds = Mutex<[String: [Int]]>([:])
    let fixture = EngineFixture(answering: { request in
      let prompt = request.messages.last?.content ?? ""
      seeds.withLock { $0[prompt, default: []].append(request.parameters[.seed]?.intValue ?? -1) }
      return prompt
    })
    let id = try await makeRun(fixture, rows: 2, repeats: 3, concurrency: 1)
    try await fixture.change(id) { $0.settings[.seed] = 7 }
    _ = try await fixture.generate(id)
    #expect(seeds.withLock(\.self) == ["row 0": [7, 8, 9], "row 1": [7, 8, 9]])
  }

  @Test func `every answer is judged`() async throws {
    let fixture = EngineFixture { prompt, _ in
      prompt.hasPrefix("row ") ? prompt : #"{"reasons": "r", "score": 4}"#
    }
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.change(id) { $0.repeats = 3 }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.count == 6)
    #expect(responses.allSatisfy { $0.score == 4 && $0.reviews.count == 1 })
    #expect(try await fixture.engine.progress(ofRun: id)?.judged == .init(done: 6, total: 6))
    let judging = RunEngine.Judging(judgeModel: "other")
    let (_, judged) = try await fixture.generate(id, .init(judging: judging))
    #expect(judged.count == 6 && judged.allSatisfy { $0.reviews.contains { $0.judgeModel == "other" } })
  }

  @Test func `max_cost counts every answer, and a raised limit finishes the run`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await makeRun(fixture, rows: 4, repeats: 3, concurrency: 1)
    try await fixture.change(id) { $0.maxCost = 0.065 }
    let (run, stopped) = try await fixture.generate(id)
    #expect(run.status == .failed && stopped.count == 6)
    #expect(run.errorMessage?.contains("6 answers are left") == true)
    try await fixture.change(id) { $0.maxCost = 1 }
    let (finished, all) = try await fixture.generate(id)
    #expect(finished.status == .completed && all.map(\.key).sorted() == Self.keys(rows: 4, repeats: 3))
  }

  // MARK: Comparing

  /// Answers of which each row's n-th is right if the pattern says so.
  private func compared(_ patterns: [[Bool]], _ baseline: [Bool]) async throws -> (RunComparison, [ComparedRun]) {
    let counts = Mutex<[String: Int]>([:])
    let fixture = EngineFixture { prompt, _ in
      let row = Int(prompt.split(separator: " ")[1]) ?? 0
      let number = counts.withLock { counts in
        defer { counts[prompt, default: 0] += 1 }
        return counts[prompt, default: 0]
      }
      let isRight = number == 0 ? baseline[row] : patterns[row][number - 1]
      return isRight ? prompt : "wrong"
    }
    let first = try await fixture.makeRun(rows: baseline.count, concurrency: 1)
    _ = try await fixture.generate(first)
    let repeats = patterns[0].count
    let second = try await fixture.store.commit { transaction in
      var run = try #require(transaction.tables.runs[first])
      (run.id, run.status, run.snapshot, run.repeats) = (0, .pending, nil, repeats)
      return transaction.insert(run).id
    }
    _ = try await fixture.generate(second)
    return try await fixture.store.read { tables in
      let runs = try [first, second].map { try #require(tables.runs[$0]) }
      let sides = runs.map { ComparedRun(.init($0, comparedWith: runs[0], in: tables)) }
      let dataset = try #require(tables.datasets[1])
      let groups = try RowGroups(sides, table: try dataset.table(of: runs[0]), columns: dataset.columns)
      return (try RunComparison(baseline: sides[0], candidate: sides[1], groups: groups), sides)
    }
  }

  @Test func `a comparison pairs rows by their means`() async throws {
    let (comparison, sides) = try await compared(
      [[true, true, true], [true, false, false], [false, false, false]], [false, true, true])
    let scores = try #require(comparison.scores)
    #expect((0..<3).map { sides[1].score(ofRow: $0) } == [1, 1.0 / 3, 0])
    #expect(scores.pairs == 3 && scores.differences.scale == .bounded(0...1))
    let expected: Double = -2.0 / 9
    #expect(abs(try #require(scores.meanDifference) - expected) < 1e-12)
    #expect((scores.differences.wins, scores.differences.losses) == (1, 2))
    #expect(comparison.costRatio == 1)
    #expect(scores.differences.test == .permutation)
  }

  @Test func `more answers to the same rows are no more rows`() async throws {
    // Twelve right and wrong answers by chance say nothing, however often they are asked.
    let truth = (0..<12).map { $0 % 2 == 0 }
    let (once, _) = try await compared(truth.map { [$0] }, truth.map { !$0 })
    let (often, _) = try await compared(truth.map { [$0, $0, $0, $0] }, truth.map { !$0 })
    let (narrow, wide) = (try #require(often.scores?.interval), try #require(once.scores?.interval))
    #expect(often.scores?.pairs == once.scores?.pairs)
    #expect(often.scores?.differences.values == once.scores?.differences.values)
    let widths = (narrow.upperBound - narrow.lowerBound, wide.upperBound - wide.lowerBound)
    #expect(widths.0 > 0.9 * widths.1)
  }
}
