import Providers
import Store
import Testing

@testable import Evaluation

extension RowCost {
  fileprivate static func known(_ cost: Double) -> RowCost { RowCost(known: cost, unknownCalls: 0) }
}

@Suite struct RunBudgetTests {
  @Test func `a row is begun only if the mean so far fits beside those under way`() {
    var budget = RunBudget(maximum: 1, spent: 0.1, expectedRowCost: 0.1, mostRowCost: 0.4)
    for _ in 0..<10 { budget.add(.known(0.01)) }
    #expect(budget.allowsAnother(underWay: 10))
    budget = RunBudget(maximum: 1, spent: 0.2, expectedRowCost: 0.1, mostRowCost: 0.4)
    budget.add(.known(0.4))
    #expect(budget.spent.rounded(toPlaces: 6) == 0.6)
    #expect(budget.allowsAnother(underWay: 0))
    #expect(!budget.allowsAnother(underWay: 1))
    // A call whose cost is not known counts as the most that it can be.
    budget.add(RowCost(known: 0, unknownCalls: 1))
    #expect(budget.spent.rounded(toPlaces: 6) == 1)
    #expect(!budget.allowsAnother(underWay: 0))
    #expect(budget.sentence.contains("$1.0 of $1.0"))
  }

  @Test func `an estimate that is far too low does not let a crowd of rows spend the money`() {
    var budget = RunBudget(maximum: 1, spent: 0, expectedRowCost: 0.001, mostRowCost: 0.4)
    #expect(budget.allowsAnother(underWay: 0) && !budget.allowsAnother(underWay: 1))
    budget.add(.known(0.3))
    #expect(budget.allowsAnother(underWay: 1) && !budget.allowsAnother(underWay: 2))
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

  @Test func `a row costs its prompt, an answer of usual length, and its reviews`() {
    let plain = RunEstimate(generator: binding(), judge: nil, criteriaCount: 0, samples: 1, maxTokens: 5)
    #expect(plain.rowCost(promptBytes: 400) == 151.0)
    let judged = RunEstimate(generator: binding(), judge: binding(), criteriaCount: 2, samples: 3, maxTokens: 5)
    #expect(judged.rowCost(promptBytes: 400) == 13_987.0)
    #expect(judged.rowCost(promptBytes: 400, generates: false) == 13_836.0)
  }

  @Test func `a price that is not known makes the estimate unknown`() {
    let estimate = RunEstimate(
      generator: binding(), judge: binding(isPriced: false), criteriaCount: 1, samples: 1, maxTokens: nil)
    #expect(estimate.rowCost(promptBytes: 10) == nil)
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
    #expect(run.errorMessage?.contains("max_cost") == true)
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
