import JSONCoding
import MCP
import Testing

@testable import Toolbox

/// `fields`, and the default fields, in every list and for every single record.
@Suite struct FieldSelectionTests {
  private let server = TestServer()

  /// One record of every kind that needs no network, each with id 1.
  private func fill() async throws {
    try await server.credential()
    try await server.metric()
    try await server.call("metric_groups_create", ["name": "g"])
    try await server.call("tags_create", ["name": "t"])
    try await server.generatedRun()
    try await server.call("verdicts_create", ["response_id": 1, "passed": true])
    try await server.call("experiments_create", ["name": "e", "prompt_ids": [1, .int(try await server.prompt("b"))]])
    try await server.call("experiments_generate", ["experiment_id": 1, "inputs": ["text": "x"]])
    try await server.call(
      "chat_completions_create",
      ["model": "echo", "session_id": "s", "messages": [["role": "user", "content": "Hello"]]])
  }

  /// The arguments that a tool accepts.
  private func arguments(_ tool: Tool, _ object: JSONObject) -> JSONObject {
    JSONObject(object.members.filter { member in tool.fields.contains { $0.name == member.key } })
  }

  private var lists: [Tool] {
    Toolbox.tools(server.services).filter { $0.name.hasSuffix("_list") && $0.name != "models_list" }
  }

  @Test func `unknown fields are refused by every list, even an empty one, with the known fields`() async throws {
    for round in 0..<2 {
      for tool in lists where round == 1 || !["responses_list", "verdicts_list"].contains(tool.name) {
        let sentence = try await server.refusal(tool.name, arguments(tool, ["fields": ["bogus"], "run_id": 1]))
        #expect(sentence.hasPrefix("fields has \"bogus\", which is not there. Fields: id, "), "\(tool.name)")
      }
      if round == 0 { try await fill() }
    }
    #expect(try await server.refusal("prompts_list", ["fields": ["bogus"], "name": "none"]).contains("bogus"))
  }

  @Test func `empty lists know the same fields as those that have items`() async throws {
    try await fill()
    for tool in lists {
      let filter: JSONObject = arguments(tool, ["run_id": 1])
      let refusal = try await server.refusal(
        tool.name, JSONObject(filter.members + [.init(key: "fields", value: ["x"])]))
      let known = refusal.split(separator: "Fields: ")[1].dropLast().split(separator: ", ").map {
        JSONValue.string(String($0))
      }
      let page = try await server.call(
        tool.name, JSONObject(filter.members + [.init(key: "fields", value: .array(known))]))
      let item = try #require(page.members.first?.value.arrayValue?.first?.objectValue, "\(tool.name)")
      #expect(item.keys.map(JSONValue.string) == known, "\(tool.name)")
    }
  }

  @Test func `every tool that shows one record accepts fields, and refuses unknown ones`() async throws {
    try await fill()
    for tool in Toolbox.tools(server.services) where tool.name.hasSuffix("_get") {
      var arguments: JSONObject = arguments(tool, ["run_id": 1])
      arguments["id"] = 1
      arguments["fields"] = ["created_at"]
      if tool.name == "sessions_get" { continue }
      let object = try await server.call(tool.name, arguments)
      #expect(object.keys == ["id", "created_at"], "\(tool.name)")
      arguments["fields"] = ["bogus"]
      #expect(try await server.refusal(tool.name, arguments).hasPrefix("fields has \"bogus\""), "\(tool.name)")
    }
    #expect(try await server.call("experiments_get", ["id": 1, "fields": ["name"]]) == ["id": 1, "name": "e"])
    #expect(
      try await server.call("experiments_get", ["id": 1, "generation_id": 1, "fields": ["output"]]).keys
        == ["id", "output"])
    #expect(
      try await server.call("sessions_get", ["id": 1, "exchange_id": 1, "fields": ["answer"]]).keys == ["id", "answer"])
  }

  @Test func `a field that a thing can have and has not is null, and no unknown one`() async throws {
    try await fill()
    #expect(
      try await server.call("prompts_get", ["id": 1, "fields": ["temperature", "tools"]])
        == ["id": 1, "temperature": nil, "tools": nil])
    let prompts = try await server.call("prompts_list", ["fields": ["stop"], "limit": 1])
    #expect(prompts["prompts"] == [["id": 2, "stop": nil]])
    #expect(
      try await server.call("runs_get", ["id": 1, "fields": ["schema", "result_items"], "results": false])
        == ["id": 1, "schema": nil, "result_items": nil])
    let responses = try await server.call("responses_list", ["run_id": 1, "fields": ["schema_fault"], "limit": 1])
    #expect(responses["responses"] == [["id": 1, "schema_fault": nil]])
    #expect(
      try await server.call("responses_get", ["run_id": 1, "id": 1, "fields": ["schema_fault"]])
        == ["id": 1, "schema_fault": nil])
    #expect(try await server.refusal("prompts_get", ["id": 1, "fields": ["seed"]]).contains("temperature"))
  }

  @Test func `lists leave out what is null or empty, unless it is asked for or means something`() async throws {
    try await fill()
    let prompt = try #require(try await server.call("prompts_list")["prompts"]?.arrayValue?.first?.objectValue)
    #expect(prompt["description"] == nil && prompt["tags"] == nil && prompt["variables"] == ["text"])
    let asked = try await server.call("prompts_list", ["fields": ["description", "tags"], "limit": 1])
    #expect(asked["prompts"] == [["id": 2, "description": nil, "tags": []]])
    try await server.call("runs_update", ["id": 1, "scoring": "None"])
    let run = try #require(try await server.call("runs_list")["runs"]?.arrayValue?.first?.objectValue)
    #expect(run["avg_score"] == .some(.null) && run["dataset_id"] == 1 && run["judge_model"] == nil)
  }

  @Test func `names are searched by a part of them`() async throws {
    try await fill()
    try await server.metric("Factual accuracy")
    try await server.call("tags_create", ["name": "billing"])
    #expect(try await server.ids("metrics_list", ["query": "ACCUR"]) == [2])
    #expect(try await server.ids("prompts_list", ["query": "mmar"]) == [1])
    #expect(try await server.ids("tags_list", ["query": "bill"]) == [2])
    #expect(try await server.ids("datasets_list", ["query": "zebra"]) == [])
    #expect(try await server.ids("runs_list", ["query": ""]) == [1])
  }

  @Test func `a field named twice is shown once`() async throws {
    let run = try await server.generatedRun()
    let page = try await server.call(
      "responses_list", ["run_id": .int(run), "fields": ["rendered_messages", "rendered_messages", "score", "score"]])
    let keys = try #require(page["responses"]?.arrayValue?.first?.objectValue?.keys)
    #expect(Set(keys).count == keys.count, "\(keys)")
  }
}
