import Evaluation
import Foundation
import JSONCoding
import Providers
import Store
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct RunEngineTests {
  @Test func `every row is generated once and scored`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt == "row 2" ? "something else" : prompt }
    let id = try await fixture.makeRun()
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && run.errorMessage == nil)
    #expect(run.snapshot?.rowCount == 6 && run.startedAt != nil && run.finishedAt != nil)
    #expect(responses.map(\.score) == [1, 1, 0, 1, 1, 1])
    #expect(responses.allSatisfy { $0.status == .completed && $0.cost == 0.01 && $0.latency == 5 && $0.attempts == 1 })
    #expect(responses[0].input == ["text": "row 0"] && responses[0].expectedOutput == "row 0")
    #expect(fixture.models.calls.sorted() == (0..<6).map { "row \($0)" })
  }

  @Test func `at most concurrency calls are in progress at once`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, _ in
      await gate.pass()
      return prompt
    }
    let id = try await fixture.makeRun(rows: 20, concurrency: 3)
    #expect(try await fixture.engine.generate(run: id, options: .init()) == .started)
    await gate.held(3)
    gate.open()
    let (run, _) = try await fixture.generate(id)
    #expect(run.status == .completed)
    #expect(fixture.models.mostUnderWay == 3)
  }

  @Test func `progress only reports what is on disk`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 30)
    let path = fixture.folder.path + "/store.json"
    let seen = Mutex<[(reported: Int, recorded: Int)]>([])
    _ = try await fixture.engine.generate(run: id, options: .init())
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { progress in
      do {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let recorded = text.components(separatedBy: "\"row_index\":").count - 1
        seen.withLock { $0.append((progress.generated.done, recorded)) }
      } catch {
        Issue.record(error)
      }
    }
    #expect(seen.withLock { !$0.isEmpty && $0.allSatisfy { $0.recorded >= $0.reported } })
  }

  @Test func `a failed row stops nothing and is recorded with its reason and attempts`() async throws {
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if prompt == "row 3" { throw .sample(.unusableAnswer) }
      return prompt
    }
    let id = try await fixture.makeRun()
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed)
    #expect(responses[3].status == .failed && responses[3].attempts == 3 && responses[3].score == nil)
    #expect(responses[3].error == "It went wrong: unusableAnswer.")
    #expect(responses.count { $0.status == .completed } == 5)
    // A completed run is returned unchanged, unless a retry of its failed rows is requested.
    #expect(try await fixture.engine.generate(run: id, options: .init()) == .completed)
    let calls = fixture.models.calls.count
    _ = try await fixture.generate(id, .init(retryFailed: true))
    #expect(fixture.models.calls.dropFirst(calls) == ["row 3"])
  }

  @Test(arguments: [ProviderError.Kind.unauthorized, .notFound, .insufficientQuota])
  func `an error of every row ends the run at once with the first reason`(kind: ProviderError.Kind) async throws {
    let fixture = EngineFixture { _, _ throws(ProviderError) in throw .sample(kind) }
    let id = try await fixture.makeRun(rows: 200, concurrency: 4)
    let (run, _) = try await fixture.generate(id)
    #expect(run.status == .failed)
    #expect(run.errorMessage == "It went wrong: \(kind).")
    #expect(fixture.models.calls.count <= 8)
  }

  @Test func `if all rows fail from the start, the rest is not tried`() async throws {
    let fixture = EngineFixture { _, _ throws(ProviderError) in throw .sample(.invalidRequest) }
    let id = try await fixture.makeRun(rows: 200, concurrency: 4)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && run.errorMessage == "It went wrong: invalidRequest.")
    #expect(fixture.models.calls.count < 20 && responses.allSatisfy { $0.status == .failed })
  }

  @Test func `a resume generates missing and failed rows, each exactly once, under their old ids`() async throws {
    let isBroken = Mutex(true)
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if isBroken.withLock({ $0 }), call > 4 { throw .sample(.insufficientQuota) }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 12, concurrency: 2)
    let (failed, before) = try await fixture.generate(id)
    #expect(failed.status == .failed)
    let kept = before.filter { $0.status == .completed }
    #expect(kept.count == 4)
    isBroken.withLock { $0 = false }
    let calls = fixture.models.calls.count
    let (run, after) = try await fixture.generate(id)
    #expect(run.status == .completed && run.errorMessage == nil)
    #expect(after.count == 12 && Set(after.map(\.id)).count == 12)
    let keptTexts = kept.compactMap(\.responseText)
    let missing = (0..<12).map { "row \($0)" }.filter { !keptTexts.contains($0) }
    #expect(Array(fixture.models.calls.dropFirst(calls)).sorted() == missing.sorted())
    for response in before { #expect(after.contains { $0.id == response.id && $0.rowIndex == response.rowIndex }) }
  }

  @Test func `restart discards everything and starts over`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 3)
    let first = try await fixture.generate(id)
    let second = try await fixture.generate(id, .init(restart: true))
    #expect(fixture.models.calls.count == 6)
    #expect(second.responses.count == 3)
    #expect(Set(first.responses.map(\.id)).isDisjoint(with: second.responses.map(\.id)))
  }

  @Test func `a resume with a changed dataset is refused and restart is suggested`() async throws {
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if call > 2 { throw .sample(.insufficientQuota) }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 4, concurrency: 1)
    _ = try await fixture.generate(id)
    try await fixture.store.commit { transaction in
      guard var dataset = transaction.tables.datasets[1] else { return }
      dataset.csvData = dataset.csvData.replacing("row 1", with: "row 9")
      transaction.put(dataset)
    }
    let error = await #expect(throws: EvaluationError.self) {
      try await fixture.engine.generate(run: id, options: .init())
    }
    #expect(error?.description.contains("restart: true") == true)
    #expect(try await fixture.state(of: id).run.status == .failed)
  }

  @Test func `a run that cannot start is refused before any call and stays unchanged`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun()
    try await fixture.store.commit { transaction in
      guard var prompt = transaction.tables.prompts[1] else { return }
      prompt.template = "{{ txt }}"
      transaction.put(prompt)
    }
    let error = await #expect(throws: EvaluationError.self) {
      try await fixture.engine.generate(run: id, options: .init())
    }
    #expect(error?.description.contains("txt") == true && error?.description.contains("\"text\"") == true)
    #expect(fixture.models.calls.isEmpty)
    #expect(try await fixture.state(of: id).run.status == .pending)
    // The ownership was released.
    #expect(try await fixture.store.own(run: id))
  }

  @Test func `generating a running run attaches to it`() async throws {
    let gate = Gate()
    let fixture = EngineFixture { prompt, _ in
      await gate.pass()
      return prompt
    }
    let id = try await fixture.makeRun(rows: 2)
    let starts = try await withThrowingTaskGroup(of: RunEngine.Start.self) { group in
      for _ in 0..<8 { group.addTask { try await fixture.engine.generate(run: id, options: .init()) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(starts.count { $0 == .started } == 1 && starts.count { $0 == .attached } == 7)
    gate.open()
    _ = try await fixture.generate(id)
    #expect(fixture.models.calls.count == 2)
  }

  @Test func `a run that has just finished is not interrupted`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun()
    _ = try await fixture.generate(id)
    #expect(try await !fixture.engine.isInterrupted(run: id, status: .running))
    try await fixture.store.commit { transaction in
      guard var run = transaction.tables.runs[id] else { return }
      run.status = .running
      transaction.put(run)
    }
    #expect(try await fixture.engine.isInterrupted(run: id, status: .running))
  }
}
