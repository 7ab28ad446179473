import Foundation
import JSONCoding
import Store
import Synchronization
import TestSupport
import Testing

@testable import Toolbox

/// Calls that were paid for and lost, because the server was killed or could not write to the store.
@Suite struct LostCallTests {
  private static let csv = "text,expected_output\n" + (0..<12).map { "row \($0),Say row \($0).\n" }.joined()

  private func server(_ script: @escaping @Sendable (String) -> Void = { _ in }) async throws -> TestServer {
    let server = TestServer(
      transport: ChatTransport { prompt in
        script(prompt)
        return prompt.contains("Judge the response")
          ? ChatTransport.answer(#"{"reasons":"As it is.","score":4}"#) : ChatTransport.answer(prompt)
      })
    _ = try await server.id(
      "provider_credentials_create",
      [
        "provider": "openai", "name": "own", "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1", "input_price": 1,
        "output_price": 2,
      ])
    return server
  }

  private func gate(_ server: TestServer, _ run: Int, _ most: Double) async throws -> String {
    let gate = try await server.call("runs_get", ["id": .int(run), "gate": ["max_cost": .double(most)]])["gate"]
    #expect(gate?["passed"] == false)
    return gate?.objectValue?.strings("reasons").first ?? ""
  }

  @Test func `after a kill the cost is known from below only, also once the run is complete`() async throws {
    let server = try await server()
    let run = try await server.generatedRun(["model": "own/model"], csv: Self.csv)
    let paid = try #require(try await server.call("runs_get", ["id": .int(run)])["total_cost"]?.doubleValue)
    try await server.interrupt(run: run)
    let stands = try await server.call("runs_get", ["id": .int(run)])
    #expect(stands["total_cost"] == .null && stands["uncounted_calls"] == 1)
    #expect(stands["known_cost"]?.doubleValue == paid && stands["status"] == "failed")
    let done = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(done["status"] == "completed" && done["total_cost"] == .null && done["uncounted_calls"] == 1)
    #expect(done["known_cost"]?.doubleValue == paid)
    #expect(done.strings("warnings").contains { $0.contains("1 call") && $0.contains("at least") })
    let told = try await gate(server, run, 1)
    #expect(told.contains("at least") && told.contains("like_run \(run)"), "\(told)")
    #expect(try await gate(server, run, paid / 2).contains("more than max_cost"))
  }

  @Test func `a restart takes lost calls into what was spent before`() async throws {
    let server = try await server()
    let run = try await server.generatedRun(["model": "own/model", "concurrency": 3], csv: Self.csv)
    for _ in 0..<2 {
      try await server.interrupt(run: run)
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    #expect(try await server.call("runs_get", ["id": .int(run)])["uncounted_calls"] == 6)
    let anew = try await server.call(
      "runs_generate", ["id": .int(run), "restart": true, "confirm": true, "wait_seconds": 600])
    #expect(anew["earlier_uncounted_calls"] == 6 && anew["uncounted_calls"] == 0)
    #expect(anew["total_cost"]?.doubleValue ?? 0 > 0 && anew["known_cost"] == nil)
    #expect(!anew.strings("warnings").contains { $0.contains("lost") })
  }

  @Test func `a judge loses all samples of the review under way`() async throws {
    let server = try await server()
    let metric = try await server.id("metrics_create", ["name": "Tone", "instruction": "Is it kind?"])
    let run = try await server.generatedRun(
      [
        "model": "own/model", "judge_model": "own/judge", "metric_ids": [.int(metric)], "judge_samples": 3,
        "concurrency": 4, "probe": false,
      ], csv: Self.csv)
    try await server.interrupt(run: run)
    #expect(try await server.call("runs_get", ["id": .int(run)])["uncounted_calls"] == 12)
  }

  @Test func `a comparison that nobody makes any more tells of its lost calls at once`() async throws {
    let server = try await server()
    let first = try await server.generatedRun(["model": "own/model"], csv: Self.csv)
    let run = try await server.id("runs_create", ["like_run": .int(first), "temperature": 0.5])
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    try await server.services.store.commit { transaction in
      var record = try #require(transaction.tables.runs[run])
      record.pairwise = [
        PairwiseJudging {
          $0.against = first
          $0.isRunning = true
        }
      ]
      transaction.put(record)
    }
    let stands = try await server.call("runs_get", ["id": .int(run)])
    #expect(stands["uncounted_calls"]?.intValue ?? 0 > 0 && stands["status"] == "completed")
    #expect(stands["total_cost"] == .null)
    #expect(stands.strings("warnings").contains { $0.contains("may have been paid for and lost") })
    let listed = try await server.call("runs_list", ["fields": ["uncounted_calls"]])["runs"]?.arrayValue?.first
    #expect(listed?["uncounted_calls"] == stands["uncounted_calls"])
  }

  @Test func `a run whose store could not be written is not called killed`() async throws {
    let calls = Counter()
    let file = MovableFile()
    let server = try await server { _ in
      if calls.add() == 5 { file.move(aside: true) }
    }
    file.place(at: server.folder.path + "/store.json")
    let run = try await server.run(["model": "own/model", "concurrency": 1], csv: Self.csv)
    let told = try await server.refusal("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(told.contains("4 answers are kept") && !told.contains("Nothing was changed"), "\(told)")
    let stands = try await server.call("runs_get", ["id": .int(run)])
    let error = stands["error_message"]?.stringValue ?? ""
    #expect(error.contains("could not be written") && error.contains("4 answers are kept"), "\(error)")
    #expect(!error.contains("shutdown") && stands["total_cost"] == .null && stands["uncounted_calls"] == 1)
    file.move(aside: false)
    let done = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(done["status"] == "completed" && done["total_cost"] == .null && done["uncounted_calls"] == 1)
  }
}

/// A file that is moved away and back.
private final class MovableFile: Sendable {
  private let path = Mutex("")

  func place(at path: String) { self.path.withLock { $0 = path } }

  func move(aside: Bool) {
    let path = path.withLock { $0 }
    let places = aside ? (path, path + ".aside") : (path + ".aside", path)
    try? FileManager.default.moveItem(atPath: places.0, toPath: places.1)
  }
}
