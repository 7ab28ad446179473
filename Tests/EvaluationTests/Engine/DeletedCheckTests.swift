import Evaluation
import JSONCoding
import Providers
import Store
import Testing

@testable import Evaluation

/// Runs whose checks were deleted after they had scored the answers.
@Suite(.timeLimit(.minutes(5))) struct DeletedCheckTests {
  private static let judgement = #"{"reasons": "fine", "score": 4}"#

  /// A run of three rows whose answers a check has scored that was deleted since; it also has a metric for a judge.
  ///
  /// - Parameter failing: a row without an answer.
  private func scored(failing: String? = nil) async throws -> (EngineFixture, id: Int) {
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if prompt == failing { throw ProviderError.decided(.unusableAnswer) }
      return prompt.hasPrefix("row ") ? prompt : Self.judgement
    }
    let id = try await fixture.makeRun(rows: 3, scoring: .checks, metrics: 1, judge: "j")
    let check = try await fixture.store.commit { transaction in
      try transaction.createMetric(name: "check", instruction: nil, bands: [], check: ["kind": "equals"]).id
    }
    try await fixture.change(id) {
      $0.metricIDs.append(check)
      $0.isScoringChosen = true
    }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.compactMap(\.score).allSatisfy { $0 == 1 })
    try await fixture.store.commit { _ = try $0.deleteCascading(MetricRecord.self, id: check) }
    return (fixture, id)
  }

  @Test func `another judge can be asked, and the results of the check stay`() async throws {
    let (fixture, id) = try await scored()
    let (run, responses) = try await fixture.generate(id, .init(judging: .init(judgeModel: "k")))
    #expect(run.status == .completed && run.scoring == .checks && responses.map(\.score) == [1, 1, 1])
    #expect(responses.allSatisfy { $0.reviews.contains { $0.judgeModel == "k" && $0.score == 4 } })
  }

  @Test(arguments: [nil, "row 1"])
  func `missing reviews can be made, because no answer would be left unchecked`(failing: String?) async throws {
    let (fixture, id) = try await scored(failing: failing)
    try await fixture.change(id) { $0.judgeModel = "k" }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed)
    let judged = responses.filter { $0.status == .completed }
    #expect(!judged.isEmpty && judged.allSatisfy { $0.reviews.contains { $0.judgeModel == "k" && $0.score == 4 } })
  }

  @Test func `new answers are refused, which nothing would score`() async throws {
    let (fixture, id) = try await scored()
    let error = await #expect(throws: EvaluationError.self) { try await fixture.generate(id, .init(restart: true)) }
    #expect(error?.description.contains("Checks needs a metric with a check") == true)
    #expect(try await fixture.state(of: id).responses.count == 3)
  }
}
