import JSONCoding
import Testing

@testable import Toolbox

@Suite struct MetricGroupToolTests {
  private let server = TestServer()

  @Test func `a group keeps its metrics in order, each once`() async throws {
    for name in ["a", "b", "c"] { try await server.metric(name) }
    let group = try await server.call(
      "metric_groups_create",
      ["name": "all", "description": "d", "metric_ids": [3, 1, 3, 2], "tag_names": ["x"]])
    #expect(
      group.keys == ["id", "name", "description", "metric_ids", "created_at", "updated_at", "tags"])
    #expect(group.ints("metric_ids") == [3, 1, 2])
    #expect(group["description"] == "d")
    #expect(group["tags"] == ["x"])
    #expect(try await server.call("metric_groups_get", ["id": 1]) == group)
    let list = try await server.call("metric_groups_list")
    #expect(list == ["metric_groups": [.object(group)], "total": 1])
  }

  @Test func `a group may be empty`() async throws {
    let group = try await server.call("metric_groups_create", ["name": "none"])
    #expect(group["metric_ids"] == [])
    #expect(group["description"] == .some(.null))
  }

  @Test func `an update replaces the metrics if it names any`() async throws {
    for name in ["a", "b"] { try await server.metric(name) }
    try await server.call("metric_groups_create", ["name": "g", "description": "d", "metric_ids": [1]])
    #expect(try await server.call("metric_groups_update", ["id": 1, "name": "h"]).ints("metric_ids") == [1])
    #expect(try await server.call("metric_groups_update", ["id": 1, "metric_ids": 2]).ints("metric_ids") == [2])
    let empty = try await server.call("metric_groups_update", ["id": 1, "metric_ids": [], "description": ""])
    #expect(empty["metric_ids"] == [])
    #expect(empty["description"] == .some(.null))
    #expect(empty["name"] == "h")
  }

  @Test func `unknown metrics are refused and nothing is created`() async throws {
    try await server.metric("tone")
    let sentence = "No metric 7. Metrics: 1 \"tone\". metrics_list shows all."
    #expect(try await server.refusal("metric_groups_create", ["name": "g", "metric_ids": [1, 7]]) == sentence)
    #expect(try await server.call("metric_groups_list")["total"] == 0)
    try await server.call("metric_groups_create", ["name": "g"])
    #expect(
      try await server.refusal("metric_groups_update", ["id": 1, "name": "new", "metric_ids": [7]]) == sentence)
    #expect(try await server.call("metric_groups_get", ["id": 1])["name"] == "g")
  }

  @Test func `deleting a group keeps its metrics`() async throws {
    try await server.metric()
    try await server.call("metric_groups_create", ["name": "g", "metric_ids": [1]])
    #expect(
      try await server.call("metric_groups_delete", ["id": 1])
        == ["deleted": true, "id": 1, "removed": ["metric_groups": 1]])
    #expect(try await server.ids("metrics_list") == [1])
    #expect(try await server.ids("metric_groups_list") == [])
  }

  @Test func `a run has the metrics of its groups after its own`() async throws {
    for name in ["a", "b", "c"] { try await server.metric(name) }
    try await server.call("metric_groups_create", ["name": "g", "metric_ids": [3, 1]])
    let run = try await server.run(["metric_ids": [2, 3], "metric_group_ids": 1, "judge_model": "echo"])
    #expect(try await server.call("runs_get", ["id": .int(run)]).ints("metric_ids") == [2, 3, 1])
  }
}
