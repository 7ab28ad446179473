import Evaluation
import JSONCoding
import Providers
import Store
import Testing

@testable import Toolbox

/// Answers other than plain text: JSON by a schema, and tool calls.
@Suite struct StructuredAnswerTests {
  private static let schema: JSONValue = [
    "type": "object", "properties": ["city": ["type": "string"]], "required": ["city"], "additionalProperties": false,
  ]

  /// A server that answers each prompt with itself; a prompt with `cut` in it is reported as truncated.
  private static let echo = ChatTransport { prompt in
    var body = ChatTransport.answer(prompt).body
    if prompt.contains("cut") {
      body =
        JSONObject([
          .init(
            key: "choices",
            value: [["index": 0, "finish_reason": "length", "message": ["content": .string(prompt)]]])
        ]).encoded
    }
    return HTTPResponse(status: 200, body: body)
  }

  private static let tools: JSONValue = [
    ["type": "function", "function": ["name": "weather", "parameters": ["type": "object"]]]
  ]

  private static let caller = ChatTransport { _ in
    let call: JSONValue = [
      "id": "c1", "type": "function",
      "function": ["name": "weather", "arguments": #"{"days": 2, "city": "Oslo"}"#],
    ]
    let body: JSONObject = [
      "model": "m",
      "choices": [
        [
          "index": 0, "finish_reason": "tool_calls",
          "message": ["content": "Let me look.", "tool_calls": .array([call])],
        ]
      ], "usage": ["prompt_tokens": 10, "completion_tokens": 9, "completion_tokens_details": ["reasoning_tokens": 4]],
    ]
    return HTTPResponse(status: 200, body: body.encoded)
  }

  private static func csv(_ rows: [String]) -> String {
    "text\n" + rows.map { "\"\($0.replacing("\"", with: "\"\""))\"\n" }.joined()
  }

  private static func generatedRun(
    _ server: TestServer, _ prompt: JSONObject, csv: String, _ settings: JSONObject = [:]
  ) async throws -> Int {
    try await server.credential()
    var arguments: JSONObject = ["name": "p", "template": "{{ text }}", "llm_model": "ollama/m"]
    for member in prompt.members { arguments[member.key] = member.value }
    let id = try await server.id("prompts_create", arguments)
    var run = settings
    run["prompt_id"] = .int(id)
    return try await server.generatedRun(run, csv: csv)
  }

  @Test func `a run counts answers that do not satisfy its schema, with the reason of each`() async throws {
    let server = TestServer(transport: Self.echo)
    let rows = [
      #"{"city": "Oslo"}"#, "Oslo", "```\n{\"city\": \"Oslo\"}\n```", "{}", "```\n{\"city\": 1}\n```",
      #"{"city": "cut"#, #"{"city": 1}"#, #"{"city": "Oslo", "x": 1}"#,
    ]
    let run = try await Self.generatedRun(server, ["response_schema": Self.schema], csv: Self.csv(rows))
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(
      object["schema"] == [
        "valid": 1, "invalid": 7,
        "reasons": [
          "not_json": 1, "in_code_fence": 2, "truncated": 1, "missing_key": 1, "wrong_type": 1, "extra_key": 1,
        ],
      ])
    #expect(
      object.strings("warnings").contains {
        $0.hasPrefix(
          "7 of 8 answers do not satisfy response_schema, most often because the JSON is in a code fence (2")
      })
    let page = try await server.call("responses_list", ["run_id": .int(run)])
    let faults = page["responses"]?.arrayValue?.map { $0["schema_fault"]?.stringValue ?? "" } ?? []
    #expect(faults.count == 8 && faults[0].isEmpty)
    #expect(faults[3] == "missing_key: the key city is missing")
    #expect(faults[6] == "wrong_type: /city: an integer is where the schema wants string")
    let items = try await server.call("runs_get", ["id": .int(run), "results": true])["result_items"]?.arrayValue
    #expect(items?.map { $0["schema_fault"]?.stringValue ?? "" } == faults)
    let export = try await server.services.store.read { tables in
      let run = try tables.find(RunRecord.self, run)
      return try ResponseExport(run, tables.responses.entries(ofRun: run.id), tables.scoring(of: run))
    }
    let table = try CSVTable(export.csvRows.page(from: 0).text)
    let column = try #require(table.columnIndex("schema_fault"))
    #expect((0..<8).map { table.row($0)[column] } == faults)
  }

  @Test func `answers by a schema are compared by what they say, and scored again so`() async throws {
    let server = TestServer(transport: Self.echo)
    let csv = "text,expected_output\n\"{\"\"city\"\": \"\"Oslo\"\"}\",\"{\"\"city\"\":\"\"Oslo\"\"}\"\n"
    let run = try await Self.generatedRun(server, ["response_schema": Self.schema], csv: csv)
    #expect(try await server.call("runs_get", ["id": .int(run)])["avg_score"] == 1.0)
    let other = try await server.call("runs_update", ["id": .int(run), "scoring": "Contains"])
    #expect(other["avg_score"] == 0.0)
    let again = try await server.call("runs_update", ["id": .int(run), "scoring": "ExactMatch"])
    #expect(again["avg_score"] == 1.0)
  }

  @Test func `a comparison says that only one of the runs asked for a schema`() async throws {
    let server = TestServer(transport: Self.echo)
    let first = try await Self.generatedRun(
      server, ["response_schema": Self.schema], csv: Self.csv([#"{"city": "Oslo"}"#, #"{"city": "Rome"}"#]))
    let plain = try await server.id(
      "prompts_create", ["name": "free", "template": "{{ text }}", "llm_model": "ollama/m"])
    let second = try await server.id("runs_create", ["prompt_id": .int(plain), "dataset_id": 1])
    try await server.call("runs_generate", ["id": .int(second), "wait_seconds": 600])
    let statistics = try await server.call("runs_compare", ["run_ids": [.int(first), .int(second)]])["statistics"]
    let comparison = try #require(statistics?.arrayValue?.first?.objectValue)
    #expect(comparison["differs"]?["response_schema"]?.arrayValue?.last == .null)
    #expect(
      comparison.strings("warnings").contains {
        $0.contains("run \(first) follow a schema") && $0.contains("run \(second) are free text")
      })
  }

  @Test func `scores by an earlier rule are told, not compared with new ones, and made anew`() async throws {
    let server = TestServer(transport: Self.echo)
    let csv = "text,expected_output\n\"{\"\"city\"\": \"\"Oslo\"\"}\",\"{\"\"city\"\":\"\"Oslo\"\"}\"\n"
    let old = try await Self.generatedRun(server, ["response_schema": Self.schema], csv: csv)
    let new = try await server.id("runs_create", ["prompt_id": 1, "dataset_id": 1])
    _ = try await server.call("runs_generate", ["id": .int(new), "wait_seconds": 600])
    try await server.services.store.commit { transaction in
      for entry in transaction.tables.responses.entries(ofRun: old) {
        var response = try entry.decoded()
        (response.score, response.comparedForm) = (0, nil)
        transaction.put(response)
      }
    }
    func comparison() async throws -> String {
      JSONValue.object(try await server.call("runs_compare", ["run_ids": [.int(old), .int(new)]])).text
    }
    let before = try await server.call("runs_get", ["id": .int(old)])
    #expect(before["avg_score"] == 0.0 && before.strings("warnings").contains { $0.contains("by an earlier version") })
    #expect(try await comparison().contains("run \(old) was scored by an earlier version"))
    let again = try await server.call("runs_update", ["id": .int(old), "scoring": "ExactMatch"])
    #expect(again["avg_score"] == 1.0 && !again.strings("warnings").contains { $0.contains("by an earlier version") })
    #expect(try await !comparison().contains("earlier version"))
  }

  @Test func `a run without a schema says nothing of one`() async throws {
    let server = TestServer(transport: Self.echo)
    let run = try await Self.generatedRun(server, [:], csv: Self.csv(["Oslo"]))
    #expect(try await server.call("runs_get", ["id": .int(run)])["schema"] == nil)
  }

  @Test func `a schema with an unsupported keyword is refused with the keyword`() async throws {
    let sentence = try await TestServer().refusal(
      "prompts_create",
      ["name": "p", "template": "t", "llm_model": "echo", "response_schema": ["properties": ["a": ["oneOf": []]]]])
    #expect(sentence.contains("\"oneOf\"") && sentence.contains("/properties/a"))
  }

  @Test func `tool calls are an answer that is shown and scored`() async throws {
    let server = TestServer(transport: Self.caller)
    let csv = """
      text,expected_output
      q,"[{""name"": ""weather"", ""arguments"": {""city"": ""Oslo"", ""days"": 2}}]"
      r,"[{""name"": ""weather"", ""arguments"": {""city"": ""Rome"", ""days"": 2}}]"
      """
    let run = try await Self.generatedRun(server, ["tools": Self.tools], csv: csv)
    let page = try await server.call("responses_list", ["run_id": .int(run)])
    let responses = page["responses"]?.arrayValue ?? []
    #expect(
      responses.first?["response_text"] == #"[{"name":"weather","arguments":{"city":"Oslo","days":2}}]"#)
    #expect(responses.first?["text_beside_calls"] == "Let me look.")
    #expect(responses.map { $0["score"] } == [1.0, 0.0])
    #expect(responses.first?["usage"]?["reasoning_tokens"] == 4)
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(object["usage"]?["reasoning_tokens"] == 8)
  }

  @Test func `an experiment has the tool calls of an answer`() async throws {
    let server = TestServer(transport: Self.caller)
    try await server.credential()
    for name in ["p", "q"] {
      try await server.call(
        "prompts_create",
        ["name": .string(name), "template": "Hi", "llm_model": "ollama/m", "tools": Self.tools])
    }
    let experiment = try await server.id(
      "experiments_create", ["name": "e", "prompt_ids": [1, 2], "status": "running"])
    let answer = try await server.call("experiments_generate", ["experiment_id": .int(experiment), "inputs": [:]])
    let datum = answer["data"]?.arrayValue?.first
    let call = datum?["tool_results"]?.arrayValue?.first
    #expect(call?["name"] == "weather" && call?["result"] == .some(.null))
    #expect(call?["signature"]?.stringValue?.contains("Oslo") == true)
    #expect(datum?["output"] == #"[{"name":"weather","arguments":{"city":"Oslo","days":2}}]"#)
  }
}
