import JSONCoding
import Testing

@testable import Toolbox

/// What people's verdicts make of the comparison of two runs.
@Suite struct VerdictComparisonTests {
  /// Two runs of 60 rows, of which the judge gives the second a star more in three of four rows.
  private func server(repeats: Int = 1) async throws -> (TestServer, first: Int, second: Int) {
    let server = TestServer.judging(["new 1": 1, "new 2": 1, "new 3": 1])
    try await server.credential()
    try await server.metric("tone")
    let csv = "text\n" + (0..<60).map { "\($0 % 4) gives-\(2 + $0 % 3) row \($0)\n" }.joined()
    let dataset = try await server.dataset(csv)
    let first = try await server.judgedRun("old {{ text }}", dataset: dataset)
    return (server, first, try await server.judgedRun("new {{ text }}", dataset: dataset))
  }

  private func compare(
    _ server: TestServer, _ first: Int, _ second: Int, _ more: JSONObject = [:]
  ) async throws -> JSONObject {
    var arguments: JSONObject = ["run_ids": [.int(first), .int(second)], "limit": 0]
    for member in more.members { arguments[member.key] = member.value }
    return try await server.call("runs_compare", arguments)
  }

  private func statistics(_ result: JSONObject) -> JSONObject {
    result["statistics"]?.arrayValue?.first?.objectValue ?? [:]
  }

  @Test func `people who see no gain take the judge's verdict back`() async throws {
    let (server, first, second) = try await server()
    let alone = statistics(try await compare(server, first, second))
    #expect(alone["verdict_word"] == "better" && alone["corrected"] == nil)

    for run in [first, second] { try await server.rate(run, 40) { $0.namedScore } }
    let gate: JSONObject = ["gate": ["min_lower_bound": 0.1, "verdict": "better"]]
    let result = try await compare(server, first, second, gate)
    let both = statistics(result)
    #expect(both["verdict_word"] == "unclear")
    let corrected = both["corrected"]
    #expect(corrected?["rated"] == 40 && corrected?["unrated"] == 20 && corrected?["judge_verdict_word"] == "better")
    #expect(abs(corrected?["mean_difference"]?.doubleValue ?? 1) < 0.2)
    let interval = corrected?["interval"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    #expect(interval.count == 2 && interval[0] < 0 && interval[1] > 0)
    let sentence = both["verdict"]?.stringValue ?? ""
    #expect(sentence.contains("people's verdicts on 40 of 60 rows") && sentence.contains("takes precedence"))
    #expect(sentence.contains("is better than"), "the judge's own verdict stands behind")
    // The judge's figures stay as they are, and a gate goes by the corrected ones.
    #expect(both["mean_difference"] == alone["mean_difference"] && both["interval"] == alone["interval"])
    #expect(result["gate"]?["passed"] == false)
    #expect(result["gate"]?["reasons"]?.arrayValue?.count == 2)
  }

  @Test func `people who see the gain too confirm it`() async throws {
    let (server, first, second) = try await server()
    try await server.rate(first, 40) { $0.namedScore }
    try await server.rate(second, 40) { row in
      row.namedScore + (row["response_text"]?.stringValue?.hasPrefix("new 0") == true ? 0 : 1)
    }
    let result = statistics(try await compare(server, first, second))
    #expect(result["verdict_word"] == "better")
    #expect(result["verdict"]?.stringValue?.contains("say the same") == true)
  }

  @Test func `people who see a loss turn the verdict round`() async throws {
    let (server, first, second) = try await server()
    try await server.rate(first, 40) { $0.namedScore }
    try await server.rate(second, 40) { max($0.namedScore - 1, 1) }
    #expect(statistics(try await compare(server, first, second))["verdict_word"] == "worse")
  }

  @Test func `too few rows with verdicts in both runs leave the judge's verdict until they show it wrong`() async throws
  {
    let (server, first, second) = try await server()
    try await server.rate(first, 40) { $0.namedScore }
    let one = statistics(try await compare(server, first, second))
    #expect(one["verdict_word"] == "better" && one["corrected"]?["mean_difference"] == .null)
    #expect(one["corrected"]?["rated"] == 0)
    try await server.rate(second, 29) { $0.namedScore }
    let some = statistics(try await compare(server, first, second))
    #expect(some["verdict_word"] == "unclear" && some["scores_verdict_word"] == "better")
    #expect(some["corrected"]?["rated"] == 29)
    let sentence = some["verdict"]?.stringValue ?? ""
    // One statement: no verdict, and what the scores would say.
    #expect(sentence.hasPrefix("Not shown which is better") && sentence.contains("The scores alone would say:"))
    #expect(
      sentence.contains("do not correct this difference yet: that takes 30 rows") && sentence.contains("there are 29"))
    #expect(!sentence.contains("rests on"), "\(sentence)")
    try await server.rate(second, 1) { $0.namedScore }
    #expect(statistics(try await compare(server, first, second))["verdict_word"] == "unclear")
  }

  @Test func `rows that were compared on the screen are not blind any more`() async throws {
    let (server, first, second) = try await server()
    try await server.call("runs_compare", ["run_ids": [.int(first), .int(second)], "limit": 500])
    for run in [first, second] { try await server.rate(run, 40) { $0.namedScore } }
    let result = statistics(try await compare(server, first, second))
    #expect(result["verdict_word"] == "unclear" && result["scores_verdict_word"] == "better")
    #expect(result["corrected"]?["reason"]?.stringValue?.contains("not given blind") == true)
    let warning = result.strings("warnings").first ?? ""
    #expect(warning.contains("not given blind") && !warning.contains("too few rows"))
  }

  @Test func `verdicts on rows that were shown take nothing from those given before`() async throws {
    let (server, first, second) = try await server()
    for run in [first, second] { try await server.rate(run, 30) { $0.namedScore } }
    let before = statistics(try await compare(server, first, second))
    #expect(before["verdict_word"] == "unclear" && before["corrected"]?["mean_difference"]?.doubleValue != nil)
    try await server.call("runs_compare", ["run_ids": [.int(first), .int(second)], "limit": 500])
    for run in [first, second] { try await server.rate(run, 30) { $0.namedScore } }
    let after = statistics(try await compare(server, first, second))
    #expect(after["verdict_word"] == "unclear" && after["corrected"]?["mean_difference"]?.doubleValue != nil)
    #expect(after["corrected"]?["rated"] == 33 && after["corrected"]?["unrated"] == 27)
    #expect(after["verdict"]?.stringValue?.contains("the first 33 count") == true)
    let trust = try await server.call("runs_get", ["id": .int(second)])["agreement"]
    #expect(trust?["corrected"]?["rated"] == 33 && trust?["n"] == 60)
    #expect(trust?["sentence"]?.stringValue?.contains("the first 33 count") == true)
  }

  @Test func `exported verdicts can be given back as they were`() async throws {
    let (server, first, _) = try await server()
    try await server.rate(first, 40) { $0.namedScore }
    let before = try await server.call("runs_get", ["id": .int(first)])["agreement"]
    let table = try await server.server.text("runs/\(first)/verdicts.csv")
    #expect(table.hasPrefix("id,run_id,response_id,") && table.split(whereSeparator: \.isNewline).count > 40)
    let lines = try await server.server.text("runs/\(first)/verdicts.jsonl")
    let objects = try lines.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8).span) }
    #expect(objects.count == 40)
    for id in 1...40 { try await server.call("verdicts_delete", ["id": .int(id)]) }
    try await server.call("metrics_update", ["id": 1, "instruction": "Is it polite?"])
    let result = try await server.call("verdicts_create", ["verdicts": .array(objects)])
    #expect(result["total"] == 40 && result["replaced"] == 0)
    // They were given under the former wording, and count again once it is back.
    let reworded = try await server.call("runs_get", ["id": .int(first)])["agreement"]
    #expect(reworded?["other_wording"] == 40)
    try await server.call("metrics_update", ["id": 1, "instruction": ""])
    let after = try await server.call("runs_get", ["id": .int(first)])["agreement"]
    #expect(after == before && after?["blind"] == 40)
    let places = objects.map { object -> JSONValue in
      let names = ["run_id", "row_index", "score"]
      return .object(JSONObject(names.map { JSONObject.Member(key: $0, value: object[$0] ?? .null) }))
    }
    #expect(try await server.call("verdicts_create", ["verdicts": .array(places)])["replaced"] == 40)
  }
}
