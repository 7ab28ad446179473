import JSONCoding
import Testing

@testable import Toolbox

@Suite struct MetricToolTests {
  private let server = TestServer()

  private func bands(_ metric: JSONObject) -> [Int: String] {
    Dictionary(
      uniqueKeysWithValues: (metric["rubric_bands"]?.arrayValue ?? []).map {
        ($0["stars"]?.intValue ?? 0, $0["description"]?.stringValue ?? "")
      })
  }

  @Test func `a new metric has a key and five bands, the best first`() async throws {
    let metric = try await server.call(
      "metrics_create",
      [
        "name": "Real Estate: tone!", "instruction": "Is it kind?",
        "rubric_bands": [["stars": 5, "description": "Kind."], ["stars": "1", "description": "Rude."]],
        "tag_names": ["real estate"],
      ])
    #expect(
      metric.keys == ["id", "name", "key", "instruction", "rubric_bands", "created_at", "updated_at", "tags"])
    #expect(metric["key"] == "real_estate_tone")
    #expect(metric["instruction"] == "Is it kind?")
    #expect(metric["tags"] == ["real estate"])
    #expect(metric["rubric_bands"]?.arrayValue?.compactMap { $0["stars"]?.intValue } == [5, 4, 3, 2, 1])
    let texts = bands(metric)
    #expect(texts[5] == "Kind." && texts[1] == "Rude.")
    #expect([2, 3, 4].allSatisfy { texts[$0]?.isEmpty == false })
    #expect(try await server.call("metrics_get", ["id": 1]) == metric)
  }

  @Test func `keys are unique`() async throws {
    for (name, key) in [
      ("Tone", "tone"), ("tone!", "tone_2"), ("TONE", "tone_3"), ("!?", "metric"), ("Ton é", "ton_é"),
    ] {
      #expect(try await server.call("metrics_create", ["name": .string(name)])["key"] == .string(key))
    }
  }

  @Test func `a rename keeps the key`() async throws {
    try await server.metric("Tone")
    let metric = try await server.call("metrics_update", ["id": 1, "name": "Voice"])
    #expect(metric["name"] == "Voice")
    #expect(metric["key"] == "tone")
  }

  @Test func `an update completes the bands from existing ones`() async throws {
    try await server.call(
      "metrics_create", ["name": "m", "instruction": "i", "rubric_bands": [["stars": 5, "description": "Kind."]]])
    let standard = bands(try await server.call("metrics_get", ["id": 1]))
    let metric = try await server.call(
      "metrics_update", ["id": 1, "rubric_bands": #"[{"stars":3,"description":"So so."}]"#])
    var expected = standard
    expected[3] = "So so."
    #expect(bands(metric) == expected)
    #expect(metric["instruction"] == "i")
    let back = try await server.call("metrics_update", ["id": 1, "rubric_bands": [["stars": 3, "description": ""]]])
    #expect(bands(back) == standard)
    #expect(try await server.call("metrics_update", ["id": 1, "instruction": ""])["instruction"] == .some(.null))
  }

  @Test func `invalid bands are refused`() async throws {
    #expect(
      try await server.refusal("metrics_create", ["name": "m", "rubric_bands": [["stars": 6, "description": "x"]]])
        == "metrics_create: rubric_bands[0].stars must be an integer from 1 to 5, not 6.")
    let twice: JSONValue = [["stars": 2, "description": "x"], ["stars": 2, "description": "y"]]
    #expect(
      try await server.refusal("metrics_create", ["name": "m", "rubric_bands": twice])
        == "There are two rubric bands with 2 stars; each of 5 to 1 may occur once.")
    #expect(try await server.refusal("metrics_create", ["name": "m", "rubric_bands": "good"]).contains("an object"))
    #expect(try await server.call("metrics_list")["total"] == 0)
  }

  @Test func `a deleted metric is removed from its groups and from new runs`() async throws {
    for name in ["a", "b"] { try await server.metric(name) }
    try await server.call("metric_groups_create", ["name": "g", "metric_ids": [2, 1]])
    try await server.run(["metric_ids": [1, 2], "judge_model": "echo"])
    #expect(
      try await server.call("metrics_delete", ["id": 1, "dry_run": true])
        == ["deleted": false, "id": 1, "removed": ["metrics": 1]])
    #expect(try await server.call("runs_get", ["id": 1]).ints("metric_ids") == [1, 2])
    try await server.call("metrics_delete", ["id": 1])
    #expect(try await server.call("metric_groups_get", ["id": 1]).ints("metric_ids") == [2])
    #expect(try await server.call("runs_get", ["id": 1]).ints("metric_ids") == [2])
  }

  @Test func `reviews keep the name of a deleted metric`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    try await server.credential()
    try await server.metric("Tone")
    let run = try await server.generatedRun(["metric_ids": [1], "judge_model": "ollama/judge"])
    try await server.call("metrics_delete", ["id": 1])
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(object["metric_averages"] == [["metric_id": 1, "name": "Tone", "avg": 4.0, "count": 3]])
    #expect(object["avg_score"] == 4.0)
    let responses = try await server.call("responses_list", ["run_id": .int(run)])["responses"]?.arrayValue ?? []
    #expect(responses.count == 3)
    #expect(responses.allSatisfy { $0["reviews"]?.arrayValue?.first?["metric_name"] == "Tone" })
  }

  @Test func `a list filters by tags`() async throws {
    try await server.call("metrics_create", ["name": "a", "tag_names": ["x", "y"]])
    try await server.call("metrics_create", ["name": "b", "tag_names": ["y"]])
    try await server.metric("c")
    #expect(try await server.ids("metrics_list", ["tag_names": ["x"]]) == [1])
    #expect(try await server.ids("metrics_list", ["tag_names": ["x", "y"]]) == [2, 1])
  }
}
