import Providers
import Store
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

/// What a decision counts, and what it leaves to be done.
extension RunStopTests {
  @Test func `the comparison counts the rows that decided where the baseline lacks some of a group`() async throws {
    let phase = Phase()
    // Every row has a copy. The baseline has no answer for every second one, which moves no group.
    let calls = Mutex<[String: Int]>([:])
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      let number = Int(prompt.split(separator: " ").last ?? "") ?? 0
      guard phase.isFirst else { return number % 5 > 0 ? prompt : "no" }
      let isFirstCopy = calls.withLock { calls in
        calls[prompt, default: 0] += 1
        return calls[prompt] == 1
      }
      if isFirstCopy, number % 3 > 0 { throw .sample(.invalidRequest) }
      return number % 5 > 0 ? "no" : prompt
    }
    let first = try await fixture.makeRun(rows: 80, concurrency: 1)
    let csv = "text,expected_output\n" + (0..<80).map { "row \($0 % 40),row \($0 % 40)\n" }.joined()
    try await replaceRows(of: fixture, by: csv)
    try await fixture.generate(first)
    phase.next()
    let second = try await follower(fixture, of: first)
    let (run, _) = try await fixture.generate(second)
    let stop = try #require(run.stoppedEarly)
    let scores = try #require(try await fixture.comparison(first, second).scores)
    #expect(abs(scores.differences.evidence - stop.eValue) < 1e-6 && scores.rows == stop.rows)
    #expect(scores.verdict == .better)
    // A group has one number, with or without a score of the baseline in its first row.
    let order = RowOrder(seed: try #require(run.snapshot?.orderSeed)).sorted(0..<80) { $0 % 40 }
    let counted = Set(stop.rowIndices)
    #expect(stop.rowIndices == order.filter(counted.contains))
  }

  @Test func `the comparison counts failed answers of a repeated baseline as the stop did`() async throws {
    let phase = Phase()
    let calls = Mutex<[String: Int]>([:])
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      guard phase.isFirst else { return prompt }
      let isSecondAnswer = calls.withLock { calls in
        calls[prompt, default: 0] += 1
        return calls[prompt] == 2
      }
      if isSecondAnswer { throw .sample(.invalidRequest) }
      return "no"
    }
    let first = try await fixture.makeRun(rows: 60, concurrency: 1)
    try await fixture.change(first) { $0.repeats = 2 }
    try await fixture.generate(first)
    phase.next()
    let second = try await follower(fixture, of: first) { $0.repeats = 1 }
    let stop = try #require(try await fixture.generate(second).run.stoppedEarly)
    let scores = try #require(try await fixture.comparison(first, second).scores)
    #expect(scores.verdict == .better && scores.pairs == stop.rows)
    #expect(abs(scores.differences.evidence - stop.eValue) < 1e-6)
  }

  @Test func `a draft that is generated later leaves the decision`() async throws {
    let phase = Phase()
    let fixture = EngineFixture(Self.answerByPhase(phase))
    let first = try await fixture.makeRun(rows: 60)
    try await fixture.generate(first)
    phase.next()
    let prompts = try await fixture.store.commit { transaction in
      let prompt = try transaction.tables.find(PromptRecord.self, 1)
      return (2...3).map { version in
        var draft = prompt
        (draft.id, draft.versionNumber, draft.current) = (0, version, false)
        return transaction.insert(draft).id
      }
    }
    let earlier = try await follower(fixture, of: first) { ($0.promptID, $0.stopAgainst) = (prompts[0], nil) }
    let second = try await follower(fixture, of: first) { $0.promptID = prompts[1] }
    let stop = try #require(try await fixture.generate(second).run.stoppedEarly)
    try await fixture.generate(earlier)
    let scores = try #require(try await fixture.comparison(first, second).scores)
    #expect(stop.required == 20 && scores.threshold == 20 && scores.verdict == .better)
  }

  @Test func `a run that is decided by its last row has not stopped early`() async throws {
    let phase = Phase()
    let fixture = EngineFixture(Self.answerByPhase(phase))
    let id = try await pair(fixture, rows: 8)
    phase.next()
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && run.stoppedEarly == nil && responses.count == 8)
  }

  /// A judge that gives the answers of the second phase more, and can fail.
  private static func judged(
    _ phase: Phase, failing: @escaping @Sendable (_ row: Int) async -> ProviderError? = { _ in nil }
  ) -> ScriptedModels.Script {
    { prompt, _ throws(ProviderError) in
      if prompt.hasPrefix("row ") { return phase.isFirst ? "bad" : "good <\(prompt)>" }
      let row = prompt.split(separator: "<row ").last?.split(separator: ">").first.flatMap { Int($0) }
      if prompt.contains("good"), let row, let error = await failing(row) { throw error }
      return #"{"reasons": "r", "score": \#(prompt.contains("good") ? 5 : 2)}"#
    }
  }

  @Test func `rows under way at the decision are finished, their pauses included`() async throws {
    let phase = Phase()
    let slow = Mutex<Set<Int>>([])
    let decisive = Mutex<Int?>(nil)
    let isSlowUnderWay = Gate()
    let script = Self.judged(phase) { row in
      // The decision waits until another row is under way.
      if decisive.withLock({ $0 == row }) { await isSlowUnderWay.pass() }
      guard slow.withLock({ $0.contains(row) }) else { return nil }
      isSlowUnderWay.open()
      return .sample(.transient)
    }
    let fixture = EngineFixture(pause: 0.3, script)
    let first = try await fixture.makeRun(rows: 60, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.generate(first)
    phase.next()
    let alone = try await fixture.generate(try await follower(fixture, of: first) { $0.concurrency = 1 })
    let count = try #require(alone.run.stoppedEarly?.rows)
    let id = try await follower(fixture, of: first)
    let order = RowOrder(seed: RowOrder.seed(ofRun: id)).sorted(0..<60) { $0 }
    slow.withLock { $0 = Set(order.dropFirst(count)) }
    decisive.withLock { $0 = order[count - 1] }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && run.stoppedEarly?.rows == count && responses.count > count)
    #expect(responses.allSatisfy { $0.status == .completed && $0.reviews.count == 1 })
  }

  @Test func `an answer that lacks its reviews gets them although the decision stands`() async throws {
    let phase = Phase()
    let fixture = EngineFixture(Self.judged(phase))
    let first = try await fixture.makeRun(rows: 60, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.generate(first)
    phase.next()
    let id = try await follower(fixture, of: first) { $0.concurrency = 1 }
    let (whole, responses) = try await fixture.generate(id)
    let next = RowOrder(seed: try #require(whole.snapshot?.orderSeed)).sorted(0..<60) { $0 }[responses.count]
    // As if the server had been killed while the judge was asked about the next row.
    try await fixture.store.commit { transaction in
      var run = try transaction.tables.find(RunRecord.self, id)
      (run.status, run.stoppedEarly, run.finishedAt) = (.running, nil, nil)
      transaction.put(run)
      var response = responses[0]
      (response.id, response.key, response.status) = (0, AnswerKey(rowIndex: next, repeatIndex: 0), .running)
      (response.reviews, response.score) = ([], nil)
      transaction.insert(response)
    }
    let (run, again) = try await fixture.generate(id)
    #expect(run.stoppedEarly?.rowIndices == whole.stoppedEarly?.rowIndices && again.count == responses.count + 1)
    #expect(again.allSatisfy { $0.status == .completed && $0.reviews.count == 1 })
  }

  @Test func `failed rows of a run that stopped are tried again without new rows`() async throws {
    let phase = Phase()
    let isDown = Mutex(true)
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if phase.isFirst { return "no" }
      if isDown.withLock(\.self), prompt.hasSuffix("7") || prompt.hasSuffix("3") { throw .sample(.invalidRequest) }
      return prompt
    }
    let id = try await pair(fixture, concurrency: 1)
    phase.next()
    let (whole, responses) = try await fixture.generate(id)
    isDown.withLock { $0 = false }
    let (run, again) = try await fixture.generate(id, .init(retryFailed: true))
    #expect(responses.contains { $0.status == .failed } && again.allSatisfy { $0.status == .completed })
    #expect(again.count == responses.count && run.status == .completed)
    #expect(run.stoppedEarly?.rowIndices == whole.stoppedEarly?.rowIndices)
  }

  @Test func `saved calls are those of the whole run without those that were made`() async throws {
    let phase = Phase()
    let judge = Self.judged(phase)
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if !phase.isFirst, prompt.hasPrefix("row "), prompt.hasSuffix("7") || prompt.hasSuffix("3") {
        throw .sample(.invalidRequest)
      }
      return try await judge(prompt, call)
    }
    let first = try await fixture.makeRun(rows: 60, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.generate(first)
    phase.next()
    let before = fixture.models.calls.count
    let (run, responses) = try await fixture.generate(try await follower(fixture, of: first))
    let stop = try #require(run.stoppedEarly)
    #expect(responses.contains { $0.status == .failed } && stop.calls == 120)
    #expect(stop.savedCalls == 120 - (fixture.models.calls.count - before))
    #expect(abs((stop.savedCost ?? 0) - 0.01 * Double(stop.savedCalls)) < 1e-9)
  }
}
