import JSONCoding
import Store
import Testing

@testable import Toolbox

/// A check needs columns that the rows of a run have, whichever call gives it to the run.
@Suite struct CheckColumnTests {
  private let server = TestServer()

  private func check(on column: String) async throws -> JSONValue {
    .int(
      try await server.id(
        "metrics_create",
        ["name": .string("says \(column)"), "check": ["kind": "contains", "value": .string("{{ \(column) }}")]]))
  }

  @Test func `creating, changing and judging a run refuse the same check in the same words`() async throws {
    let tone = try await check(on: "tone")
    let refusals = [
      try await server.refusal(
        "runs_create",
        ["prompt_id": .int(server.prompt()), "dataset_id": .int(server.dataset()), "metric_ids": [tone]]),
      try await server.refusal("runs_update", ["id": .int(server.run()), "metric_ids": [tone]]),
      try await server.refusal("runs_update", ["id": .int(server.generatedRun()), "metric_ids": [tone]]),
      try await server.refusal("runs_judge", ["id": .int(server.generatedRun()), "metric_ids": [tone]]),
    ]
    for refusal in refusals {
      #expect(refusal.contains(#"The check "says tone" needs the column "tone""#), "\(refusal)")
    }
    // A refusal leaves no reviews behind.
    let response = try await server.call("responses_get", ["run_id": 3, "id": 4])
    #expect(response["reviews"] == [])
  }

  @Test(arguments: ["runs_update", "runs_judge"])
  func `the rows of a run are those that it has answered, not those of its changed dataset`(tool: String) async throws {
    let run = JSONValue.int(try await server.generatedRun())
    try await server.call(
      "datasets_update", ["id": 1, "csv_data": "name,tone,expected_output\na,dry,Say a.\nb,dry,Say b.\nc,dry,no"])
    let refusal = try await server.refusal(tool, ["id": run, "metric_ids": [try await check(on: "tone")]])
    #expect(refusal.contains(#"needs the column "tone""#) && refusal.contains("has answered"), "\(refusal)")
    #expect(refusal.contains("like_run 1") && refusal.contains(#""text""#), "\(refusal)")
    // The answers have the column that the dataset has lost.
    let judged = try await server.call(tool, ["id": run, "metric_ids": [try await check(on: "text")]])
    #expect(judged["metric_averages"]?.arrayValue?.first?["avg"] == 1.0)
    let right = try await server.id("metrics_create", ["name": "right", "check": ["kind": "equals"]])
    let compared = try await server.call(tool, ["id": run, "metric_ids": [.int(right)]])
    #expect(compared["metric_averages"]?.arrayValue?.first?["avg"] == 0.6667)
  }
}
