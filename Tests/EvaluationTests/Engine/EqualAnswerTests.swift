import Store
import Synchronization
import Testing

@testable import Evaluation

/// Scores and sums that are equal but for rounding, and answers that are the same.
@Suite(.timeLimit(.minutes(20))) struct EqualAnswerTests {
  /// Two runs with ten answers to each row, of which so many are right.
  private func pair(_ first: [Int], _ second: [Int]) async throws -> EngineFixture {
    let counts = Mutex<[String: Int]>([:])
    let fixture = EngineFixture { prompt, _ in
      let number = counts.withLock { counts in
        defer { counts[prompt, default: 0] += 1 }
        return counts[prompt, default: 0]
      }
      let row = Int(prompt.dropFirst(4)) ?? 0
      return number % 10 < (number < 10 ? first : second)[row] ? prompt : "wrong"
    }
    let id = try await fixture.makeRun(rows: first.count, concurrency: 1)
    try await fixture.change(id) { $0.repeats = 10 }
    try await fixture.generate(id)
    let other = try await fixture.store.commit { transaction in
      var run = try transaction.tables.find(RunRecord.self, id)
      (run.id, run.status, run.snapshot) = (0, .pending, nil)
      return transaction.insert(run).id
    }
    try await fixture.generate(other)
    return fixture
  }

  @Test func `no run beats another one by rounding`() async throws {
    let fixture = try await pair([1, 2, 3], [3, 2, 1])
    let frontier = try await fixture.store.read { tables in
      let sides = try [2, 1].map {
        ComparedRun(ComparedRun.Source(try tables.find(RunRecord.self, $0), comparedWith: nil, in: tables))
      }
      return try Frontier(sides, of: tables.find(DatasetRecord.self, 1))
    }
    #expect(frontier.points.map(\.standing) == [.frontier, .frontier])
    #expect(Set(frontier.points.map(\.score)).count == 2, "the sums of this test differ in their last digit")
  }

  @Test func `shares of refusals are equal but for rounding`() async throws {
    let fixture = try await pair([1, 2, 3], [3, 2, 1])
    func refuse(_ counts: [Int], ofRun id: Int) async throws {
      try await fixture.store.commit { transaction in
        for entry in transaction.tables.responses.entries(ofRun: id) {
          guard entry.key.repeatIndex < counts[entry.rowIndex] else { continue }
          var response = try entry.decoded()
          response.finishReason = "refusal"
          _ = transaction.put(response)
        }
      }
    }
    try await refuse([3, 0, 0], ofRun: 1)
    try await refuse([1, 2, 0], ofRun: 2)
    #expect(try await fixture.comparison(1, 2).warnings.allSatisfy { !$0.contains("refused") })
    try await refuse([3, 2, 0], ofRun: 2)
    #expect(try await fixture.comparison(1, 2).warnings.contains { $0.contains("refused") })
  }

  /// A run of copies, unless the change makes it another one.
  private func copy(
    _ fixture: EngineFixture, _ change: @escaping @Sendable (inout RunRecord) -> Void = { _ in }
  ) async throws -> Int {
    let id = try await fixture.store.commit { transaction in
      var run = try transaction.tables.find(RunRecord.self, 1)
      (run.id, run.status, run.snapshot, run.reuse) = (0, .pending, nil, true)
      change(&run)
      return transaction.insert(run).id
    }
    try await fixture.generate(id)
    return id
  }

  @Test func `the very same answers are the same, whatever the number of rows`() async throws {
    let fixture = RunReuseTests.echoing()
    try await fixture.generate(try await fixture.makeRun(rows: 3))
    let id = try await copy(fixture)
    let comparison = try await fixture.comparison(1, id)
    #expect(comparison.verdict == .same && comparison.interval == 0...0, "\(comparison.sentence)")
    #expect(comparison.sentence.contains("score the same") && comparison.sentence.contains("all 3 rows"))
    #expect(!comparison.sentence.contains("left out") && !comparison.sentence.contains("cannot be compared"))
  }

  @Test func `the very same answers are the same, whatever a judge says of them`() async throws {
    let judgements = Mutex(0)
    let fixture = EngineFixture { prompt, _ in
      if prompt.hasPrefix("row ") { return prompt }
      let count = judgements.withLock { count in
        count += 1
        return count
      }
      return #"{"reasons": "r", "score": \#(count > 30 ? 2 : 5)}"#
    }
    try await fixture.generate(try await fixture.makeRun(rows: 30, scoring: .llmJudge, metrics: 1, judge: "j"))
    let comparison = try await fixture.comparison(1, try await copy(fixture))
    #expect(comparison.verdict == .same, "\(comparison.sentence)")
  }

  @Test func `rows with the same answers are left out beside others`() async throws {
    let fixture = EngineFixture { prompt, call in call <= 40 && prompt.hasSuffix("0") ? "wrong" : prompt }
    try await fixture.generate(try await fixture.makeRun(rows: 40))
    // As if four answers had been made anew.
    let id = try await copy(fixture)
    try await fixture.store.commit { transaction in
      for entry in transaction.tables.responses.entries(ofRun: id) where entry.rowIndex % 10 == 0 {
        var response = try entry.decoded()
        (response.reusedFrom, response.score, response.cost) = (nil, 1, 0.01)
        _ = transaction.put(response)
      }
    }
    let comparison = try await fixture.comparison(1, id)
    #expect(comparison.scores?.pairs == 4 && comparison.verdict == .notWorse, "\(comparison.sentence)")
    #expect(comparison.sentence.contains("In 36 rows both runs have the very same answers"))
  }

  @Test func `rows left out for the same answers do not wait`() async throws {
    let fixture = RunReuseTests.echoing()
    try await fixture.generate(try await fixture.makeRun(rows: 10))
    try await RunReuseTests().add(rows: "row 10,row 10\nrow 11,row 11\n", to: fixture)
    let id = try await copy(fixture) { $0.maxCost = 0.001 }
    let comparison = try await fixture.comparison(1, id)
    #expect(!comparison.candidate.isFinished && comparison.verdict == .unclear)
    #expect(!comparison.sentence.contains("not count yet"), "\(comparison.sentence)")
    #expect(comparison.sentence.contains("In 10 rows both runs have the very same answers"))
  }

  @Test func `rows left out for the same answers do not count under a stop rule`() async throws {
    let fixture = RunReuseTests.echoing()
    try await fixture.generate(try await fixture.makeRun(rows: 12))
    let comparison = try await fixture.comparison(1, try await copy(fixture) { $0.stopAgainst = 1 })
    #expect(comparison.scores?.pairs == 0 && comparison.verdict == .same, "\(comparison.sentence)")
  }
}
