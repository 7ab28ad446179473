import JSONCoding
import JSONRPC
import MCP
import TestSupport
import Testing

@testable import Toolbox

@Suite struct RunTaskTests {
  private static let related = "io.modelcontextprotocol/related-task"

  /// The `_meta` of a request of the version without a handshake.
  private static func envelope(_ capabilities: JSONObject = [:]) -> JSONValue {
    [
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": .object(capabilities),
    ]
  }

  @Test func `a server without runs_generate has no tasks`() async throws {
    let server = TestServer()
    #expect(await server.server.error("tasks/list") == nil)
    for less in [server.offering(isReadOnly: true), server.offering(toolsets: ["tags"])] {
      let handshake = try await less.result("initialize", ["protocolVersion": "2025-11-25"])
      #expect(handshake["capabilities"]?["tasks"] == nil)
      for method in ["tasks/list", "tasks/cancel"] {
        #expect(await less.error(method, ["taskId": "run-1-1"])?.code == -32601)
      }
    }
  }

  @Test func `without a handshake only clients that declare tasks get them`() async throws {
    let server = TestServer().server
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
      let error = await server.error(method, ["taskId": "run-1-1", "_meta": Self.envelope()])
      #expect(error?.code == -32021)
      #expect(error?.data == ["requiredCapabilities": ["extensions": ["io.modelcontextprotocol/tasks": [:]]]])
      let declared = Self.envelope(["extensions": ["io.modelcontextprotocol/tasks": [:]]])
      #expect(await server.error(method, ["taskId": "run-1-1", "_meta": declared])?.code == -32602)
    }
    let filter: JSONValue = ["taskIds": ["run-1-1"]]
    #expect(
      await server.error("subscriptions/listen", ["notifications": filter, "_meta": Self.envelope()])?.code == -32021)
    #expect(await server.error("tasks/list", ["_meta": Self.envelope()])?.code == -32601)
  }

  @Test func `a task's result is that of the call`() async throws {
    let server = TestServer()
    let run = try await server.run()
    let call: JSONObject = ["name": "runs_generate", "arguments": ["id": .int(run)]]
    var asTask = call
    asTask["task"] = [:]
    let task = try await server.server.result("tools/call", asTask)["task"]
    let id = try #require(task?["taskId"])
    var result = try await server.server.result("tasks/result", ["taskId": id])
    #expect(result["_meta"]?[Self.related]?["taskId"] == id)
    result["_meta"] = nil
    #expect(try await server.server.result("tools/call", call) == result)
    #expect(result["content"]?.arrayValue?.count == 3)
  }

  @Test func `a refused task is an error of the request`() async throws {
    let call: JSONObject = ["name": "runs_generate", "arguments": ["id": 9], "task": [:]]
    #expect(
      await TestServer().server.error("tools/call", call)
        == .invalidParams("No run 9. There are none yet. runs_create makes one."))
  }

  @Test func `a cancelled task stays cancelled, however its calls in progress end`() async throws {
    let gate = Gate()
    let server = TestServer(
      transport: ChatTransport { prompt in
        await gate.pass()
        return ChatTransport.answer(prompt)
      })
    try await server.credential()
    let run = try await server.run(["model": "ollama/m"], csv: "text\na")
    let tasks = try #require(RunTasks(server.services, ToolSelection(Toolbox.tools(server.services))))
    let object = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 0])
    let id = try #require(try await tasks.task(of: object)?.id)
    // A cancelled cancellation does not wait for calls.
    let cancellation = Task { try await tasks.cancel(id) }
    cancellation.cancel()
    try await cancellation.value
    #expect(try await tasks.task(id)?.status == .cancelled)
    gate.open()
    #expect(try await server.call("runs_get", ["id": .int(run), "wait_seconds": 600])["status"] == "completed")
    #expect(try await tasks.task(id)?.status == .cancelled)
  }
}
