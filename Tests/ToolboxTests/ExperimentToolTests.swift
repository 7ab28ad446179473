import JSONCoding
import Store
import Testing

@testable import Toolbox

@Suite struct ExperimentToolTests {
  private let server = TestServer()

  private func experiment(_ settings: JSONObject = [:]) async throws -> Int {
    let ids = [try await server.prompt("a"), try await server.prompt("b")]
    var arguments: JSONObject = ["name": "greetings", "prompt_ids": .array(ids.map { .int($0) })]
    for member in settings.members { arguments[member.key] = member.value }
    return try await server.id("experiments_create", arguments)
  }

  private func generate(_ id: Int, _ settings: JSONObject = [:]) async throws -> JSONObject {
    var arguments: JSONObject = ["experiment_id": .int(id), "inputs": ["text": "x"]]
    for member in settings.members { arguments[member.key] = member.value }
    return try await server.call("experiments_generate", arguments)
  }

  @Test func `a new experiment is running, fixed, with equal weights`() async throws {
    let id = try await experiment()
    let object = try await server.call("experiments_get", ["id": .int(id)])
    #expect(
      object.keys == [
        "id", "name", "status", "allocation", "prompt_ids", "weights", "created_at", "updated_at", "samples", "failed",
        "outcomes", "total_cost", "uncounted_calls", "versions", "leader", "expected_loss", "evidence_needed",
        "least_outcomes_needed", "outcomes_needed", "verdict_word", "verdict", "warnings",
      ])
    #expect(object["status"] == "running" && object["allocation"] == "fixed")
    #expect(object.ints("prompt_ids") == [1, 2] && object["weights"] == [1.0, 1.0])
    #expect(object["total_cost"] == .null && object["outcomes"] == ["positive": 0, "negative": 0, "none": 0])
    let versions = try #require(object["versions"]?.arrayValue)
    #expect(versions.map { $0["probability_best"]?.doubleValue } == [0.5, 0.5])
    #expect(versions[0]["name"] == "a v1" && versions[0]["rate"] == .null && versions[0]["interval"] == .null)
    #expect(object["verdict"]?.stringValue?.contains("no outcomes") == true)
    #expect(object["verdict_word"] == "not_enough" && object["leader"] == .null && object["warnings"] == [])
  }

  @Test(
    arguments: [
      (["prompt_ids": [1]], "2 to 20 different"), (["prompt_ids": [1, 1]], "different"),
      (["prompt_ids": [1, 9]], "No prompt 9."),
      (["weights": [1]], "weights needs 2 numbers"), (["weights": [0, 0]], "All weights are 0"),
      (["name": " "], "name is empty"),
      (["allocation": "greedy"], "allocation must be one of"), (["status": "draft"], "status must be one of"),
      (["weights": [-1, 2]], "weights[0]"),
    ] as [(JSONObject, String)])
  func `an invalid experiment is refused`(settings: JSONObject, words: String) async throws {
    try await server.prompt("a")
    try await server.prompt("b")
    var arguments: JSONObject = ["name": "e", "prompt_ids": [1, 2]]
    for member in settings.members { arguments[member.key] = member.value }
    #expect(try await server.refusal("experiments_create", arguments).contains(words))
    #expect(try await server.ids("experiments_list") == [])
  }

  @Test func `lists are paged and filtered and accept fields`() async throws {
    for _ in 0..<3 { _ = try await experiment() }
    try await server.call("experiments_update", ["id": 2, "status": "paused"])
    #expect(try await server.walk("experiments_list", ["limit": 1]) == [3, 2, 1])
    #expect(try await server.ids("experiments_list", ["status": "paused"]) == [2])
    let page = try await server.call("experiments_list", ["fields": ["status"], "limit": 1])
    #expect(page["experiments"] == [["id": 3, "status": "running"]])
    #expect(try await server.refusal("experiments_get", ["id": 9]).hasPrefix("No experiment 9. Experiments: 3 \"greet"))
  }

  @Test func `a removed version keeps its generations`() async throws {
    let id = try await experiment(["weights": [1, 0]])
    _ = try await generate(id, ["num_samples": 3])
    let third = try await server.prompt("c")
    let object = try await server.call(
      "experiments_update", ["id": .int(id), "prompt_ids": [2, .int(third)], "allocation": "adaptive", "name": "new"])
    #expect(object.ints("prompt_ids") == [2, third] && object["weights"] == [0.0, 1.0] && object["name"] == "new")
    let versions = try #require(object["versions"]?.arrayValue)
    #expect(versions.map { $0["prompt_id"]?.intValue } == [2, third, 1])
    #expect(versions[2]["samples"] == 3 && versions[2]["weight"] == .null && versions[2]["probability_best"] == .null)
    #expect(object["samples"] == 3)
  }

  @Test func `remaining versions keep their weights, and the experiment can always continue`() async throws {
    let id = JSONValue.int(try await experiment(["weights": [9, 1]]))
    let third = JSONValue.int(try await server.prompt("c"))
    let object = try await server.call("experiments_update", ["id": id, "prompt_ids": [1, 2, third]])
    #expect(object["weights"] == [9.0, 1.0, 1.0])
    let turned = try await server.call("experiments_update", ["id": id, "prompt_ids": [third, 1]])
    #expect(turned["weights"] == [1.0, 9.0])
    try await server.call("experiments_update", ["id": id, "weights": [0, 1]])
    #expect(try await server.call("experiments_update", ["id": id, "prompt_ids": [third]])["weights"] == [1.0])
    #expect(
      try await server.refusal("experiments_update", ["id": id, "weights": [0]]).contains("All weights are 0"))
  }

  @Test func `feedback counts once, can change and be removed`() async throws {
    let id = try await experiment(["weights": [1, 0]])
    let data = try #require(try await generate(id, ["num_samples": 2])["data"]?.arrayValue)
    let generation = try #require(data[0]["id"])
    let steps: [(String, JSONValue)] = [
      ("positive", ["positive": 1, "negative": 0, "none": 1]), ("positive", ["positive": 1, "negative": 0, "none": 1]),
      ("negative", ["positive": 0, "negative": 1, "none": 1]), ("none", ["positive": 0, "negative": 0, "none": 2]),
      ("negative", ["positive": 0, "negative": 1, "none": 1]),
    ]
    for (outcome, counts) in steps {
      let object = try await server.call(
        "experiments_feedback", ["generation_id": generation, "outcome": .string(outcome)])
      #expect(object["outcomes"] == counts && object["outcome"] == .string(outcome))
    }
    let object = try await server.call("experiments_get", ["id": .int(id)])
    #expect(object["outcomes"] == ["positive": 0, "negative": 1, "none": 1])
    let version = try #require(object["versions"]?.arrayValue?[0])
    #expect(version["rate"] == 0.0 && version["interval"] == [0.0, 0.7935])
    #expect(version["probability_best"] == 0.333333)
    #expect(
      try await server.refusal("experiments_feedback", ["generation_id": 77, "outcome": "positive"])
        .contains("experiments_get with generations true"))
    #expect(
      try await server.refusal("experiments_feedback", ["generation_id": generation, "outcome": "good"])
        .contains("outcome must be one of"))
  }

  @Test func `the generations are exported with what their evidence follows from`() async throws {
    let id = try await experiment()
    let data = try await generate(id, ["num_samples": 3, "seed": 7])["data"]?.arrayValue ?? []
    // Samples are recorded in the order in which they are answered.
    let ids = data.compactMap { $0["id"]?.intValue }
    let generation = try #require(ids.max())
    for outcome in ["negative", "positive"] {
      try await server.call("experiments_feedback", ["generation_id": .int(generation), "outcome": .string(outcome)])
    }
    let text = try await server.server.text("experiments/\(id)/generations.jsonl")
    let lines = try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    #expect(lines.map { $0["outcome_order"]?.intValue } == [nil, nil, 1])
    #expect(lines.map { $0["seed"]?.intValue } == [7, 7, 7])
    #expect(
      lines.map { $0["outcome_changed"]?.boolValue } == [false, false, true] && lines[2]["outcome"] == "positive")
    #expect(lines.allSatisfy { $0["attempts"] == 1 && $0["prompt_id"]?.intValue != nil })
    let object = try await server.call("experiments_get", ["id": .int(id)])
    #expect(object["verdict"]?.stringValue?.contains("1 outcome was changed") == true)
  }

  @Test func `an answer that breaks its schema is told`() async throws {
    // The model echo answers with the text.
    let schema: JSONValue = ["type": "object", "properties": ["a": ["type": "integer"]], "required": ["a"]]
    var ids: [JSONValue] = []
    for name in ["s", "t"] {
      let prompt = try await server.call(
        "prompts_create",
        ["name": .string(name), "template": "{{ text }}", "llm_model": "echo", "response_schema": schema])
      ids.append(prompt["id"] ?? .null)
    }
    let id = try await server.id("experiments_create", ["name": "e", "prompt_ids": .array(ids)])
    for (text, isValid) in [("{\"a\": 1}", true), ("{\"b\": 1}", false)] {
      let object = try await generate(id, ["inputs": ["text": .string(text)]])
      let warning = object["warnings"]?.arrayValue?.compactMap(\.stringValue).first { $0.contains("response_schema") }
      #expect((warning == nil) == isValid)
      let chat = try await server.call(
        "chat_completions_create", ["prompt_id": ids[0], "inputs": ["text": .string(text)]])
      let other = chat["warnings"]?.arrayValue?.compactMap(\.stringValue).first { $0.contains("response_schema") }
      #expect((other == nil) == isValid)
    }
  }

  @Test func `enough outcomes give a verdict with the way to publish, and a published version is noted`() async throws {
    let id = try await experiment()
    for call in 0..<4 {
      for datum in try await generate(id, ["num_samples": 20, "seed": .int(call)])["data"]?.arrayValue ?? [] {
        let outcome: JSONValue = datum["model_config_id"] == 2 ? "positive" : "negative"
        try await server.call("experiments_feedback", ["generation_id": datum["id"] ?? .null, "outcome": outcome])
      }
    }
    let before = try await server.call("experiments_get", ["id": .int(id)])
    #expect(before["verdict"]?.stringValue?.hasPrefix("Enough evidence: b v1 (prompt 2) is the best") == true)
    #expect(before["verdict"]?.stringValue?.hasSuffix("It is published already.") == true)
    #expect(before["verdict_word"] == "enough" && before["leader"] == 2 && before["evidence_needed"] == 20.0)
    let versions = try #require(before["versions"]?.arrayValue)
    let fewest = versions.compactMap { $0["samples"]?.intValue }.min() ?? 0
    let pairs = try #require(versions[0]["beside_leader"]?["pairs"]?.intValue)
    #expect(pairs <= fewest && pairs * 5 >= fewest * 4)
    #expect(versions[0]["beside_leader"]?["won_by_leader"] == .int(pairs))
    #expect(versions[0]["beside_leader"]?["lost_by_leader"] == 0 && versions[1]["beside_leader"] == .null)
    let draft = try await server.call("prompts_update", ["id": 2, "template": "New {{ text }}", "publish": true])
    #expect(draft["version_number"] == 2 && draft["note"]?.stringValue?.contains("has generations") == true)
    let after = try await server.call("experiments_get", ["id": .int(id)])
    #expect(after["verdict"]?.stringValue?.hasSuffix("prompts_publish with id 2 publishes it.") == true)
  }

  @Test func `adaptive allocation is warned of wherever its rates are shown`() async throws {
    let id = try await experiment(["allocation": "adaptive"])
    let object = try await server.call("experiments_get", ["id": .int(id)])
    let warning = try #require(object["warnings"]?.arrayValue?.first?.stringValue)
    #expect(warning.contains("earns more and proves less") && warning.contains("fixed allocation"))
  }

  // MARK: Deleting

  @Test func `deleting an experiment counts its generations, and dry_run only counts`() async throws {
    let id = try await experiment()
    _ = try await generate(id, ["num_samples": 4])
    let removed: JSONValue = ["experiments": 1, "generations": 4]
    let dry = try await server.call("experiments_delete", ["id": .int(id), "dry_run": true])
    #expect(dry == ["deleted": false, "id": .int(id), "removed": removed])
    #expect(try await server.call("experiments_get", ["id": .int(id)])["samples"] == 4)
    #expect(try await server.call("experiments_delete", ["id": .int(id)])["removed"] == removed)
    #expect(try await server.ids("experiments_list") == [])
    #expect(try await server.ids("prompts_list") == [2, 1])
  }

  @Test func `a deleted version leaves its experiments with its generations, and the last one deletes them`()
    async throws
  {
    let id = try await experiment(["weights": [1, 0]])
    let other = try await experiment(["prompt_ids": [1, 3]])
    _ = try await generate(id, ["num_samples": 3])
    _ = try await generate(other, ["num_samples": 5, "seed": 3])
    let made = try await server.call("experiments_get", ["id": .int(other)])
    let ofFirst = try #require(made["versions"]?.arrayValue?[0]["samples"]?.intValue)
    let expected: JSONValue = [
      "prompts": 1, "runs": 0, "responses": 0, "experiments": 0, "generations": .int(3 + ofFirst),
    ]
    #expect(try await server.call("prompts_delete", ["id": 1, "dry_run": true])["removed"] == expected)
    #expect(try await server.call("experiments_get", ["id": .int(id)])["samples"] == 3)
    #expect(try await server.call("prompts_delete", ["id": 1, "confirm": true])["removed"] == expected)
    // The remaining version can generate, although it had no share.
    let rest = try await server.call("experiments_get", ["id": .int(id)])
    #expect(rest.ints("prompt_ids") == [2] && rest["samples"] == 0 && rest["weights"] == [1.0])
    #expect(try await generate(id)["data"]?.arrayValue?.first?["model_config_id"] == 2)
    #expect(
      try await server.call("prompts_delete", ["id": 2, "confirm": true])["removed"]
        == ["prompts": 1, "runs": 0, "responses": 0, "experiments": 1, "generations": 1])
    #expect(try await server.ids("experiments_list") == [other])
  }

  @Test func `generations of a removed version are deleted with it`() async throws {
    let id = try await experiment(["weights": [1, 0]])
    _ = try await generate(id, ["num_samples": 2])
    try await server.call("experiments_update", ["id": .int(id), "prompt_ids": [2]])
    #expect(
      try await server.call("prompts_delete", ["id": 1, "confirm": true])["removed"]
        == ["prompts": 1, "runs": 0, "responses": 0, "experiments": 0, "generations": 2])
    #expect(try await server.call("experiments_get", ["id": .int(id)])["samples"] == 0)
  }
}
