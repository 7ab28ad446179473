import Providers
import Store
import Testing

@testable import Evaluation

@Suite(.timeLimit(.minutes(20))) struct DollarsTests {
  @Test(arguments: [
    (0, "$0"), (0.00002534, "$0.0000253"), (0.0001, "$0.0001"), (0.12345, "$0.123"), (1.5, "$1.5"), (120, "$120"),
    (1234.5, "$1230"),
  ])
  func `money has three digits and no exponent`(amount: Double, text: String) {
    #expect(Dollars.text(amount) == text)
  }

  @Test(arguments: [
    (0, "$0"), (0.031234, "$0.031234"), (0.0000312345, "$0.0000312345"), (4e-8, "$0.00000004"), (1.5, "$1.5"),
    (1234.5678, "$1234.57"),
  ])
  func `a figure of money has six digits and no exponent`(amount: Double, text: String) {
    #expect(Dollars.figure(amount) == text)
  }

  @Test(arguments: [
    (0.80004, 0.8, "$0.80004", "$0.8"), (0.8, 0.79996, "$0.8", "$0.79996"), (1.2345, 3, "$1.23", "$3"),
    (0.8, 0.8, "$0.8", "$0.8"), (2, .infinity, "$2", "$inf"),
  ])
  func `amounts that are compared have the digits that tell them apart`(
    amount: Double, other: Double, text: String, otherText: String
  ) {
    #expect(Dollars.compared(amount, with: other) == (text, otherText))
  }

  @Test(arguments: [
    (0.1201, "$0.13"), (0.12, "$0.12"), (0.00000995, "$0.00001"), (9.91, "$10"), (0.0701, "$0.071"), (134, "$140"),
  ])
  func `a bound is never below the amount`(amount: Double, text: String) {
    #expect(Dollars.roundedUp(amount) == text)
  }
}

@Suite(.timeLimit(.minutes(20))) struct RunCostTests {
  @Test func `a run stops before it exceeds max_cost, and continues when that is raised`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 20, concurrency: 4)
    // Every scripted call costs one cent.
    try await fixture.change(id) { $0.maxCost = 0.075 }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && responses.count == 7 && fixture.models.calls.count == 7)
    #expect(
      run.errorMessage
        == "Stopped at max_cost: $0.07 of $0.075 are spent. 13 rows are left and cost about $0.13; the next one may "
        + "cost $0.01. Results are kept. To finish, set max_cost to $0.22 with runs_update and call runs_generate. "
        + "It takes more if the answers that are left are longer than those so far.")
    #expect(run.estimatedCost?.rounded(toPlaces: 6) == 0.2)
    try await fixture.change(id) { $0.maxCost = nil }
    let (resumed, all) = try await fixture.generate(id)
    #expect(resumed.status == .completed && all.count == 20 && fixture.models.calls.count == 20)
  }

  @Test func `a new judge keeps existing reviews, generates nothing and adds to the cost`()
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
