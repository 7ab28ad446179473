import JSONCoding
import Testing

@testable import Toolbox

/// The scores that people give responses, and what they say of the judge.
@Suite struct VerdictToolTests {
  /// Rows with the scores 2 to 4.
  private static func csv(_ count: Int) -> String {
    "text\n" + (0..<count).map { "gives-\(2 + $0 * 7 % 3) row \($0)\n" }.joined()
  }

  private func server(_ rows: Int, _ offsets: [String: Int] = [:]) async throws -> (TestServer, run: Int) {
    let server = TestServer.judging(offsets)
    try await server.credential()
    try await server.metric("tone")
    let dataset = try await server.dataset(Self.csv(rows))
    return (server, try await server.judgedRun("Say {{ text }}", dataset: dataset))
  }

  private func agreement(_ server: TestServer, _ run: Int) async throws -> JSONObject {
    try await server.call("runs_get", ["id": .int(run)])["agreement"]?.objectValue ?? [:]
  }

  @Test func `rows come in a stable random order, without the judge's scores`() async throws {
    let (server, run) = try await server(30)
    let arguments: JSONObject = [
      "run_id": .int(run), "order": "random", "hide_scores": true, "limit": 7, "fields": ["score", "reviews", "cost"],
    ]
    let order = try await server.walk("responses_list", arguments)
    #expect(order == (try await server.walk("responses_list", arguments)))
    #expect(order.sorted() == Array(1...30) && order != Array(1...30))
    let page = try await server.call("responses_list", arguments)
    #expect(page["responses"]?.arrayValue?.allSatisfy { $0["score"] == .null && $0["reviews"] == .null } == true)
    let whole = try await server.call("responses_list", ["run_id": .int(run), "hide_scores": true])
    #expect(!JSONValue.object(whole).text.contains("As it is."))
    // Whoever goes on gets the next rows.
    let rated = try await server.rate(run, 5) { $0.namedScore }
    #expect(rated == Array(order.prefix(5)))
    var rest = arguments
    rest["without_verdict"] = true
    #expect(try await server.walk("responses_list", rest) == Array(order.dropFirst(5)))
  }

  @Test func `another run of the dataset has the same rows in the same order`() async throws {
    let (server, first) = try await server(20)
    let second = try await server.judgedRun("Repeat {{ text }}", dataset: 1)
    func rows(_ run: Int) async throws -> [Int] {
      let page = try await server.call("responses_list", ["run_id": .int(run), "order": "random"])
      return page["responses"]?.arrayValue?.compactMap { $0["row_index"]?.intValue } ?? []
    }
    #expect(try await rows(first) == rows(second))
  }

  @Test func `a verdict says what it is about, and answers the judge's score`() async throws {
    let (server, run) = try await server(3)
    let response = try await server.rate(run, 1) { _ in 4 }[0]
    let verdict = try await server.call("verdicts_create", ["response_id": .int(response), "score": 2, "note": "rude"])
    #expect(verdict["metric_id"] == 1 && verdict["metric_name"] == "tone" && verdict["note"] == "rude")
    #expect(verdict["judge_score"]?.doubleValue != nil && verdict["replaced"] == 4.0)
    #expect(verdict["wording"]?.stringValue?.contains("tone") == true)
    #expect(verdict["trust"]?.stringValue?.contains("1 verdict") == true)
    // The judge's score was shown in answer to the first verdict.
    #expect(verdict["blind"] == false && verdict["blind_note"]?.stringValue?.contains("replaces") == true)
    #expect(try await server.call("verdicts_list", ["run_id": .int(run)])["total"] == 1)
    // Neither a new verdict in place of a deleted one nor the claim alone is blind.
    try await server.call("verdicts_delete", ["id": verdict["id"] ?? .null])
    try await server.call("responses_list", ["run_id": .int(run), "hide_scores": true])
    let claimed: JSONObject = ["response_id": .int(response), "score": 2, "blind": true]
    let again = try await server.call("verdicts_create", ["verdicts": [.object(claimed)]])
    #expect(again["verdicts"]?.arrayValue?.first?["blind"] == false)
    #expect(try await server.call("verdicts_list", ["metric_id": 2])["total"] == 0)
  }

  @Test func `a score on another scale is refused`() async throws {
    let (server, run) = try await server(3)
    let check = try await server.id("metrics_create", ["name": "polite", "check": ["kind": "contains", "value": "a"]])
    for score: JSONValue in [0, 6, 8, 2.5] {
      let sentence = try await server.refusal("verdicts_create", ["response_id": 1, "score": score])
      #expect(sentence.contains("scored 1 to 5"))
    }
    #expect(
      try await server.refusal("verdicts_create", ["response_id": 1, "passed": true]).contains("scored 1 to 5"))
    #expect(
      try await server.refusal("verdicts_create", ["response_id": 1, "metric_id": .int(check), "score": 1])
        .contains("Give passed"))
    #expect(try await server.refusal("verdicts_create", ["response_id": 1]).contains("Give score"))
    #expect(try await server.refusal("verdicts_create", ["response_id": 99, "score": 1]).contains("No response 99"))
    #expect(try await server.refusal("verdicts_create", ["score": 1]).contains("response_id is missing"))
    #expect(try await server.call("verdicts_list")["total"] == 0)
    let aside = try await server.call(
      "verdicts_create", ["response_id": 1, "metric_id": .int(check), "passed": false])
    #expect(aside["counts_note"]?.stringValue?.contains("does not count") == true)
    let counted = try await server.call("verdicts_create", ["response_id": 2, "score": 3])
    #expect(counted["counts_note"] == nil && counted["trust"]?.stringValue != nil)
    try await server.call("verdicts_delete", ["id": counted["id"] ?? .null, "confirm": true])
    // A list is recorded as a whole or not at all.
    _ = try await server.refusal(
      "verdicts_create", ["verdicts": [["response_id": 1, "score": 3], ["response_id": 2, "score": 9]]])
    #expect(try await server.call("verdicts_list", ["run_id": .int(run)])["total"] == 1)
  }

  @Test func `few verdicts are counted, more show agreement, and thirty at random correct the mean`() async throws {
    let (server, run) = try await server(60, ["row": 1])
    try await server.rate(run, 9) { $0.namedScore }
    let few = try await agreement(server, run)
    #expect(few["n"] == 9 && few["kappa"] == nil && few["corrected"] == .null)
    try await server.rate(run, 6) { $0.namedScore }
    let some = try await agreement(server, run)
    #expect(some["n"] == 15 && some["same"] == 0 && some["bias"] == 1.0 && some["corrected"] == .null)
    #expect(some["decision"]?["sentence"]?.stringValue?.contains("30 rows drawn at random") == true)
    try await server.rate(run, 25) { $0.namedScore }
    let many = try await agreement(server, run)
    #expect(many["random"] == 40 && many["blind"] == 40 && many["bias"] == 1.0)
    let corrected = many["corrected"]
    #expect(abs((corrected?["mean"]?.doubleValue ?? 0) - 3) < 0.05)
    #expect(corrected?["judge_mean"]?.doubleValue == 4 && corrected?["rated"] == 40 && corrected?["unrated"] == 20)
    let metric = try await server.call("metrics_get", ["id": 1])["agreement"]
    #expect(metric?["verdicts"] == 40 && metric?["random"] == 40)
    #expect(metric?["judges"]?.arrayValue?.first?["bias"] == 1.0)
    let text = try await server.server.text("runs/\(run)/report.md")
    #expect(text.contains("## Judge trust") && text.contains("1 more generous"))
  }

  @Test func `rows that were chosen or seen with their score give no corrected mean`() async throws {
    let (server, run) = try await server(60)
    let weakest = try await server.ids("responses_list", ["run_id": .int(run), "order": "score", "limit": 35])
    for id in weakest { try await server.call("verdicts_create", ["response_id": .int(id), "score": 3]) }
    let chosen = try await agreement(server, run)
    #expect(chosen["n"] == 35 && chosen["corrected"] == .null && chosen["blind"]?.intValue == 0)
    #expect(chosen["decision"]?["sentence"]?.stringValue?.contains("drawn at random") == true)
    // The rest of the rows makes all of them drawn, but most of the first were not given blind.
    try await server.rate(run, 60) { $0.namedScore }
    let all = try await agreement(server, run)
    #expect(all["random"] == 60 && all["corrected"] == .null)
    #expect(all["decision"]?["sentence"]?.stringValue?.contains("not given blind") == true)
  }

  @Test func `verdicts stay with a new judge and a new wording, and go with their responses`() async throws {
    let (server, run) = try await server(12, ["judge-b": 1])
    try await server.rate(run, 12) { $0.namedScore }
    #expect(try await agreement(server, run)["bias"] == 0.0)
    try await server.call("runs_judge", ["id": .int(run), "judge_model": "ollama/other", "wait_seconds": 600])
    #expect(try await agreement(server, run)["same"] == 12)
    let judges = try await server.call("metrics_get", ["id": 1])["agreement"]?["judges"]?.arrayValue
    #expect(judges?.compactMap { $0["judge_model"]?.stringValue }.count == 2)

    try await server.call("metrics_update", ["id": 1, "instruction": "Is it polite?"])
    let reworded = try await agreement(server, run)
    #expect(reworded["n"] == 0 && reworded["other_wording"] == 12)
    #expect(try await server.call("verdicts_list")["total"] == 12)
    // Rows whose verdicts do not count any more are to be rated again.
    let open = try await server.call("responses_list", ["run_id": .int(run), "without_verdict": true])
    #expect(open["total"] == 12)

    try await server.call("metrics_delete", ["id": 1, "confirm": true])
    #expect(try await server.call("verdicts_list", ["metric_id": 1])["total"] == 12)
    let removed = try await server.call("runs_delete", ["id": .int(run), "confirm": true])["removed"]
    #expect(removed?["verdicts"] == 12 && removed?["responses"] == 12)
    #expect(try await server.call("verdicts_list")["total"] == 0)
  }

  @Test func `a verdict can be deleted`() async throws {
    let (server, run) = try await server(2)
    try await server.rate(run, 1) { _ in 1 }
    #expect(try await server.call("verdicts_delete", ["id": 1, "dry_run": true])["deleted"] == false)
    #expect(try await server.call("verdicts_delete", ["verdict_id": 1])["removed"] == ["verdicts": 1])
    #expect(try await agreement(server, run) == [:])
    #expect(try await server.refusal("verdicts_delete", ["id": 1]).contains("No verdict 1. There are none yet"))
  }
}
