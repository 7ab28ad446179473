import Foundation
import JSONCoding
import MCP
import TestSupport
import Testing

@testable import Toolbox

/// The promises of tools' annotations are tested, because clients may act on them without asking.
@Suite struct HintTests {
  /// Successful calls on a filled store, by tool; other tools get id 1, lists nothing.
  private static let calls: [String: JSONObject] = [
    "prompts_update": ["id": 1, "template": "New {{ text }}", "name": "n", "description": "d", "publish": true],
    "search": ["query": "text"], "archive": ["kind": "runs", "ids": [1], "restore": true], "prompts_publish": ["id": 2],
    "prompts_delete": ["id": 1, "confirm": true],
    "runs_update": ["id": 1, "name": "n", "tag_names": ["new"]], "runs_delete": ["id": 1],
    "runs_judge": ["id": 1, "wait_seconds": 600], "runs_cancel": ["id": 3], "responses_get": ["run_id": 1, "id": 1],
    "responses_list": ["run_id": 1],
    "datasets_update": ["id": 1, "name": "n", "csv_data": "text\nnew"], "datasets_delete": ["id": 1, "confirm": true],
    "metrics_update": ["id": 1, "instruction": "i", "rubric_bands": [["stars": 5, "description": "top"]]],
    "metric_groups_update": ["id": 1, "metric_ids": [1], "tag_names": ["new"]],
    "provider_credentials_update": ["id": 1, "name": "n"], "tags_update": ["id": 1, "name": "renamed"],
    "runs_compare": ["run_ids": [1, 2]], "experiments_update": ["id": 1, "prompt_ids": [2, 1], "weights": [3, 1]],
    "experiments_feedback": ["generation_id": 1, "outcome": "positive"],
    "prompts_create": ["name": "new", "template": "t", "llm_model": "echo"],
    "runs_create": ["prompt_id": 1, "dataset_id": 1], "datasets_create": ["name": "new", "csv_data": "text\na"],
    "metrics_create": ["name": "new"], "metric_groups_create": ["name": "new"], "tags_create": ["name": "new"],
    "provider_credentials_create": ["provider": "openai", "api_key": "k", "name": "new"],
    "experiments_create": ["name": "new", "prompt_ids": [1, 2]],
    "experiments_generate": ["experiment_id": 1, "inputs": ["text": "y"], "seed": 2],
    "imports_create": ["data": "prompts: ['{{x}}']\nproviders: echo\ntests: [{vars: {x: a}}]", "dry_run": false],
    "verdicts_create": ["response_id": 2, "metric_id": 1, "score": 3],
    "chat_completions_create": [
      "model": "ollama/m", "session_id": "s", "messages": [["role": "user", "content": "Again"]],
    ],
  ]

  /// A server with a record of every kind: two completed and judged runs, and one in progress.
  private static func filled(_ gate: Gate) async throws -> (server: TestServer, transport: ChatTransport) {
    let transport = ChatTransport(models: ["m", "judge"].map { ["id": $0] }) { prompt in
      if prompt.contains("Judge the response") { return ChatTransport.answer(#"{"reasons":"So.","score":4}"#) }
      if prompt.contains("slow") { await gate.pass() }
      return ChatTransport.answer(prompt)
    }
    let server = TestServer(transport: transport)
    try await server.credential()
    try await server.metric()
    try await server.call("metric_groups_create", ["name": "g"])
    try await server.call("tags_create", ["name": "t"])
    let settings: JSONObject = ["metric_ids": [1], "judge_model": "ollama/judge", "model": "ollama/m"]
    try await server.generatedRun(settings)
    try await server.call("verdicts_create", ["response_id": 1, "metric_id": 1, "score": 4])
    let second = try await server.id(
      "runs_create",
      JSONObject(settings.members + [.init(key: "prompt_id", value: 1), .init(key: "dataset_id", value: 1)]))
    try await server.call("runs_generate", ["id": .int(second), "wait_seconds": 600])
    let third = try await server.run(["model": "ollama/m"], csv: "text\nslow")
    try await server.call("runs_generate", ["id": .int(third), "wait_seconds": 0])
    try await server.call("experiments_create", ["name": "e", "prompt_ids": [1, 2]])
    try await server.call("experiments_generate", ["experiment_id": 1, "inputs": ["text": "x"], "seed": 1])
    try await server.call(
      "chat_completions_create",
      ["model": "ollama/m", "session_id": "s", "messages": [["role": "user", "content": "Hello"]]])
    return (server, transport)
  }

  /// Everything that clients can read, without timestamps of changes and what follows from all verdicts together.
  private static func contents(_ server: TestServer) async throws -> [String: JSONValue] {
    var contents: [String: JSONValue] = [:]
    for kind in ["prompts", "datasets", "metrics", "metric_groups", "provider_credentials", "tags", "experiments"] {
      for id in try await server.ids("\(kind)_list") {
        contents["\(kind) \(id)"] = .object(timeless(try await server.call("\(kind)_get", ["id": .int(id)])))
      }
    }
    for id in try await server.ids("runs_list") {
      contents["runs \(id)"] = .object(timeless(try await server.call("runs_get", ["id": .int(id)])))
      contents["responses \(id)"] = .object(try await server.call("responses_list", ["run_id": .int(id)]))
    }
    for id in try await server.ids("experiments_list") {
      contents["generations \(id)"] = .object(
        try await server.call("experiments_get", ["id": .int(id), "generations": true]))
    }
    contents["sessions"] = .object(try await server.call("sessions_list"))
    for verdict in try await server.call("verdicts_list")["verdicts"]?.arrayValue ?? [] {
      contents["verdicts \(verdict["id"]?.text ?? "")"] = verdict
    }
    return contents
  }

  private static func timeless(_ object: JSONObject) -> JSONObject {
    let changing = ["updated_at", "started_at", "finished_at", "agreement"]
    return JSONObject(object.members.filter { !changing.contains($0.key) })
  }

  private static let tools = Toolbox.tools(TestServer().services)
  private static func arguments(_ tool: String) -> JSONObject {
    if let arguments = calls[tool] { return arguments }
    return tool.hasSuffix("_list") ? [:] : ["id": 1]
  }

  @Test(arguments: tools.filter(\.annotations.isReadOnly).map(\.name))
  func `a tool that claims to read only changes nothing`(tool: String) async throws {
    let gate = Gate()
    let (server, transport) = try await Self.filled(gate)
    let before = try await Self.contents(server)
    let file = try server.file
    let count = transport.sent.count
    try await server.call(tool, Self.arguments(tool))
    #expect(try await Self.contents(server) == before)
    #expect(try server.file == file)
    // Requesting a provider's models is free.
    #expect(transport.sent.count == count || tool == "models_list")
    gate.open()
  }

  @Test(
    arguments: tools.filter { $0.annotations.isIdempotent && !$0.annotations.isReadOnly }
      .map(\.name))
  func `a tool that claims to be idempotent does no more the second time`(tool: String) async throws {
    let gate = Gate()
    let (server, transport) = try await Self.filled(gate)
    if tool == "prompts_publish" { try await server.call("prompts_update", ["id": 1, "template": "v2 {{ text }}"]) }
    let first = try await server.call(tool, Self.arguments(tool))
    if tool == "runs_cancel" {
      gate.open()
      try await server.call("runs_get", ["id": 3, "wait_seconds": 600])
    }
    let (after, count) = (try await Self.contents(server), transport.sent.count)
    // A report that nothing is left to do is not a change.
    let saysWhatItDid = ["prompts_update", "metrics_update", "imports_create"].contains(tool)
    if case .success(let second) = try await server.outcome(tool, Self.arguments(tool)), !saysWhatItDid {
      #expect(Self.timeless(second) == Self.timeless(first))
    }
    let again = try await Self.contents(server)
    #expect(again == after)
    #expect(transport.sent.count == count)
    gate.open()
  }

  @Test(arguments: tools.filter { !$0.annotations.isDestructive && !$0.annotations.isReadOnly }.map(\.name))
  func `a tool that claims not to destroy keeps existing records`(tool: String) async throws {
    let gate = Gate()
    let (server, _) = try await Self.filled(gate)
    if tool == "prompts_publish" { try await server.call("prompts_update", ["id": 1, "template": "v2 {{ text }}"]) }
    let before = try await Self.contents(server)
    try await server.call(tool, Self.arguments(tool))
    let after = try await Self.contents(server)
    for (key, value) in before {
      let lost = Self.texts(in: value).subtracting(after[key].map(Self.texts) ?? [])
      #expect(lost.isEmpty, "\(key)")
    }
    gate.open()
  }

  /// Members with states and derived sentences.
  private static let states: Set = ["status", "warnings", "outcome", "verdict", "verdict_word", "sentence", "reason"]

  /// The user-written texts in a value.
  private static func texts(in value: JSONValue) -> Set<String> {
    switch value {
    case .string(let text): return [text]
    case .array(let elements): return elements.reduce(into: []) { $0.formUnion(texts(in: $1)) }
    case .object(let object):
      let written = object.members.filter { !states.contains($0.key) && !$0.key.hasSuffix("_at") }
      return written.reduce(into: []) { $0.formUnion(texts(in: $1.value)) }
    default: return []
    }
  }
}
