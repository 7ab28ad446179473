import Evaluation
import Foundation
import Providers
import Store
import Synchronization
import TestSupport
import Testing

/// Batch runs whose submissions, processes and answers get lost.
@Suite(.timeLimit(.minutes(5))) struct BatchResumeTests {
  @Test(arguments: [true, false])
  func `a submission whose answer is lost is found and not repeated`(storesLabels: Bool) async throws {
    let batches = FakeBatches {
      $0.losesAnswers = 1
      $0.storesLabels = storesLabels
    }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 7)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.count == 7 && batches.submissions.count == 1)
    #expect(run.batches.first?.isProvisional == false)
  }

  @Test func `a submission that never arrived is repeated once that is certain`() async throws {
    let batches = FakeBatches { $0.losesSubmissions = 1 }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 7)
    let start = ContinuousClock.now
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.count == 7 && batches.submissions.count == 1)
    #expect(ContinuousClock.now - start >= .milliseconds(300))
    #expect(run.batches.count == 1)
  }

  @Test func `a batch of the same size that is not the submission is forgotten`() async throws {
    let batches = FakeBatches {
      $0.losesSubmissions = 1
      $0.storesLabels = false
      $0.batches = [
        .init(id: "batch_1", label: "x", requests: (0..<6).map { (id: "other-\($0)", prompt: "other") })
      ]
    }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 7)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.map(\.responseText) == (0..<7).map { "row \($0)" })
    #expect(batches.submissions.count == 2 && batches.state.withLock { $0.cancellations.isEmpty })
  }

  @Test func `a submission that is put off is sent again, and one that is refused is not`() async throws {
    let busy = ProviderError(.transient, "Too many requests.", status: 429)
    let batches = FakeBatches { $0.refusals = [busy, busy] }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 4)
    #expect(try await fixture.generate(id).run.status == .completed)

    let strict = FakeBatches { $0.refusals = [ProviderError(.unauthorized, "No batches for this key.")] }
    let other = EngineFixture(batches: strict) { prompt, _ in prompt }
    let second = try await other.makeBatchRun(rows: 4)
    let (run, _) = try await other.generate(second)
    #expect(run.status == .failed && run.errorMessage?.contains("No batches for this key.") == true)
    #expect(run.batches.isEmpty)
    #expect(try await other.generate(second).run.status == .completed)
  }

  @Test func `polling goes on through errors of the provider`() async throws {
    let batches = FakeBatches {
      $0.statusErrors = [.sample(.transient), .sample(.unauthorized), .sample(.notFound), .sample(.unreachable)]
    }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 4)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.count == 4 && run.batches.first?.error == nil)
  }

  @Test func `a shutdown leaves the run waiting, and the next process goes on`() async throws {
    let batches = FakeBatches { $0.pollsOfWork = .max }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 7)
    try await fixture.submit(id, batches)
    await fixture.shutDown()
    let (run, responses) = try await fixture.state(of: id)
    #expect(run.status == .waiting && run.errorMessage == nil && run.finishedAt == nil && responses.count == 1)
    #expect(try await !fixture.engine.isInterrupted(run: id, status: run.status))

    batches.change { $0.pollsOfWork = 0 }
    let next = EngineFixture(folder: fixture.folder, batches: batches) { prompt, _ in prompt }
    try await next.engine.resumeWaiting()
    try await next.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    let (ended, all) = try await next.state(of: id)
    #expect(ended.status == .completed && all.count == 7 && ended.startedAt == run.startedAt)
    #expect(batches.submissions.count == 1 && next.models.calls.isEmpty)
  }

  @Test func `a process that is killed before it knows the id leaves the submission to be found`() async throws {
    let batches = FakeBatches()
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 7)
    let (copy, gate) = try await fixture.copyBeforeRecord(ofSubmission: id, batches)
    gate.open()
    batches.change { $0.onSubmission = {} }
    let next = EngineFixture(folder: copy, batches: batches) { prompt, _ in prompt }
    #expect(try await next.state(of: id).run.batches.map(\.state) == [.submitting])
    #expect(try await next.state(of: id).run.status == .waiting)
    let (run, responses) = try await next.generate(id)
    #expect(run.status == .completed && responses.count == 7 && batches.submissions.count == 1)
    #expect(next.models.calls.isEmpty)
  }

  @Test func `results that were half recorded are completed without a second recording`() async throws {
    let batches = FakeBatches()
    batches.change {
      $0.outcome = { $0 == "row 1" ? .answered(.failure(ProviderError(.invalidRequest, "No."))) : nil }
    }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 7)
    batches.change { $0.cutOffs = 1 }
    _ = try await fixture.generate(id)
    // As if the program had been killed before it recorded the end.
    try await fixture.change(id) { run in
      run.status = .waiting
      run.batches[0].state = .submitted
    }
    let before = try await fixture.state(of: id).responses
    let next = EngineFixture(folder: fixture.folder, batches: batches) { prompt, _ in prompt }
    let (run, responses) = try await next.generate(id)
    #expect(run.status == .completed && responses == before && batches.submissions.count == 1)
    #expect(responses[1].status == .failed && responses[1].attempts == 1)
  }

  @Test func `only one of two processes asks the provider, and both can follow and cancel`() async throws {
    let batches = FakeBatches { $0.pollsOfWork = .max }
    let owner = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await owner.makeBatchRun(rows: 7)
    try await owner.submit(id, batches)
    // The provider's count is recorded after the submission, with the answer to the first poll.
    try await owner.wait(for: id) { $0.batches.first?.finished != nil }
    let silent = FakeBatches()
    let other = EngineFixture(folder: owner.folder, batches: silent) { prompt, _ in prompt }
    try await other.engine.resumeWaiting()
    await other.engine.followWaiting(run: id)
    #expect(try await other.engine.generate(run: id, options: .init()) == .attached)
    #expect(silent.state.withLock { $0.polls } == 0)
    let seen = Mutex<RunProgress?>(nil)
    try await other.engine.wait(forRun: id, seconds: 0.3) { progress in seen.withLock { $0 = progress } }
    let progress = try #require(seen.withLock { $0 })
    #expect(progress.status == .waiting && progress.sentence.contains("waiting for 1 batch, 0/6 finished"))
    try await other.engine.cancel(run: id)
    try await owner.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    let (run, responses) = try await other.state(of: id)
    #expect(run.status == .cancelled && batches.state.withLock { $0.cancellations } == ["batch_1"])
    // What was answered before is recorded, because it is billed.
    #expect(responses.map(\.rowIndex) == [0, 1] && run.batches.first?.cancelled == 5 && !run.cancelRequested)
    batches.change { $0.pollsOfWork = 1 }
    let (again, all) = try await owner.generate(id)
    #expect(again.status == .completed && all.count == 7)
  }

  @Test func `a waiting run that nobody follows can be cancelled, and is neither restarted nor deleted`() async throws {
    let batches = FakeBatches { $0.pollsOfWork = .max }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 4)
    try await fixture.submit(id, batches)
    await fixture.shutDown()
    let next = EngineFixture(folder: fixture.folder, batches: batches) { prompt, _ in prompt }
    let restart = await #expect(throws: EvaluationError.self) {
      _ = try await next.engine.generate(run: id, options: .init(restart: true))
    }
    #expect(restart?.description.contains("runs_cancel") == true)
    let deletion = await #expect(throws: EvaluationError.self) {
      try await next.store.commit { _ = try $0.deleteCascading(RunRecord.self, id: id) }
    }
    #expect(deletion?.description.contains("runs_cancel") == true)
    await next.shutDown()
    let last = EngineFixture(folder: fixture.folder, batches: batches) { prompt, _ in prompt }
    try await last.engine.cancel(run: id)
    try await last.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    #expect(try await last.state(of: id).run.status == .cancelled)
  }

  @Test func `a batch that cannot be told to end is left, and its answers are recorded later`() async throws {
    let batches = FakeBatches { $0.pollsOfWork = .max }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 4)
    try await fixture.submit(id, batches)
    batches.change { $0.statusErrors = Array(repeating: .sample(.unauthorized), count: 1_000) }
    try await fixture.engine.cancel(run: id)
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    let (run, _) = try await fixture.state(of: id)
    #expect(run.status == .cancelled && run.errorMessage?.contains("could not be cancelled") == true)
    let restart = await #expect(throws: EvaluationError.self) {
      _ = try await fixture.generate(id, .init(restart: true))
    }
    #expect(restart?.description.contains("was not restarted") == true)
    batches.change {
      $0.statusErrors = []
      $0.pollsOfWork = 0
    }
    let (again, all) = try await fixture.generate(id)
    #expect(again.status == .completed && all.count == 4 && batches.submissions.count == 1)
  }

  @Test func `a cancellation outlives its process`() async throws {
    let batches = FakeBatches { $0.pollsOfWork = .max }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 4)
    try await fixture.submit(id, batches)
    await fixture.shutDown()
    try await fixture.change(id) { $0.cancelRequested = true }
    let next = EngineFixture(folder: fixture.folder, batches: batches) { prompt, _ in prompt }
    try await next.engine.resumeWaiting()
    try await next.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    #expect(try await next.state(of: id).run.status == .cancelled)
    #expect(batches.state.withLock { $0.cancellations } == ["batch_1"])
  }

  @Test func `rows that a killed process had not submitted are submitted by the next one`() async throws {
    let batches = FakeBatches { $0.limits = BatchLimits(requests: 3, bytes: 1_000_000) }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 7)
    let (copy, gate) = try await fixture.copyBeforeRecord(ofSubmission: id, batches)
    let submitted = batches.submissions
    gate.open()
    // The provider as the next process finds it.
    let later = FakeBatches { $0.batches = submitted }
    let next = EngineFixture(folder: copy, batches: later) { prompt, _ in prompt }
    let (run, responses) = try await next.generate(id)
    #expect(run.status == .completed && responses.count == 7 && submitted.count == 1)
    #expect((later.prompts + next.models.calls).sorted() == (1..<7).map { "row \($0)" })
  }
}

extension EngineFixture {
  /// The store as a program leaves it that ends between the first submission of a run and its record.
  ///
  /// - Returns: the copy, and the gate that lets the submission end.
  fileprivate func copyBeforeRecord(
    ofSubmission id: Int, _ batches: FakeBatches
  ) async throws -> (copy: TemporaryFolder, Gate) {
    let gate = Gate()
    batches.change { $0.onSubmission = { await gate.pass() } }
    _ = try await engine.generate(run: id, options: .init())
    await gate.held(1)
    return (try copyOfStore(), gate)
  }

  /// Starts a run and waits until its batch has been submitted and recorded.
  func submit(_ id: Int, _ batches: FakeBatches) async throws {
    _ = try await engine.generate(run: id, options: .init())
    try await wait(for: id) { $0.batches.first?.batchID != nil }
  }

  /// Waits until the stored run fulfills a condition.
  func wait(for id: Int, until isFulfilled: (RunRecord) -> Bool) async throws {
    while try await !isFulfilled(state(of: id).run) { try await Task.sleep(for: .milliseconds(5)) }
  }

  /// The store as it would be if the program were killed now.
  func copyOfStore() throws -> TemporaryFolder {
    let copy = TemporaryFolder()
    try FileManager.default.copyItem(atPath: folder.path + "/store.json", toPath: copy.path + "/store.json")
    return copy
  }
}
