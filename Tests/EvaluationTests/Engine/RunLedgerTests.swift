import Providers
import Store
import Testing

@testable import Evaluation

extension RowCost {
  fileprivate static func known(_ cost: Double) -> RowCost { RowCost(known: cost, unknownCalls: 0) }
}

@Suite struct RunBudgetTests {
  private func budget(
    _ maximum: Double, earlier: [Double] = [], measured: [Double] = [], expected: Double = 0.1
  ) -> RunBudget {
    RunBudget(
      maximum: maximum, earlier: earlier.map(RowCost.known), measured: measured.map(RowCost.known),
      expectedRowCost: expected, mostRowCost: 0.4)
  }

  @Test func `a row is begun only if the mean so far fits beside those under way`() {
    var budget = budget(1, earlier: [0.1])
    for _ in 0..<10 { budget.add(.known(0.01)) }
    #expect(budget.allowsAnother(underWay: 10))
    budget = self.budget(1, earlier: [0.2])
    budget.add(.known(0.4))
    #expect(budget.spent.rounded(toPlaces: 6) == 0.6)
    #expect(budget.allowsAnother(underWay: 0))
    #expect(!budget.allowsAnother(underWay: 1))
    // A call whose cost is not known counts as the most that it can be.
    budget.add(RowCost(known: 0, unknownCalls: 1))
    #expect(budget.spent.rounded(toPlaces: 6) == 1)
    #expect(!budget.allowsAnother(underWay: 0))
    #expect(
      budget.sentence(rowsLeft: 2)
        == "Stopped at max_cost: $1 of $1 are spent (1 call of unknown cost counted at the most it can be). 2 rows are "
        + "left and cost about $0.4 each. Results are kept. To finish, set max_cost to $1.9 with runs_update and call "
        + "runs_generate.")
  }

  @Test func `an estimate that is far too low does not let a crowd of rows spend the money`() {
    var budget = budget(1, expected: 0.001)
    #expect(budget.allowsAnother(underWay: 0) && !budget.allowsAnother(underWay: 1))
    budget.add(.known(0.3))
    #expect(budget.allowsAnother(underWay: 1) && !budget.allowsAnother(underWay: 2))
  }

  @Test func `rows of an earlier job tell what a row costs, and the figure to finish follows from it`() {
    let budget = budget(0.05, earlier: [0.02, 0.02, 0.008], measured: [0.02, 0.02])
    #expect(!budget.allowsAnother(underWay: 0))
    let sentence = budget.sentence(rowsLeft: 1)
    #expect(sentence.contains("$0.048 of $0.05 are spent. 1 row is left and costs about $0.02."))
    #expect(sentence.contains("set max_cost to $0.07 with"))
    // Before any row has shown what it costs, that is said.
    #expect(
      self.budget(0.05).sentence(rowsLeft: 2).contains("2 rows are left and are expected to cost about $0.1 each."))
  }
}

@Suite struct DollarsTests {
  @Test(arguments: [
    (0, "$0"), (0.00002534, "$0.0000253"), (0.0001, "$0.0001"), (0.12345, "$0.123"), (1.5, "$1.5"), (120, "$120"),
    (1234.5, "$1230"),
  ])
  func `money has three digits and no exponent`(amount: Double, text: String) {
    #expect(Dollars.text(amount) == text)
  }

  @Test(arguments: [
    (0.1201, "$0.13"), (0.12, "$0.12"), (0.00000995, "$0.00001"), (9.91, "$10"), (0.0701, "$0.071"), (134, "$140"),
  ])
  func `a bound is never below the amount`(amount: Double, text: String) {
    #expect(Dollars.roundedUp(amount) == text)
  }
}

@Suite struct RunEstimateTests {
  /// A dollar a prompt token and ten an answer's token.
  private func binding(isPriced: Bool = true) -> ModelBinding {
    ModelBinding(model: "m", provider: "scripted") { _, _ in
      .init(result: .failure(ProviderError(.cancelled, "")), attempts: 1)
    } cost: { call in
      guard isPriced, let usage = call.usage else { return nil }
      return Double(usage.promptTokens) + 10 * Double(usage.completionTokens)
    }
  }

  /// Ten rows of 400 bytes, with answers of at most 5 tokens.
  private func estimate(judge: ModelBinding? = nil, criteria: Int = 0, generates: Bool = true) -> RunEstimate {
    let now = Timestamp(millisecondsSince1970: 0)
    let run = RunRecord {
      $0.id = 1
      $0.name = "r"
      $0.status = .pending
      $0.promptID = 1
      $0.scoring = .none
      $0.judgeSamples = 3
      $0.maxTokens = 5
      $0.concurrency = 1
      $0.createdAt = now
      $0.updatedAt = now
    }
    return RunEstimate(
      run, Preflight.Report(rowCount: 10, promptBytes: 4_000, longestPromptBytes: 400), generator: binding(),
      judge: judge, criteriaCount: criteria, generates: generates)
  }

  @Test func `a row costs its prompt, an answer of usual length, and its reviews`() {
    #expect(estimate().rowCost == 151.0)
    #expect(estimate(judge: binding(), criteria: 2).rowCost == 13_987.0)
    #expect(estimate(judge: binding(), criteria: 2, generates: false).rowCost == 13_836.0)
  }

  @Test func `a price that is not known makes the estimate unknown`() {
    #expect(estimate(judge: binding(isPriced: false), criteria: 1).rowCost == nil)
  }
}

@Suite struct RunCostTests {
  @Test func `a run stops before it spends more than max_cost, and goes on when that is raised`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 20, concurrency: 4)
    // Every scripted call costs a cent.
    try await fixture.change(id) { $0.maxCost = 0.075 }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && responses.count == 7 && fixture.models.calls.count == 7)
    #expect(
      run.errorMessage
        == "Stopped at max_cost: $0.07 of $0.075 are spent. 13 rows are left and cost about $0.01 each. Results are "
        + "kept. To finish, set max_cost to $0.22 with runs_update and call runs_generate.")
    #expect(run.estimatedCost?.rounded(toPlaces: 6) == 0.2)
    try await fixture.change(id) { $0.maxCost = nil }
    let (resumed, all) = try await fixture.generate(id)
    #expect(resumed.status == .completed && all.count == 20 && fixture.models.calls.count == 20)
  }

  @Test func `judging by another judge keeps the reviews there are, generates nothing and adds to the bill`()
    async throws
  {
    let fixture = EngineFixture { prompt, call in
      prompt.hasPrefix("row ") ? prompt : "{\"reasons\": \"call \(call)\", \"score\": \(call > 9 ? 5 : 2)}"
    }
    let id = try await fixture.makeRun(rows: 3, scoring: .llmJudge, metrics: 2, judge: "j", concurrency: 1)
    let (_, before) = try await fixture.generate(id)
    #expect(before.allSatisfy { $0.score == 2 && $0.reviews.count == 2 })
    let (run, after) = try await fixture.generate(id, .init(judging: .init(metricIDs: [2], judgeModel: "k")))
    #expect(run.status == .completed && run.metricIDs == [2])
    #expect(fixture.models.calls.count { $0.hasPrefix("row ") } == 3)
    #expect(after.allSatisfy { $0.reviews.map(\.judgeModel) == ["j", "j", "k"] })
    #expect(after.allSatisfy { $0.reviews.map(\.score) == [2, 2, 5] && $0.score == 5 })
    #expect(after.allSatisfy { ($0.judgeCost ?? 0).rounded(toPlaces: 6) == 0.03 })
  }
}
