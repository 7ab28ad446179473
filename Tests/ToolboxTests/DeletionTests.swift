import JSONCoding
import JSONRPC
import MCP
import TestSupport
import Testing

@testable import Toolbox

@Suite struct DeletionTests {
  private static let yes: JSONObject = ["action": "accept", "content": ["confirm": true]]

  /// Calls a tool as a client with a handshake, whose user says yes after an action.
  private func ask(
    _ server: TestServer, _ params: JSONObject, while happens: @escaping @Sendable () async throws -> Void
  ) async throws -> JSONObject {
    let capabilities: JSONValue = ["elicitation": [:]]
    _ = try await server.server.result("initialize", ["protocolVersion": "2025-11-25", "capabilities": capabilities])
    let context = RequestContext(
      id: .integer(1), send: { _ in },
      ask: { _, _ in
        do { try await happens() } catch { Issue.record(error) }
        return .result(Self.yes)
      })
    return try await server.server.respond(
      to: Request(id: .integer(1), method: "tools/call", params: params), in: context)
  }

  /// Deletes dataset 1 in the same way.
  private func delete(
    _ server: TestServer, while happens: @escaping @Sendable () async throws -> Void
  ) async throws -> JSONObject {
    try await ask(server, ["name": "datasets_delete", "arguments": ["id": 1]], while: happens)
  }

  @Test func `output added while the user was asked is not lost without another question`() async throws {
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
    #expect(done["structuredContent"]?["removed"] == ["datasets": 1, "runs": 2, "responses": 6])
  }

  @Test(arguments: ["prompts", "datasets"])
  func `deleting output of other records needs confirm if the user cannot be asked`(kind: String) async throws {
    let server = TestServer()
    try await server.generatedRun()
    let refusal = try await server.refusal("\(kind)_delete", ["id": 1])
    #expect(refusal.contains("also deletes 1 run, 3 responses. Call again with confirm: true"), "\(refusal)")
    #expect(try await server.call("\(kind)_delete", ["id": 1, "dry_run": true])["deleted"] == false)
    #expect(try await server.ids("runs_list") == [1])
    let done = try await server.call("\(kind)_delete", ["id": 1, "confirm": true])
    #expect(done["removed"]?.objectValue?.keys == [kind, "runs", "responses"])
  }

  @Test(arguments: ["prompts", "datasets", "runs"])
  func `what the lost answers cost is said before and after`(kind: String) async throws {
    let transport = ChatTransport(models: [["id": "v/m", "pricing": ["prompt": "0.000001", "completion": "0.000002"]]])
    {
      _ in ChatTransport.answer("ok", usage: ["prompt_tokens": 10, "completion_tokens": 2, "cost": 0.1])
    }
    let server = TestServer(environment: ["OPENROUTER_API_KEY": "k-0123456789"], transport: transport)
    try await server.call("prompts_create", ["name": "p", "template": "{{ text }}", "llm_model": "openrouter/v/m"])
    try await server.dataset()
    try await server.call("runs_create", ["prompt_id": 1, "dataset_id": 1])
    let run = try await server.call("runs_generate", ["id": 1, "wait_seconds": 600])
    try #require(run["status"] == "completed", "\(run)")
    #expect(try await server.refusal("\(kind)_delete", ["id": 1]).contains("3 responses, which cost $0.3"))
    #expect(try await server.call("\(kind)_delete", ["id": 1, "dry_run": true])["cost"] == 0.3)
    #expect(try await server.call("\(kind)_delete", ["id": 1, "confirm": true])["cost"] == 0.3)
  }

  @Test func `records that consist of output need no confirm, nor do those without any`() async throws {
    let server = TestServer()
    try await server.generatedRun()
    #expect(try await server.call("runs_delete", ["id": 1])["removed"] == ["runs": 1, "responses": 3])
    try await server.call("runs_create", ["prompt_id": 1, "dataset_id": 1])
    #expect(
      try await server.call("datasets_delete", ["id": 1])["removed"] == ["datasets": 1, "runs": 1, "responses": 0])
    #expect(try await server.call("prompts_delete", ["id": 1])["removed"] == ["prompts": 1, "runs": 0, "responses": 0])
  }

  @Test func `a version with a completed run becomes current rather than an untested draft`() async throws {
    let server = TestServer()
    try await server.generatedRun()
    try await server.call("prompts_update", ["id": 1, "template": "Tell {{ text }}", "publish": true])
    let run = try await server.id("runs_create", ["prompt_id": 2, "dataset_id": 1])
    try await server.call("prompts_update", ["id": 2, "template": "Draft {{ text }}"])
    let done = try await server.call("prompts_delete", ["id": 2, "confirm": true])
    #expect(run == 2 && done["note"] == "Version 1, prompt 1, is the current one now.")
  }

  @Test(arguments: [false, true])
  func `a credential that prompts and runs use needs confirm`(isNamed: Bool) async throws {
    let server = TestServer()
    _ = try await server.id(
      "provider_credentials_create", ["provider": "openai", "name": "mine", "api_endpoint": "http://localhost:9/v1"])
    try await server.call(
      "prompts_create",
      isNamed
        ? ["name": "p", "template": "Hi", "llm_model": "mine/m"]
        : ["name": "p", "template": "Hi", "llm_model": "m", "provider_credential_id": 1])
    try await server.call(
      "runs_create", isNamed ? ["prompt_id": 1, "model": "MINE/x"] : ["prompt_id": 1, "provider_credential_id": 1])
    let refusal = try await server.refusal("provider_credentials_delete", ["id": 1])
    #expect(refusal.contains("takes it from 1 prompt, 1 run. Call again with confirm: true"), "\(refusal)")
    let dry = try await server.call("provider_credentials_delete", ["id": 1, "dry_run": true])
    #expect(dry["used_by"] == ["prompts": 1, "runs": 1] && dry["deleted"] == false)
    #expect(try await server.call("provider_credentials_delete", ["id": 1, "confirm": true])["deleted"] == true)
  }

  @Test func `every delete takes confirm and counts the kind itself first`() async throws {
    let server = TestServer()
    try await server.credential()
    try await server.metric()
    try await server.call("metric_groups_create", ["name": "g"])
    try await server.call("tags_create", ["name": "t"])
    try await server.generatedRun()
    try await server.call("verdicts_create", ["response_id": 1, "passed": true])
    try await server.call("experiments_create", ["name": "e", "prompt_ids": [1, .int(try await server.prompt("b"))]])
    try await server.call(
      "chat_completions_create",
      ["model": "echo", "session_id": "s", "messages": [["role": "user", "content": "Hello"]]])
    let deletes = Toolbox.tools(server.services).map(\.name).filter { $0.hasSuffix("_delete") }
    #expect(deletes.count == 10)
    // Records that are deleted with others come first.
    let first = ["verdicts_delete", "runs_delete"]
    for tool in first + deletes.filter({ !first.contains($0) }) {
      for isDryRun in [true, false] {
        let result = try await server.call(tool, ["id": 1, "confirm": true, "dry_run": .bool(isDryRun)])
        #expect(result["deleted"] == .bool(!isDryRun))
        #expect(
          result["removed"]?.objectValue?.members.first == .init(key: String(tool.dropLast(7)), value: 1), "\(tool)")
      }
    }
  }

  @Test func `a session that grows while the user is asked is not deleted without another question`()
    async throws
  {
    let server = TestServer()
    func say() async throws {
      try await server.call(
        "chat_completions_create",
        ["model": "echo", "session_id": "s", "messages": [["role": "user", "content": "Hello"]]])
    }
    try await say()
    let refusal = try await ask(server, ["name": "sessions_delete", "arguments": ["session_id": "s"]]) {
      try await server.call(
        "chat_completions_create",
        ["model": "echo", "session_id": "s", "messages": [["role": "user", "content": "More"]]])
    }
    #expect(refusal["isError"] == true)
    #expect(try await server.ids("sessions_list") == [1])
  }

  @Test func `when the current version is deleted, the newest remaining one becomes current`()
    async throws
  {
    let server = TestServer()
    try await server.run()
    for text in ["second", "third"] {
      let version = try await server.id("prompts_update", ["id": 1, "template": .string(text)])
      try await server.call("runs_create", ["prompt_id": .int(version)])
    }
    #expect(try await server.call("prompts_delete", ["id": 2])["note"] == nil)
    let dry = try await server.call("prompts_delete", ["id": 1, "dry_run": true])
    #expect(try await server.ids("prompts_list", ["current": true]) == [1])
    let done = try await server.call("prompts_delete", ["id": 1])
    #expect(done["note"] == "Version 3, prompt 3, is the current one now; it has no completed run.")
    #expect(dry["note"] == "Version 3, prompt 3, would become the current one; it has no completed run.")
    #expect(try await server.ids("prompts_list", ["current": true]) == [3])
    #expect(try await server.call("prompts_delete", ["id": 3])["note"] == nil)
  }

  @Test func `consent still counts after a running run has continued`() async throws {
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
    #expect(done["structuredContent"]?["removed"] == ["datasets": 1, "runs": 1, "responses": 1])
    second.open()
  }
}
