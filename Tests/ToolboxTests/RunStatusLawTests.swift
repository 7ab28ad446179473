import Evaluation
import JSONCoding
import MCP
import Store
import Testing

@testable import Toolbox

/// Laws of every status of a run.
@Suite struct RunStatusLawTests {
  /// A run with all its answers whose record has a status, although no process generates it.
  private func run(_ status: RunStatus, in server: TestServer) async throws -> Int {
    let id = try await server.generatedRun()
    try await server.services.store.commit { transaction in
      var run = try transaction.tables.find(RunRecord.self, id)
      run.status = status
      // The echo model has no batches, so that nobody can follow the run.
      if status == .waiting { run.batch = true }
      transaction.put(run)
    }
    return id
  }

  @Test(arguments: RunStatus.allCases) func `a status is shown, listed and explained`(status: RunStatus) async throws {
    let server = TestServer()
    let id = try await run(status, in: server)
    // A run that nobody generates any more is not running; a waiting one needs no process.
    let shown: RunStatus = status == .running ? .failed : status
    let object = try await server.call("runs_get", ["id": .int(id)])
    #expect(object["status"] == .string(shown.rawValue))
    #expect((object["result_items"] != nil) == !shown.isUnderWay)
    // A run that waits is listed with those that run.
    for other in RunStatus.allCases where other != .waiting {
      let listed = try await server.ids("runs_list", ["status": .string(other.rawValue)])
      #expect(listed == (other == (shown == .waiting ? .running : shown) ? [id] : []))
    }
    #expect(try await (server.services.view(ofRun: id).incompleteness == nil) == (status == .completed))
    #expect(try await server.services.isLive(run: id) == (status == .waiting))
    let isComplete = try await server.services.store.read { tables in
      ComparedRun(ComparedRun.Source(try tables.find(RunRecord.self, id), comparedWith: nil, in: tables)).isFinished
    }
    #expect(isComplete == !status.isUnderWay)
  }

  @Test(arguments: RunStatus.allCases) func `only a run that waits is kept from deletion`(status: RunStatus)
    async throws
  {
    let server = TestServer()
    let id = try await run(status, in: server)
    _ = try await server.outcome("runs_delete", ["id": .int(id), "confirm": true])
    let isLeft = try await server.services.store.read { $0.runs.contains(id: id) }
    #expect(isLeft == (status == .waiting))
  }

  @Test func `a waiting run that cannot be followed says why, and can be left`() async throws {
    let server = TestServer()
    let id = try await run(.waiting, in: server)
    let object = try await server.call("runs_get", ["id": .int(id), "wait_seconds": 0.3])
    #expect(object["status"] == "waiting")
    #expect(object.strings("warnings").contains { $0.contains("no batch API") })
    let tasks = try #require(RunTasks(server.services, ToolSelection(Toolbox.tools(server.services))))
    #expect(try await tasks.task(of: object)?.status == .working)
    _ = try await server.call("runs_cancel", ["id": .int(id)])
    let cancelled = try await server.call("runs_get", ["id": .int(id)])
    #expect(cancelled["status"] == "cancelled")
    #expect(cancelled["error_message"]?.stringValue?.contains("could not be cancelled") == true)
    _ = try await server.call("runs_delete", ["id": .int(id), "confirm": true])
  }

  @Test func `settings that batches make impossible are refused`() async throws {
    let server = TestServer()
    let first = try await server.run()
    for settings: JSONObject in [["model": "echo"], ["stop_against": .int(first)]] {
      let all = JSONObject(
        settings.members + [.init(key: "like_run", value: .int(first)), .init(key: "batch", value: true)])
      #expect(try await server.refusal("runs_create", all).contains("batch"))
    }
  }
}
