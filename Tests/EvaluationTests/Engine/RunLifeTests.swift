import Foundation
import Providers
import Store
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

@Suite(.timeLimit(.minutes(20))) struct RunLifeTests {
  @Test func `cancelling lets calls in progress finish and keeps their results`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, _ in
      await gate.pass()
      return prompt
    }
    let id = try await fixture.makeRun(rows: 10, concurrency: 3)
    _ = try await fixture.engine.generate(run: id, options: .init())
    await gate.held(3)
    try await fixture.engine.cancel(run: id)
    gate.open()
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    let (run, responses) = try await fixture.state(of: id)
    #expect(run.status == .cancelled && responses.count == 3)
    let error = await #expect(throws: EvaluationError.self) { try await fixture.engine.cancel(run: id) }
    #expect(error?.description.contains("not running") == true)
    let (resumed, all) = try await fixture.generate(id)
    #expect(resumed.status == .completed && all.count == 10 && fixture.models.calls.count == 10)
  }

  @Test func `a shutdown leaves the run failed, interrupted and resumable`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if call <= 2 { return prompt }
      await gate.pass()
      throw .sample(.cancelled)
    }
    let id = try await fixture.makeRun(rows: 5, concurrency: 1)
    _ = try await fixture.engine.generate(run: id, options: .init())
    await gate.held(1)
    await fixture.shutDown()
    let (run, responses) = try await fixture.state(of: id)
    #expect(run.status == .failed && run.errorMessage?.contains("shut down") == true)
    #expect(responses.map(\.rowIndex) == [0, 1])
    let next = EngineFixture(folder: fixture.folder) { prompt, _ in prompt }
    let (resumed, all) = try await next.generate(id)
    #expect(resumed.status == .completed && all.count == 5 && next.models.calls.count == 3)
  }

  @Test func `calls that a shutdown breaks off are lost calls, which max_cost counts`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if call <= 2 { return prompt }
      await gate.pass()
      throw ProviderError(.cancelled, "Cancelled.", isUncounted: true)
    }
    let id = try await fixture.makeRun(rows: 9, concurrency: 3)
    _ = try await fixture.engine.generate(run: id, options: .init())
    await gate.held(3)
    await fixture.shutDown()
    #expect(try await fixture.state(of: id).run.lostCalls == 3)
    let next = EngineFixture(folder: fixture.folder) { prompt, _ in prompt }
    try await next.store.commit { transaction in
      var run = try transaction.tables.find(RunRecord.self, id)
      run.maxCost = 0.0001
      transaction.put(run)
    }
    let told = try await next.generate(id).run.errorMessage ?? ""
    #expect(told.contains("Stopped at max_cost") && told.contains("3 calls of unknown cost"), "\(told)")
  }

  @Test func `errors of a server whose retry a shutdown breaks off are no calls of unknown cost`() async throws {
    let fixture = EngineFixture(pause: 3_600) { _, _ throws(ProviderError) in
      throw ProviderError(.transient, "Oh.", status: 500)
    }
    let id = try await fixture.makeRun(rows: 2, concurrency: 2)
    _ = try await fixture.engine.generate(run: id, options: .init())
    while fixture.models.calls.count < 2 { await Task.yield() }
    await fixture.shutDown()
    let run = try await fixture.state(of: id).run
    #expect((run.lostCalls, run.serverErrors) == (0, 2))
  }

  @Test func `waiting ends in time and the run continues`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, _ in
      await gate.pass()
      return prompt
    }
    let id = try await fixture.makeRun(rows: 2)
    _ = try await fixture.engine.generate(run: id, options: .init())
    try await fixture.engine.wait(forRun: id, seconds: 0.01) { _ in }
    #expect(try await fixture.engine.progress(ofRun: id)?.status == .running)
    gate.open()
    #expect(try await fixture.generate(id).run.status == .completed)
  }

  @Test func `another process follows a run and can cancel it`() async throws {
    let gate = Gate()
    let owner = EngineFixture { prompt, call in
      if call > 3 { await gate.pass() }
      return prompt
    }
    let id = try await owner.makeRun(rows: 50, concurrency: 1)
    _ = try await owner.engine.generate(run: id, options: .init())
    await gate.held(1)
    let other = EngineFixture(folder: owner.folder) { _, _ throws(ProviderError) in throw .sample(.notFound) }
    #expect(try await other.engine.generate(run: id, options: .init()) == .attached)
    #expect(try await !other.engine.isInterrupted(run: id, status: .running))
    let seen = Mutex<[Int]>([])
    try await other.engine.wait(forRun: id, seconds: 0.3) { progress in
      seen.withLock { $0.append(progress.generated.done) }
    }
    #expect(seen.withLock { $0 } == [3])
    try await other.engine.cancel(run: id)
    gate.open()
    try await owner.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    let (run, responses) = try await other.state(of: id)
    #expect(run.status == .cancelled && !run.cancelRequested)
    #expect(responses.count < 10 && other.models.calls.isEmpty)
  }

  @Test func `a run without its process is interrupted`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun()
    try await fixture.store.commit { transaction in
      guard var run = transaction.tables.runs[id] else { return }
      run.status = .running
      transaction.put(run)
    }
    #expect(try await fixture.engine.isInterrupted(run: id, status: .running))
    #expect(try await fixture.engine.progress(ofRun: id)?.status == .failed)
    let run = try await fixture.generate(id).run
    #expect(run.status == .completed)
    // Interrupted calls are repeated, and their cost is unknown.
    #expect(run.lostCalls == run.concurrency && run.warnings.isEmpty)
    let statistics = try #require(try await fixture.store.read { $0.figures(ofRun: id)?.statistics })
    let warning = RunWarnings.lostCalls(statistics) ?? ""
    #expect(warning.contains("Up to \(run.concurrency) calls"), "\(warning)")
    try await fixture.store.commit { transaction in
      guard var run = transaction.tables.runs[id] else { return }
      transaction.deleteResponses(ofRun: id)
      run.status = .failed
      transaction.put(run)
    }
    #expect(try await fixture.generate(id).run.lostCalls == run.concurrency)
    try await fixture.store.commit { transaction in
      guard var run = transaction.tables.runs[id] else { return }
      transaction.deleteResponses(ofRun: id)
      run.status = .running
      transaction.put(run)
    }
    // The calls of both interruptions.
    #expect(try await fixture.generate(id).run.lostCalls == 2 * run.concurrency)
  }

  @Test func `a run deleted during generation ends without a trace`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, _ in
      await gate.pass()
      return prompt
    }
    let id = try await fixture.makeRun(rows: 5, concurrency: 2)
    _ = try await fixture.engine.generate(run: id, options: .init())
    await gate.held(2)
    try await fixture.store.commit { _ = try $0.deleteCascading(RunRecord.self, id: id) }
    gate.open()
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    #expect(try await fixture.store.read { $0.responses.count } == 0)
    // Only calls that overtook the first record were made; the last row was never requested.
    #expect(fixture.models.calls.count < 5)
  }

  @Test func `an unwritable store ends the run and is reported to its waiters`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, _ in
      await gate.pass()
      return prompt
    }
    let id = try await fixture.makeRun(rows: 5, concurrency: 1)
    _ = try await fixture.engine.generate(run: id, options: .init())
    await gate.held(1)
    let path = fixture.folder.path + "/store.json"
    try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let error = await #expect(throws: EvaluationError.self) {
      // The first report is made as soon as the run is watched.
      try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in gate.open() }
    }
    #expect(error?.description.contains("not a regular file") == true)
    #expect(fixture.models.calls.count == 1)
  }

  @Test func `a run in progress is not mistaken for a restarted one`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, _ in
      await gate.pass()
      return prompt
    }
    let id = try await fixture.makeRun(rows: 2)
    _ = try await fixture.engine.generate(run: id, options: .init())
    let error = await #expect(throws: EvaluationError.self) {
      _ = try await fixture.engine.generate(run: id, options: .init(restart: true))
    }
    #expect(error?.description.contains("runs_cancel") == true)
    gate.open()
    #expect(try await fixture.generate(id).run.status == .completed)
  }

  @Test func `a stopping run says so, and can be resumed after its last call`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, _ in
      await gate.pass()
      return prompt
    }
    let other = EngineFixture(folder: fixture.folder) { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 4, concurrency: 2)
    _ = try await fixture.engine.generate(run: id, options: .init())
    await gate.held(2)
    // The other process requests the end through the store.
    try await other.engine.cancel(run: id)
    try await fixture.engine.cancel(run: id)
    for engine in [fixture.engine, other.engine] {
      let error = await #expect(throws: EvaluationError.self) { try await engine.generate(run: id, options: .init()) }
      #expect(error?.description.contains("was cancelled") == true && error?.description.contains("runs_get") == true)
    }
    gate.open()
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    #expect(try await fixture.state(of: id).run.status == .cancelled)
    #expect(try await fixture.generate(id).run.status == .completed && fixture.models.calls.count == 4)
  }

  @Test func `a run cancelled by another process during planning makes no call`() async throws {
    let owner = EngineFixture { prompt, _ in prompt }
    let other = EngineFixture(folder: owner.folder) { prompt, _ in prompt }
    let id = try await owner.makeRun(rows: 5)
    owner.models.beforeBinding { try await other.engine.cancel(run: id) }
    let (run, responses) = try await owner.generate(id)
    #expect(run.status == .cancelled && responses.isEmpty && owner.models.calls.isEmpty)
    owner.models.beforeBinding {}
    #expect(try await owner.generate(id).run.status == .completed)
  }

  @Test func `a start that is cancelled while it is planned makes no call`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 5)
    fixture.models.beforeBinding { await gate.pass() }
    let start = Task { try await fixture.engine.generate(run: id, options: .init()) }
    await gate.held(1)
    let cancel = Task { try await fixture.engine.cancel(run: id) }
    while await fixture.engine.starting[id]?.cancellation.isAsked != true { await Task.yield() }
    gate.open()
    _ = try await (start.value, cancel.value)
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    let (run, responses) = try await fixture.state(of: id)
    #expect(run.status == .cancelled && responses.isEmpty && fixture.models.calls.isEmpty)
    // The same if the call that started it is cancelled.
    let (second, other) = (Gate(), try await fixture.makeRun(rows: 5))
    fixture.models.beforeBinding { await second.pass() }
    let call = Task { try await fixture.engine.generate(run: other, options: .init()) }
    await second.held(1)
    call.cancel()
    second.open()
    _ = try await call.value
    try await fixture.engine.wait(forRun: other, seconds: .unlimited) { _ in }
    #expect(try await fixture.state(of: other).run.status == .cancelled && fixture.models.calls.isEmpty)
    fixture.models.beforeBinding {}
    let done = try await fixture.generate(other)
    #expect(done.run.status == .completed)
    // A restart that is cancelled discards nothing.
    let third = Gate()
    fixture.models.beforeBinding { await third.pass() }
    let restart = Task { try await fixture.engine.generate(run: other, options: .init(restart: true)) }
    await third.held(1)
    restart.cancel()
    third.open()
    await #expect(throws: EvaluationError.self) { try await restart.value }
    #expect(try await fixture.state(of: other).responses.map(\.id) == done.responses.map(\.id))
  }

  @Test func `waiting for a job lasts until its end, even if the waiting task is cancelled`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, _ in
      await gate.pass()
      return prompt
    }
    let id = try await fixture.makeRun(rows: 1)
    _ = try await fixture.engine.generate(run: id, options: .init())
    await gate.held(1)
    let job = try #require(await fixture.engine.jobs[id])
    let waiting = Task {
      await job.waitForEnd()
      return job.ending != nil
    }
    waiting.cancel()
    for _ in 0..<100 { await Task.yield() }
    gate.open()
    #expect(await waiting.value)
  }

  @Test func `a restart discards no more than was agreed to`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 3)
    let (run, responses) = try await fixture.generate(id)
    let spending = Spending(run, try await fixture.store.read { $0.responses.entries(ofRun: id) })
    for loss in [
      RunEngine.AgreedLoss.none, .init(responses: 2, spending: spending), .init(responses: 3, spending: Spending()),
    ] {
      var options = RunEngine.Options(restart: true)
      options.agreedLoss = loss
      let error = await #expect(throws: EvaluationError.self) {
        try await fixture.engine.generate(run: id, options: options)
      }
      #expect(error?.description.hasPrefix("Nothing was discarded: more would be lost now") == true)
    }
    #expect(try await fixture.state(of: id).responses.map(\.id) == responses.map(\.id))
    var options = RunEngine.Options(restart: true)
    options.agreedLoss = .init(responses: 3, spending: spending)
    _ = try await fixture.engine.generate(run: id, options: options)
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    #expect(try await fixture.state(of: id).responses.map(\.id) != responses.map(\.id))
  }

  @Test func `a run whose process was killed is restarted as agreed`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 3)
    _ = try await fixture.generate(id)
    let (run, entries) = try await fixture.store.commit { transaction in
      var run = try transaction.tables.find(RunRecord.self, id)
      run.status = .running
      transaction.put(run)
      return (run, transaction.tables.responses.entries(ofRun: id))
    }
    var options = RunEngine.Options(restart: true)
    options.agreedLoss = .init(responses: entries.count, spending: Spending(run, entries))
    #expect(try await fixture.generate(id, options).run.status == .completed)
  }

  @Test func `waiting for a run in planning lasts until its end`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 2)
    fixture.models.beforeBinding { await gate.pass() }
    async let start = fixture.engine.generate(run: id, options: .init())
    await gate.held(1)
    async let wait: Void = fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    for _ in 0..<100 { await Task.yield() }
    gate.open()
    _ = try await (start, wait)
    #expect(try await fixture.state(of: id).run.status == .completed)
  }
}
