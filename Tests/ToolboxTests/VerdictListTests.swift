import JSONCoding
import Testing

@testable import Toolbox

/// Lists of verdicts, and what makes a verdict blind.
@Suite struct VerdictListTests {
  private func server(_ rows: Int, metrics: [Int] = [1]) async throws -> (TestServer, run: Int) {
    let server = TestServer.judging()
    try await server.credential()
    for id in metrics { try await server.metric("metric \(id)") }
    let csv = "text\n" + (0..<rows).map { "gives-\(2 + $0 % 3) row \($0)\n" }.joined()
    return (server, try await server.judgedRun("{{ text }}", dataset: try await server.dataset(csv), metrics: metrics))
  }

  @Test func `a list with one response twice is refused as a whole`() async throws {
    let (server, _) = try await server(3)
    let twice: JSONValue = [
      ["response_id": 1, "score": 3], ["response_id": 2, "score": 3], ["response_id": 1, "score": 4],
    ]
    #expect(try await server.refusal("verdicts_create", ["verdicts": twice]).contains("response 1 twice"))
    #expect(try await server.call("verdicts_list")["total"] == 0)
  }

  @Test func `a list has an end, and a long one takes no longer for each verdict`() async throws {
    let (server, run) = try await server(1000)
    let ids = try await server.call("responses_list", ["run_id": .int(run), "hide_scores": true, "limit": 1])
    #expect(ids["total"] == 1000)
    func list(_ count: Int) -> JSONValue { .array((1...count).map { ["response_id": .int($0), "score": 3] }) }
    #expect(try await server.refusal("verdicts_create", ["verdicts": list(1001)]).contains("a call takes 1000"))
    let start = ContinuousClock.now
    #expect(try await server.call("verdicts_create", ["verdicts": list(1000)])["total"] == 1000)
    let time = ContinuousClock.now - start
    #expect(time < .seconds(10))
  }

  @Test(arguments: [["order": "score"], ["min_score": 0], ["max_score": 5]] as [JSONObject])
  func `a verdict is not blind once a list by scores was shown, even without them`(choice: JSONObject) async throws {
    let (server, run) = try await server(3)
    var arguments: JSONObject = ["run_id": .int(run), "hide_scores": true]
    try await server.call("responses_list", arguments)
    for member in choice.members { arguments[member.key] = member.value }
    try await server.call("responses_list", arguments)
    #expect(try await server.call("verdicts_create", ["response_id": 1, "score": 3])["blind"] == false)
  }

  @Test func `the score of a run whose only metric was deleted takes verdicts`() async throws {
    let (server, run) = try await server(3)
    try await server.rate(run, 1) { _ in 4 }
    try await server.call("metrics_delete", ["id": 1, "confirm": true])
    try await server.call("responses_list", ["run_id": .int(run), "hide_scores": true])
    let rated = try await server.call("verdicts_list")["verdicts"]?.arrayValue?.first?["response_id"]?.intValue ?? 0
    let other = rated == 1 ? 2 : 1
    let verdict = try await server.call("verdicts_create", ["response_id": .int(other), "score": 2])
    #expect(verdict["metric_name"] == "metric 1" && verdict["judge_score"]?.doubleValue != nil)
    // The verdict before tells how the metric was worded.
    #expect(verdict["wording"]?.stringValue?.contains("metric 1") == true && verdict["blind"] == true)
    #expect(try await server.call("runs_get", ["id": .int(run)])["agreement"]?["verdicts"] == 2)
  }

  @Test func `a verdict on the whole score is not blind once the score of one of its metrics was told`() async throws {
    let (server, run) = try await server(2, metrics: [1, 2])
    try await server.call("responses_list", ["run_id": .int(run), "hide_scores": true])
    let first = try await server.call("verdicts_create", ["response_id": 1, "metric_id": 1, "score": 3])
    let second = try await server.call("verdicts_create", ["response_id": 1, "metric_id": 2, "score": 3])
    #expect(first["blind"] == true && second["blind"] == true)
    let whole = try await server.call("verdicts_create", ["response_id": 1, "score": 3])
    #expect(whole["blind"] == false && whole["blind_note"]?.stringValue?.contains("another verdict") == true)
    #expect(try await server.call("verdicts_create", ["response_id": 2, "score": 3])["blind"] == true)
  }
}
