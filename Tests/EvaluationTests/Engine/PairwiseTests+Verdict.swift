import Providers
import Store
import Testing

@testable import Evaluation

/// Word, interval, level and sentence of a comparison say the same.
extension PairwiseTests {
  private func results(
    _ fixture: EngineFixture, _ first: Int, _ second: Int, comparisons: Int = 1
  ) async throws -> [PairwiseResult] {
    let sources = try await fixture.store.read { tables in
      let baseline = try #require(tables.runs[first])
      return [
        ComparedRun.Source(baseline, comparedWith: nil, in: tables),
        ComparedRun.Source(try #require(tables.runs[second]), comparedWith: baseline, in: tables),
      ]
    }
    let sides = sources.map(ComparedRun.init)
    return try PairwiseResult.all(
      sides[0], sides[1], RowGroups(sides, table: nil, columns: []), comparisons: comparisons)
  }

  /// A judge that prefers the longer answer on the first rows, the shorter one on those that follow, and none after.
  private func judge(wins: Int, losses: Int) -> EngineFixture {
    fixture { first, second in
      let row = first.split(separator: " ").last.flatMap { Int($0) } ?? 0
      if row >= wins + losses { return 3 }
      return (second.count > first.count) == (row < wins) ? 5 : 1
    }
  }

  @Test func `one row is named as one`() async throws {
    let single = judge(wins: 1, losses: 0)
    let (first, second) = try await runs(single, rows: 1)
    try await single.generate(second, judging(first))
    let won = try #require(try await results(single, first, second).first)
    #expect(won.sentence.contains("on 1 row and") && !won.sentence.contains("1 rows"), "\(won.sentence)")
    let failing = fixture { first, _ throws(ProviderError) in
      if first.hasSuffix("row 3") { throw .sample(.invalidRequest) }
      return 3
    }
    let (one, other) = try await runs(failing, rows: 12)
    try await failing.generate(other, judging(one))
    let failed = try #require(try await results(failing, one, other).first)
    #expect(failed.sentence.contains("1 row without a judgement is left out."), "\(failed.sentence)")
  }

  @Test func `a result is unclear with an interval that contains 0`() async throws {
    let fixture = judge(wins: 18, losses: 8)
    let (first, second) = try await runs(fixture, rows: 40)
    try await fixture.generate(second, judging(first))
    let found = try #require(try await results(fixture, first, second).first)
    #expect(found.wins == 18 && found.losses == 8 && found.ties == 14 && found.difference == 0.25)
    // The exact test of 18 wins and 8 losses.
    #expect(found.verdict == .unclear && abs((found.pValue ?? 0) - 0.07552) < 1e-5 && found.test == .mcNemar)
    #expect(found.interval.map { $0.contains(0) && $0.contains(0.25) } == true && found.level == 0.95)
    #expect(found.sentence.contains("not shown") && found.sentence.contains("95 % interval"))
    #expect(found.sentence.contains("p 0.076 by the exact McNemar test"))
  }

  @Test(arguments: [(0, 0), (3, 0), (6, 0), (9, 1), (10, 3), (14, 6), (16, 4), (0, 7), (2, 12), (20, 0)])
  func `a verdict is shown exactly if the interval excludes 0`(wins: Int, losses: Int) async throws {
    let fixture = judge(wins: wins, losses: losses)
    let (first, second) = try await runs(fixture, rows: 20)
    try await fixture.generate(second, judging(first))
    for comparisons in [1, 3] {
      let found = try #require(try await results(fixture, first, second, comparisons: comparisons).first)
      let interval = try #require(found.interval)
      #expect(interval.contains(0) == (found.verdict == .unclear))
      #expect((interval.lowerBound > 0) == (found.verdict == .better))
      #expect(found.sentence.contains(comparisons == 1 ? "95 % interval" : "98.33 % interval"))
      #expect(abs(found.level - (1 - 0.05 / Double(comparisons))) < 1e-12)
    }
  }

  @Test func `judges of one pair of runs share the 5 %`() async throws {
    // 6 wins and no loss are a verdict at 95 %, and none at 97.5 %.
    let fixture = judge(wins: 6, losses: 0)
    let (first, second) = try await runs(fixture, rows: 20)
    try await fixture.generate(second, judging(first))
    #expect(try await results(fixture, first, second).map(\.verdict) == [.better])
    try await fixture.generate(second, judging(first, by: "k"))
    let found = try await results(fixture, first, second)
    #expect(found.map(\.verdict) == [.unclear, .unclear])
    #expect(found.allSatisfy { abs($0.level - 0.975) < 1e-12 && $0.interval?.contains(0) == true })
    #expect(found.allSatisfy { $0.sentence.contains("97.5 % interval") && $0.sentence.contains("2 pairwise judgings") })
    // The mirrored comparison is the same.
    #expect(try await results(fixture, second, first).map(\.level) == found.map(\.level))
    let together = try await results(fixture, first, second, comparisons: 2)
    #expect(together.allSatisfy { abs($0.level - 0.9875) < 1e-12 })
  }

  @Test func `comparisons by several criteria are all kept and shown`() async throws {
    let fixture = fixture { first, second in second.count > first.count ? 5 : 1 }
    let first = try await fixture.makeRun(rows: 4, metrics: 2)
    let second = try await fixture.store.commit { transaction in
      var prompt = try #require(transaction.tables.prompts[1])
      (prompt.id, prompt.template, prompt.familyKey) = (0, "Longer: {{ text }}", "g")
      var run = try #require(transaction.tables.runs[first])
      (run.id, run.name, run.promptID) = (0, "longer", transaction.insert(prompt).id)
      return transaction.insert(run).id
    }
    for id in [first, second] { try await fixture.generate(id) }
    for metric in [1, 2] {
      let before = fixture.models.calls.count
      try await fixture.generate(
        second, .init(judging: .init(metricIDs: [metric], judgeModel: "j", against: first)))
      #expect(fixture.models.calls.count - before == 8)
    }
    let found = try await results(fixture, first, second)
    #expect(found.map(\.judging.criterion) == ["metric 1", "metric 0"] && found.allSatisfy { $0.wins == 4 })
    #expect(found.map(\.judging.metricIDs) == [[2], [1]])
    #expect(found[0].sentence.contains("by metric 1") && found[1].sentence.contains("by metric 0"))
    #expect(found.map(\.canGoOn) == [true, true])
    try await fixture.store.commit { transaction in
      var metric = try #require(transaction.tables.metrics[1])
      metric.instruction = "Anything else."
      transaction.put(metric)
    }
    // New judgements would be of another wording.
    #expect(try await results(fixture, first, second).map(\.canGoOn) == [true, false])
    let mirrored = try await results(fixture, second, first)
    #expect(mirrored.count == 2 && mirrored.allSatisfy { $0.losses == 4 })
  }
}
