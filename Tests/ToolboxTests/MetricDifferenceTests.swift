import JSONCoding
import Testing

@testable import Toolbox

/// Runs with two checks, of which the second run wins one and loses the other.
@Suite struct MetricDifferenceTests {
  private static let rows = 40

  /// The dates of half of the rows are wrong in run 1, and the first `lost` amounts in run 2.
  private func server(lost: Int) async throws -> TestServer {
    let server = TestServer()
    let csv =
      "date,old_date,amount,new_amount\n"
      + (0..<Self.rows).map { row in
        "d\(row),\(row % 2 == 0 ? "d\(row)" : "x"),a\(row),\(row < lost ? "x" : "a\(row)")\n"
      }.joined()
    let dataset = try await server.dataset(csv)
    for name in ["date", "amount"] {
      try await server.call(
        "metrics_create",
        [
          "name": .string(name),
          "check": [
            "kind": "json_path", "path": .string("$.\(name)"), "check": ["kind": "equals", "column": .string(name)],
          ],
        ])
    }
    for columns in [("old_date", "amount"), ("date", "new_amount")] {
      let prompt = try await server.prompt(
        columns.0, template: #"{"date":"{{ \#(columns.0) }}","amount":"{{ \#(columns.1) }}"}"#)
      let run = try await server.id(
        "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "metric_ids": [1, 2]])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    return server
  }

  private func compared(_ server: TestServer, _ gate: JSONObject? = nil) async throws -> JSONObject {
    var arguments: JSONObject = ["run_ids": [1, 2], "limit": 0]
    arguments["gate"] = gate.map(JSONValue.object)
    return try await server.call("runs_compare", arguments)
  }

  private func statistics(_ result: JSONObject) throws -> JSONObject {
    try #require(result["statistics"]?.arrayValue?.first?.objectValue)
  }

  @Test func `a metric that falls with the score is no exception`() async throws {
    let server = try await server(lost: Self.rows)
    let result = try await compared(server)
    let figures = try statistics(result)
    let sentence = figures["verdict"]?.stringValue ?? ""
    #expect(figures["verdict_word"] == "worse", "\(sentence)")
    #expect(sentence.contains("The candidate is worse by \"amount\"") && !sentence.contains("But the candidate"))
  }

  @Test func `every metric has its difference, and one that falls is named`() async throws {
    let figures = try statistics(try await compared(try await server(lost: 12)))
    let metrics = figures["metrics"]?.arrayValue?.compactMap(\.objectValue) ?? []
    try #require(metrics.count == 2)
    #expect(
      metrics.map(\.keys)
        == Array(
          repeating: ["name", "baseline", "candidate", "difference", "interval", "won", "lost"], count: 2))
    let (date, amount) = (metrics[0], metrics[1])
    #expect(date["name"] == "date" && date["baseline"] == 0.5 && date["candidate"] == 1.0 && date["won"] == 20)
    #expect(amount["baseline"] == 1.0 && amount["candidate"] == 0.7 && amount["difference"] == -0.3)
    #expect(amount["won"] == 0 && amount["lost"] == 12)
    // Bonett and Price at 97.5 %: mean -12/42, standard error sqrt(14 - 12² / 42) / 42, normal quantile 2.2414.
    let interval = amount["interval"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    try #require(interval.count == 2)
    #expect(abs(interval[0] - -0.4592) < 0.0002 && abs(interval[1] - -0.1122) < 0.0002, "\(interval)")
    #expect(figures["metrics_level"] == 0.975)
    #expect(figures["verdict"]?.stringValue?.contains(#"worse by "amount""#) == true)
    let warnings = figures["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(
      warnings.contains { $0.contains(#""amount" fell from 1 to 0.7"#) && $0.contains("Bonferroni") }, "\(warnings)")
    #expect(!warnings.contains { $0.contains("date") })
  }

  @Test func `a metric that falls by chance is no warning`() async throws {
    let figures = try statistics(try await compared(try await server(lost: 3)))
    #expect(figures["metrics"]?.arrayValue?.last?["lost"] == 3)
    #expect(figures["warnings"] == nil && figures["verdict"]?.stringValue?.contains("worse by") == false)
  }

  @Test func `a gate on a verdict does not pass a metric that falls, and other gates note it`() async throws {
    let server = try await server(lost: 12)
    for limits in [["verdict": "not_worse"], ["margin": 0.2]] as [JSONObject] {
      let gate = try #require(try await compared(server, limits)["gate"])
      #expect(gate["passed"] == false)
      let reasons = gate["reasons"]?.arrayValue?.compactMap(\.stringValue) ?? []
      #expect(reasons.contains { $0.hasPrefix(#"Run 2: "amount" fell"#) }, "\(reasons)")
    }
    let score = try #require(try await compared(server, ["min_lower_bound": -0.2])["gate"])
    #expect(score["passed"] == true)
    #expect(score["notes"]?.arrayValue?.first?.stringValue?.contains(#""amount" fell"#) == true, "\(score)")
    // A loss that is shown to be within the margin was asked for.
    let wide = try #require(try await compared(server, ["margin": 0.6])["gate"])
    #expect(wide["passed"] == true && wide["notes"] != nil, "\(wide)")
  }

  @Test func `the report has the metrics`() async throws {
    let server = try await server(lost: 12)
    let text = try await server.server.text("comparisons/1,2/report.md")
    #expect(text.contains("Difference by metric") && text.contains("| amount | 1.00 | 0.70 | -0.30 |"), "\(text)")
    #expect(text.contains("Bonferroni"))
  }

  @Test func `a single metric is the score, and is not told twice`() async throws {
    let server = try await server(lost: 12)
    for run in [1, 2] { try await server.call("runs_update", ["id": .int(run), "metric_ids": [2]]) }
    let figures = try statistics(try await compared(server))
    #expect(figures["verdict_word"] == "worse" && figures["metrics"] == nil && figures["metrics_level"] == nil)
  }
}
