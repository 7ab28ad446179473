import Evaluation
import Foundation
import JSONCoding
import Providers
import Store
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(20))) struct RunJudgingTests {
  private static func isJudgePrompt(_ prompt: String) -> Bool { !prompt.hasPrefix("row ") }

  @Test func `every metric reviews every response and the score is their mean`() async throws {
    let scores = Mutex(0)
    let fixture = EngineFixture { prompt, _ in
      guard Self.isJudgePrompt(prompt) else { return prompt }
      let score = scores.withLock { count in
        count += 1
        return count % 2 == 0 ? 5 : 2
      }
      return "{\"reasons\": \"because\", \"score\": \(score)}"
    }
    let id = try await fixture.makeRun(rows: 4, scoring: .llmJudge, metrics: 2, judge: "j", concurrency: 1)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed)
    #expect(responses.allSatisfy { $0.status == .completed && $0.score == 3.5 && $0.reviews.count == 2 })
    #expect(Set(responses.flatMap { $0.reviews.map(\.id) }) == Set(1...8))
    #expect(responses[0].reviews[0].metricName == "metric 0" && responses[0].reviews[0].feedback == "because")
    #expect(responses[0].judgeUsage?.totalTokens == 24 && abs((responses[0].judgeCost ?? 0) - 0.02) < 1e-12)
    #expect(try await fixture.warnings(of: id).contains { $0.contains("All 4 scores") })
  }

  @Test func `a failed judgement is never a score and does not fail the row`() async throws {
    let fixture = EngineFixture { prompt, _ in Self.isJudgePrompt(prompt) ? "five stars!" : prompt }
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j")
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed)
    #expect(responses.allSatisfy { $0.status == .completed && $0.score == nil })
    #expect(
      responses.allSatisfy { $0.reviews.count == 1 && $0.reviews[0].status == .failed && $0.reviews[0].score == nil })
    #expect(try await fixture.warnings(of: id).contains { $0.contains("reviews failed") })
  }

  @Test func `a review that was cut off is made again with a higher limit, and with no other`() async throws {
    let fixture = EngineFixture { prompt, _ in
      Self.isJudgePrompt(prompt) ? "{\"reasons\": \"fine\", \"score\": 4}" : prompt
    }
    fixture.models.changeAnswers { answer in
      guard case .success(var completion) = answer.result, completion.model == "j" else { return answer }
      completion.finishReason = "length"
      return .init(result: .success(completion), attempts: 1)
    }
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.change(id) { $0.judgeMaxTokens = 10 }
    let (_, responses) = try await fixture.generate(id)
    #expect(responses.allSatisfy { $0.reviews.first?.cutOffLimit == 10 })
    #expect(responses.allSatisfy { $0.reviews.first?.error?.contains("Raise judge_max_tokens") == true })
    #expect(fixture.models.calls.count == 4)
    let warnings = try await fixture.warnings(of: id)
    #expect(warnings.contains { $0.hasPrefix("2 of 2 reviews were cut off") && $0.contains("Raise judge_max_tokens") })
    #expect(!warnings.contains { $0.contains("retry_failed") })
    let retried = try await fixture.generate(id, .init(retryFailed: true))
    #expect(fixture.models.calls.count == 4 && retried.run.status == .completed)
    let progress = try await fixture.engine.progress(ofRun: id)
    #expect(progress?.judged == .init(done: 0, failed: 2, total: 2))
    fixture.models.changeAnswers { $0 }
    let raised = try await fixture.generate(id, .init(judging: .init(settings: [(.judgeMaxTokens, 20)])))
    #expect(raised.responses.allSatisfy { $0.reviews.map(\.score) == [4] } && fixture.models.calls.count == 6)
  }

  @Test func `LlmJudge without metrics judges agreement`() async throws {
    let fixture = EngineFixture { prompt, _ in
      Self.isJudgePrompt(prompt) ? "{\"reasons\": \"same\", \"score\": 5}" : prompt
    }
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, judge: "j")
    let (_, responses) = try await fixture.generate(id)
    #expect(responses.allSatisfy { $0.score == 5 && $0.reviews.map(\.metricName) == ["agreement"] })
  }

  @Test func `a judge that refuses the key stops the run, and a resume only judges`() async throws {
    let isBroken = Mutex(true)
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      guard Self.isJudgePrompt(prompt) else { return prompt }
      if isBroken.withLock({ $0 }) { throw .sample(.unauthorized) }
      return "{\"reasons\": \"fine\", \"score\": 4}"
    }
    let id = try await fixture.makeRun(rows: 3, scoring: .llmJudge, metrics: 1, judge: "j", concurrency: 1)
    let (failed, before) = try await fixture.generate(id)
    #expect(failed.status == .failed && failed.errorMessage?.contains("judge") == true)
    #expect(before.map(\.status) == [.running])
    isBroken.withLock { $0 = false }
    let (run, after) = try await fixture.generate(id)
    #expect(run.status == .completed && after.map(\.score) == [4, 4, 4])
    #expect(fixture.models.calls.count { $0 == "row 0" } == 1)
  }

  @Test func `judging again without metrics is refused`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 2)
    try await fixture.generate(id)
    let error = await #expect(throws: EvaluationError.self) {
      try await fixture.generate(id, .init(judging: .init(judgeModel: "j")))
    }
    #expect(error?.description.contains("metric_ids") == true)
    #expect(try await fixture.state(of: id).run.judgeModel == nil)
  }

  @Test func `judging a stopped run keeps the reason why it stopped`() async throws {
    let fixture = EngineFixture { prompt, _ in
      Self.isJudgePrompt(prompt) ? "{\"reasons\": \"fine\", \"score\": 4}" : prompt
    }
    let id = try await fixture.makeRun(rows: 4, metrics: 1, concurrency: 1)
    try await fixture.change(id) { $0.maxCost = 0.025 }
    let reason = try #require(try await fixture.generate(id).run.errorMessage)
    try await fixture.change(id) { $0.maxCost = nil }
    let (run, responses) = try await fixture.generate(id, .init(judging: .init(judgeModel: "j")))
    #expect(responses.map(\.reviews.count) == [1, 1])
    #expect(run.status == .failed && run.errorMessage == reason)
  }

  @Test func `a row that waited for a judge is complete once the run has none`() async throws {
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if Self.isJudgePrompt(prompt) { throw .sample(.unauthorized) }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 2, metrics: 1, judge: "j", concurrency: 1)
    #expect(try await fixture.generate(id).responses.map(\.status) == [.running])
    try await fixture.change(id) { $0.judgeModel = nil }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.map(\.status) == [.completed, .completed])
    #expect(fixture.models.calls.count { $0 == "row 0" } == 1)
  }

  @Test func `only failed reviews are retried, as the warning says`() async throws {
    let fixture = EngineFixture { prompt, call in
      if !Self.isJudgePrompt(prompt) { return prompt }
      return call < 4 ? "five stars!" : "{\"reasons\": \"fine\", \"score\": 4}"
    }
    let id = try await fixture.makeRun(rows: 3, scoring: .llmJudge, metrics: 1, judge: "j", concurrency: 1)
    _ = try await fixture.generate(id)
    let warnings = try await fixture.warnings(of: id)
    #expect(warnings.contains { $0.contains("1 of 3 reviews failed") && $0.contains("retry_failed: true") })
    let calls = fixture.models.calls.count
    let (run, responses) = try await fixture.generate(id, .init(retryFailed: true))
    #expect(run.status == .completed && responses.map(\.score) == [4, 4, 4])
    #expect(fixture.models.calls.count == calls + 1)
  }

  private static let fine = "{\"reasons\": \"fine\", \"score\": 4}"

  @Test func `a judge is asked with the effort and the limit of its run`() async throws {
    let asked = Mutex<[RequestParameters]>([])
    let fixture = EngineFixture(answering: { request in
      guard Self.isJudgePrompt(request.messages.last?.content ?? "") else { return "an answer" }
      asked.withLock { $0.append(request.parameters) }
      return Self.fine
    })
    let id = try await fixture.makeRun(rows: 1, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.change(id) { ($0.judgeEffort, $0.judgeMaxTokens) = ("low", 9_000) }
    let (_, responses) = try await fixture.generate(id)
    #expect(asked.withLock { $0.map(\.reasoningEffort) } == [.low])
    #expect(asked.withLock { $0.map(\.maxTokens) } == [9_000])
    #expect(responses[0].reviews.map(\.judgeEffort) == ["low"])
  }

  @Test func `another judge_effort makes another judge, another token limit does not`() async throws {
    let fixture = EngineFixture { prompt, _ in Self.isJudgePrompt(prompt) ? Self.fine : prompt }
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.generate(id)
    try await fixture.change(id) { $0.judgeMaxTokens = 100 }
    #expect(try await fixture.state(of: id).responses.map(\.score) == [4, 4])
    try await fixture.change(id) { $0.judgeEffort = "high" }
    #expect(try await fixture.state(of: id).responses.map(\.score) == [nil, nil])
    try await fixture.generate(id, .init(judging: .init(settings: [(.judgeEffort, "high")])))
    #expect(try await fixture.state(of: id).responses.map(\.score) == [4, 4])
  }
}
