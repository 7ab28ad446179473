import Evaluation
import Providers
import Store
import Synchronization
import TestSupport
import Testing

/// A run that is changed while it is planned does what its record says, not what it said before.
@Suite(.timeLimit(.minutes(20))) struct PlanChangeTests {
  private let owner = EngineFixture { prompt, _ in prompt }
  /// Another process on the same store.
  private let other: EngineFixture

  init() { other = EngineFixture(folder: owner.folder) { prompt, _ in prompt } }

  /// Changes the run whenever the owner looks for a model, up to so many times.
  private func change(
    _ id: Int, _ times: Int, _ change: @escaping @Sendable (inout RunRecord, _ count: Int) -> Void
  ) -> ChangeCount {
    let count = ChangeCount()
    owner.models.beforeBinding { [other] in
      let number = count.add()
      guard number <= times else { return }
      try await other.change(id) { change(&$0, number) }
    }
    return count
  }

  /// The number of times that a model was looked for.
  private final class ChangeCount: Sendable {
    private let value = Mutex(0)
    var number: Int { value.withLock { $0 } }
    func add() -> Int {
      value.withLock { value in
        value += 1
        return value
      }
    }
  }

  @Test func `another model given while the run is planned is the one that answers`() async throws {
    let id = try await owner.makeRun(rows: 2)
    _ = change(id, 1) { run, _ in run.model = "better" }
    let (run, responses) = try await owner.generate(id)
    #expect(run.status == .completed && responses.count == 2)
    #expect(run.snapshot?.model == "better" && owner.models.requests.allSatisfy { $0.model == "better" })
  }

  @Test func `a max_cost given while the run is planned holds`() async throws {
    let id = try await owner.makeRun(rows: 6, concurrency: 1)
    _ = change(id, 1) { run, _ in run.maxCost = 0.02 }
    let run = try await owner.generate(id).run
    #expect(run.status == .failed && run.errorMessage?.contains("max_cost") == true)
    #expect(owner.models.calls.count < 6)
  }

  @Test func `a prompt that is reworded while the run is planned is sent as it is now`() async throws {
    let id = try await owner.makeRun(rows: 1)
    let count = ChangeCount()
    owner.models.beforeBinding { [other] in
      guard count.add() == 1 else { return }
      try await other.store.commit { transaction in
        var prompt = try transaction.tables.find(PromptRecord.self, 1)
        prompt.template = "New: {{ text }}"
        transaction.put(prompt)
      }
    }
    let run = try await owner.generate(id).run
    #expect(run.snapshot?.template == "New: {{ text }}" && owner.models.calls == ["New: row 0"])
  }

  @Test func `a new name leaves the plan as it is`() async throws {
    let id = try await owner.makeRun(rows: 2)
    let count = change(id, .max) { run, number in run.name = "name \(number)" }
    let run = try await owner.generate(id).run
    #expect(run.status == .completed && run.name == "name \(count.number)")
  }

  @Test func `a run that never stops changing is refused and stays as it is`() async throws {
    let id = try await owner.makeRun(rows: 2)
    _ = change(id, .max) { run, number in run.model = "model \(number)" }
    let error = await #expect(throws: EvaluationError.self) {
      try await owner.engine.generate(run: id, options: .init())
    }
    #expect(error?.description.contains("changed again and again") == true)
    #expect(try await owner.state(of: id).run.status == .pending && owner.models.calls.isEmpty)
    // Nothing keeps it from being started later.
    owner.models.beforeBinding {}
    #expect(try await other.generate(id).run.status == .completed)
  }
}
