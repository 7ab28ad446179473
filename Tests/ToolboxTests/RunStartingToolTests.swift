import Evaluation
import JSONCoding
import Synchronization
import TestSupport
import Testing

@testable import Toolbox

/// A run that is about to be generated is protected like one that is being generated.
@Suite(.timeLimit(.minutes(20))) struct RunStartingToolTests {
  /// Models that are not found before the gate is open.
  private final class HeldModels: ModelDirectory {
    let gate = Gate()
    private let isHolding = Mutex(false)

    func hold() { isHolding.withLock { $0 = true } }

    func binding(for model: String, credentialID: Int?) async throws -> ModelBinding {
      if isHolding.withLock({ $0 }) { await gate.pass() }
      throw EvaluationError("There is no model \(model).")
    }
  }

  @Test func `what a run in progress refuses is refused while its start is planned`() async throws {
    let models = HeldModels()
    let server = TestServer(runModels: models)
    let run = JSONValue.int(try await server.run())
    models.hold()
    async let start = server.refusal("runs_generate", ["id": run])
    await models.gate.held(1)
    let told = try await server.refusal("runs_update", ["id": run, "model": "gpt-6-luna"])
    #expect(told.hasPrefix("Run 1 is being generated, so model cannot change now."), "\(told)")
    let scored = try await server.refusal("runs_update", ["id": run, "scoring": "Contains"])
    #expect(scored.hasPrefix("Run 1 is being generated, so scoring cannot change now."), "\(scored)")
    models.gate.open()
    #expect(try await start.contains("There is no model echo"))
    // A start that failed leaves the run open to changes.
    #expect(try await server.call("runs_update", ["id": run, "scoring": "Contains"])["scoring"] == "Contains")
  }

  @Test func `the figures of a run that is shown are computed once`() async throws {
    let server = TestServer()
    let run = try await server.generatedRun()
    #expect(try await server.services.view(ofRun: run).gathered?.completed == 3)
  }
}
