import JSONCoding
import JSONRPC
import MCP
import Testing

@testable import Toolbox

@Suite struct DeletionTests {
  private static let yes: JSONObject = ["action": "accept", "content": ["confirm": true]]

  /// Deletes dataset 1 as a client with a handshake, whose user says yes after something has happened.
  private func delete(
    _ server: TestServer, while happens: @escaping @Sendable () async throws -> Void
  ) async throws -> JSONObject {
    let capabilities: JSONValue = ["elicitation": [:]]
    _ = try await server.server.result("initialize", ["protocolVersion": "2025-11-25", "capabilities": capabilities])
    let context = RequestContext(
      id: .integer(1), send: { _ in },
      ask: { _, _ in
        do { try await happens() } catch { Issue.record(error) }
        return .result(Self.yes)
      })
    let params: JSONObject = ["name": "datasets_delete", "arguments": ["id": 1]]
    return try await server.server.respond(
      to: Request(id: .integer(1), method: "tools/call", params: params), in: context)
  }

  @Test func `what came while the user was asked is not lost without another question`() async throws {
    let server = TestServer()
    try await server.generatedRun()
    let refusal = try await delete(server) {
      let run = try await server.id("runs_create", ["prompt_id": 1, "dataset_id": 1])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    #expect(refusal["isError"] == true)
    #expect(refusal["content"]?.arrayValue?.first?["text"]?.stringValue?.contains("Nothing was deleted") == true)
    #expect(try await server.ids("runs_list") == [2, 1])
    let done = try await delete(server) {}
    #expect(done["structuredContent"]?["removed"] == ["runs": 2, "responses": 6])
  }

  @Test func `an answer counts although a run that is being generated has gone on`() async throws {
    let (first, second) = (Gate(), Gate())
    let server = TestServer(
      transport: ChatTransport { prompt in
        await (prompt == "Say a." ? first : second).pass()
        return ChatTransport.answer(prompt)
      })
    try await server.credential()
    let run = try await server.run(["model": "ollama/m", "concurrency": 1], csv: "text\na\nb")
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 0])
    var params: JSONObject = [
      "name": "datasets_delete", "arguments": ["id": 1],
      "_meta": [
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": ["elicitation": [:]],
      ],
    ]
    let question = try await server.server.result("tools/call", params)
    let message = question["inputRequests"]?["confirm"]?["params"]?["message"]?.stringValue ?? ""
    #expect(message.contains("with it 1 run, and what is being generated now?"))
    first.open()
    while try await server.ids("responses_list", ["run_id": .int(run)]).isEmpty { await Task.yield() }
    params["requestState"] = question["requestState"]
    params["inputResponses"] = ["confirm": .object(Self.yes)]
    let done = try await server.server.result("tools/call", params)
    #expect(done["structuredContent"]?["removed"] == ["runs": 1, "responses": 1])
    second.open()
  }
}
