import Evaluation
import Foundation
import JSONCoding
import Providers
import Store
import Synchronization
import TestSupport
import Testing

/// Batches whose providers forget them, or never end them; none of them is paid for twice in silence.
@Suite(.timeLimit(.minutes(5))) struct BatchEndTests {
  private static let gone = ProviderError(.notFound, "There is no such batch.", status: 404)

  @Test func `a batch that its provider has forgotten ends the run, and nothing is submitted again`() async throws {
    let batches = FakeBatches { $0.pollsOfWork = .max }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 7)
    try await fixture.submit(id, batches)
    batches.change { $0.statusError = Self.gone }
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    let (run, responses) = try await fixture.state(of: id)
    #expect(run.status == .failed && responses.count == 1 && run.batches.map(\.state) == [.lost])
    let message = try #require(run.errorMessage)
    for part in ["batch_1", "There is no such batch.", "6 requests", "may have been billed", "like_run \(id)"] {
      #expect(message.contains(part))
    }
    // Asked once more, it still submits nothing, and takes the answers once they are there.
    #expect(try await fixture.generate(id).run.errorMessage == message)
    #expect(batches.submissions.count == 1)
    batches.change { ($0.statusError, $0.pollsOfWork) = (nil, 0) }
    let (again, all) = try await fixture.generate(id)
    #expect(again.status == .completed && all.count == 7 && batches.submissions.count == 1)
    #expect(fixture.models.calls == ["row 0"])
  }

  @Test func `rows of a lost batch are paid for anew only on demand`() async throws {
    let batches = FakeBatches { $0.resultErrors = Array(repeating: Self.gone, count: 1_000) }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 7)
    let (run, _) = try await fixture.generate(id)
    #expect(run.status == .failed && run.batches.first?.state == .lost && batches.submissions.count == 1)
    batches.change { $0.resultErrors = [] }
    let copy = try await fixture.store.commit { transaction in
      var run = RunRecord(like: try transaction.tables.find(RunRecord.self, id), in: transaction.tables)
      (run.promptID, run.reuse) = (1, true)
      return transaction.insert(run).id
    }
    let (other, all) = try await fixture.generate(copy)
    #expect(other.status == .completed && all.count == 7 && all[0].reusedFrom != nil)
    let (restarted, anew) = try await fixture.generate(id, .init(restart: true))
    #expect(restarted.status == .completed && anew.count == 7 && restarted.uncountedBefore == 6)
  }

  @Test func `a batch that one answer does not know is asked for again`() async throws {
    let batches = FakeBatches { $0.statusErrors = Array(repeating: Self.gone, count: 3) }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 4)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.count == 4 && run.batches.map(\.state) == [.collected])
  }

  @Test(arguments: [ProviderError?.none, .sample(.unauthorized), .sample(.transient)])
  func `a batch long after its end is left unless its provider cannot be reached`(_ error: ProviderError?) async throws
  {
    let batches = FakeBatches { $0.pollsOfWork = .max }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 4)
    try await fixture.submit(id, batches)
    await fixture.shutDown()
    let old = Timestamp(Date(timeIntervalSinceNow: -3 * 86_400))
    try await fixture.change(id) { $0.batches[0].submittedAt = old }
    batches.change { $0.statusError = error }
    let next = EngineFixture(folder: fixture.folder, batches: batches) { prompt, _ in prompt }
    try await next.engine.resumeWaiting()
    if error?.kind == .transient {
      try await next.wait(for: id) { $0.batches[0].error != nil }
      #expect(try await next.state(of: id).run.status == .waiting)
    } else {
      try await next.engine.wait(forRun: id, seconds: .unlimited) { _ in }
      let (run, _) = try await next.state(of: id)
      #expect(run.status == .failed && run.batches[0].state == .submitted)
      #expect(run.errorMessage?.contains("should have ended") == true)
    }
    batches.change { ($0.statusError, $0.pollsOfWork) = (nil, 0) }
    #expect(try await next.generate(id).run.status == .completed)
    #expect(batches.submissions.count == 1)
  }

  @Test func `a waiting run takes a new key, and asks no other address`() async throws {
    let locked = FakeBatches { $0.statusError = .sample(.unauthorized) }
    let fixture = EngineFixture(batches: locked) { prompt, _ in prompt }
    fixture.models.moveTo("https://one.example")
    let id = try await fixture.makeBatchRun(rows: 4)
    try await fixture.submit(id, locked)
    try await fixture.wait(for: id) { $0.batches[0].error != nil }
    let submitted = locked.submissions
    let strangers = FakeBatches()
    fixture.models.moveTo("https://two.example")
    fixture.models.offer(strangers)
    try await fixture.wait(for: id) { $0.batches[0].error?.contains("another server") == true }
    fixture.models.moveTo("https://one.example")
    fixture.models.offer(FakeBatches { $0.batches = submitted })
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    let (run, responses) = try await fixture.state(of: id)
    #expect(run.status == .completed && responses.count == 4)
    #expect(strangers.state.withLock { $0.polls + $0.lookups } == 0 && strangers.submissions.isEmpty)
  }

  @Test func `a run whose credential leads elsewhere says where its batch is`() async throws {
    let batches = FakeBatches { $0.pollsOfWork = .max }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    fixture.models.moveTo("https://one.example")
    let id = try await fixture.makeBatchRun(rows: 4)
    try await fixture.submit(id, batches)
    await fixture.shutDown()
    let strangers = FakeBatches()
    let next = EngineFixture(folder: fixture.folder, batches: strangers) { prompt, _ in prompt }
    next.models.moveTo("https://two.example")
    let (run, _) = try await next.generate(id)
    #expect(run.status == .failed && run.errorMessage?.contains("https://one.example") == true)
    #expect(strangers.submissions.isEmpty && strangers.state.withLock { $0.polls } == 0)
    let last = EngineFixture(folder: fixture.folder, batches: batches) { prompt, _ in prompt }
    last.models.moveTo("https://one.example")
    batches.change { $0.pollsOfWork = 0 }
    #expect(try await last.generate(id).run.status == .completed)
    #expect(batches.submissions.count == 1)
  }

  // MARK: Copies of a store

  @Test func `a copy of a store repeats no submission unasked`() async throws {
    let batches = FakeBatches { $0.losesSubmissions = 1 }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 7)
    _ = try await fixture.engine.generate(run: id, options: .init())
    try await fixture.wait(for: id) { $0.batches.first?.error != nil }
    let folder = try fixture.copyOfStore()
    let other = FakeBatches()
    let copy = EngineFixture(folder: folder, batches: other) { prompt, _ in prompt }
    try await copy.engine.resumeWaiting()
    try await copy.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    let (left, _) = try await copy.state(of: id)
    #expect(left.status == .failed && other.submissions.isEmpty && copy.models.calls.isEmpty)
    #expect(left.errorMessage?.contains("copy") == true)
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    #expect(try await fixture.state(of: id).run.status == .completed && batches.submissions.count == 1)
    // Whoever asks for it is told before, and pays.
    let (run, responses) = try await copy.generate(id)
    #expect(run.status == .completed && responses.count == 7 && other.submissions.count == 1)
  }

  @Test func `a copy reads answers, and asks its judge on demand`() async throws {
    let batches = FakeBatches { $0.pollsOfWork = .max }
    let script: ScriptedModels.Script = { prompt, _ in
      prompt.hasPrefix("row") ? prompt : #"{"score": 4, "feedback": "good"}"#
    }
    let fixture = EngineFixture(batches: batches, script)
    let id = try await fixture.makeBatchRun(rows: 5, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.submit(id, batches)
    await fixture.shutDown()
    let folder = try fixture.copyOfStore()
    batches.change { $0.pollsOfWork = 0 }
    let copy = EngineFixture(folder: folder, batches: batches, script)
    try await copy.engine.resumeWaiting()
    try await copy.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    let (run, responses) = try await copy.state(of: id)
    #expect(run.status == .failed && responses.count == 5 && copy.models.calls.isEmpty)
    #expect(run.errorMessage?.contains("not judged") == true)
    #expect(try await copy.generate(id).run.status == .completed)
    #expect(copy.models.calls.count == 4)
  }

  // MARK: Servers without batches, limits

  @Test func `a server without a batch API is found before anything is paid, and the run goes on row by row`()
    async throws
  {
    let batches = FakeBatches { $0.hasAPI = false }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 4)
    for _ in 0..<2 {
      let (run, responses) = try await fixture.generate(id)
      #expect(run.status == .failed && responses.isEmpty && run.errorMessage?.contains("batch: false") == true)
    }
    #expect(fixture.models.calls.isEmpty && batches.submissions.isEmpty)
    try await fixture.change(id) { $0.batch = false }
    #expect(try await fixture.generate(id).run.status == .completed)
  }

  @Test func `a limit tells of all rows that are left`() async throws {
    let batches = FakeBatches()
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 9) {
      $0.maxCost = 0.0001
      do { $0.settings = try RequestSettings(["max_tokens": 100]) } catch { Issue.record(error) }
    }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && responses.isEmpty && batches.submissions.isEmpty)
    #expect(run.errorMessage?.contains("9 rows are left") == true, "\(run.errorMessage ?? "")")
  }

  @Test func `a killed batch run has lost one call at most`() throws {
    var run = RunRecord()
    (run.status, run.batch) = (.running, true)
    #expect(Interruption.lostCalls(of: run) == 1)
    run.judgeModel = "j"
    run.batches = [BatchRecord()]
    #expect(Interruption.lostCalls(of: run) == 8)
  }
}
