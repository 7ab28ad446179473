import Evaluation
import Foundation
import JSONCoding
import Testing

@testable import Toolbox

/// When a decision about a judge is made, and what verdicts on one of two runs mean for their comparison.
@Suite struct JudgeLookTests {
  /// Runs of 60 rows, of which the judge gives the second a star more than people in three of four rows.
  private func favouringServer() async throws -> (TestServer, first: Int, second: Int) {
    let server = TestServer.judging(["new 1": 1, "new 2": 1, "new 3": 1])
    try await server.credential()
    try await server.metric("tone")
    let csv = "text\n" + (0..<60).map { "\($0 % 4) gives-\(2 + $0 % 3) row \($0)\n" }.joined()
    let dataset = try await server.dataset(csv)
    let first = try await server.judgedRun("old {{ text }}", dataset: dataset)
    return (server, first, try await server.judgedRun("new {{ text }}", dataset: dataset))
  }

  @Test func `a decision does not change between two looks, and what is needed is up to a look`() async throws {
    let server = TestServer.judging()
    try await server.credential()
    try await server.metric("tone")
    let csv = "text\n" + (0..<80).map { "gives-\(1 + $0 * 7 % 5) row \($0)\n" }.joined()
    let run = try await server.judgedRun("say {{ text }}", dataset: try await server.dataset(csv))
    func decision() async throws -> JSONObject {
      try await server.call("runs_get", ["id": .int(run)])["agreement"]?["decision"]?.objectValue ?? [:]
    }
    var count = 0
    func rate(_ number: Int) async throws { try await server.rateAtRandom(run, number, &count) }
    try await rate(30)
    let first = try await decision()
    let total = (first["verdicts_needed"]?.intValue ?? 0) + 30
    #expect(first["word"] == "not_enough" && [40, 60, 80, 120, 160].contains(total))
    #expect(first["sentence"]?.stringValue?.contains("About \(total - 30) more") == true)
    for given in 31...39 {
      try await rate(1)
      let between = try await decision()
      #expect(between["word"] == first["word"] && between["rows"] == 30)
      #expect(between["verdicts_needed"]?.intValue == total - given)
    }
    try await rate(1)
    let next = try await decision()
    #expect(next["rows"] == 40)
    // Whoever stops when every row has a verdict has looked at all of them.
    try await rate(40)
    #expect(try await decision()["rows"] == 80)
  }

  @Test func `full agreement has one interval of the bias, and it leaves room`() async throws {
    let (server, first, _) = try await favouringServer()
    try await server.rate(first, 30) { $0.namedScore }
    let agreement = try await server.call("runs_get", ["id": .int(first)])["agreement"]?.objectValue ?? [:]
    let interval = agreement["bias_interval"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    #expect(interval.count == 2 && interval[0] < -0.05 && interval[1] > 0.05)
    let sentence = [agreement["sentence"], agreement["decision"]?["sentence"]].compactMap { $0?.stringValue }.joined()
    let text = "\(interval[0].rounded(toPlaces: 2)) to \(interval[1].rounded(toPlaces: 2))"
    #expect(sentence.components(separatedBy: text).count == 3, "both sentences name the same interval")
    #expect(!sentence.contains("between"))
  }

  @Test func `verdicts on one run that show its judge to be wrong close the gate of a comparison`() async throws {
    let (server, first, second) = try await favouringServer()
    func compare(_ gate: JSONObject) async throws -> JSONObject {
      try await server.call(
        "runs_compare", ["run_ids": [.int(first), .int(second)], "limit": 0, "gate": .object(gate)])
    }
    #expect(try await compare(["verdict": "better"])["gate"]?["passed"] == true)
    try await server.rate(second, 40) { $0.namedScore }
    for gate: JSONObject in [["verdict": "better"], ["verdict": "not_worse"], ["min_lower_bound": 0.1]] {
      let result = try await compare(gate)
      #expect(result["gate"]?["passed"] == false)
      let reason = result["gate"]?.objectValue?.strings("reasons").first ?? ""
      #expect(reason.contains("more generous than people") && reason.contains("run \(first) has no verdicts"))
      let statistics = result["statistics"]?.arrayValue?.first?.objectValue ?? [:]
      #expect(statistics.strings("warnings").first?.contains("Run \(second)") == true)
      #expect(statistics["verdict_word"] == "unclear" && statistics["scores_verdict_word"] == "better")
      #expect(statistics["verdict"]?.stringValue?.hasPrefix("Not shown") == true)
    }
    #expect(try await compare(["max_failed": 0])["gate"]?["passed"] == true, "only what rests on scores")
    // The correction takes the place of the warning.
    try await server.rate(first, 40) { $0.namedScore }
    let corrected = try await compare(["verdict": "better"])
    #expect(corrected["gate"]?["passed"] == false)
    let warnings = corrected["statistics"]?.arrayValue?.first?.objectValue?.strings("warnings") ?? []
    #expect(!warnings.contains { $0.contains("cannot be corrected") })
  }

  @Test func `verdicts on one run that agree with its judge leave the gate open`() async throws {
    let (server, first, second) = try await favouringServer()
    try await server.rate(first, 40) { $0.namedScore }
    let arguments: JSONObject = [
      "run_ids": [.int(first), .int(second)], "limit": 0, "gate": ["verdict": "better"],
    ]
    #expect(try await server.call("runs_compare", arguments)["gate"]?["passed"] == true)
  }

  @Test func `a metric's figures are told for each run, because they can differ`() async throws {
    let (server, first, second) = try await favouringServer()
    for run in [first, second] { try await server.rate(run, 40) { $0.namedScore } }
    let judge = try await server.call("metrics_get", ["id": 1])["agreement"]?["judges"]?.arrayValue?.first
    let runs = judge?["runs"]?.arrayValue ?? []
    #expect(runs.map { $0["run_id"]?.intValue } == [first, second] && runs.allSatisfy { $0["n"] == 40 })
    #expect(runs.first?["bias"] == 0.0 && (runs.last?["bias"]?.doubleValue ?? 0) > 0.5)
    #expect(judge?["sentence"]?.stringValue?.contains("The runs differ") == true)
  }

  @Test func `review_judge asks for a comparison first and names one place of the decision`() async throws {
    let (server, _, second) = try await favouringServer()
    let text = try await server.server.prompt("review_judge", ["run": .int(second)])
    #expect(text.contains("in both runs") && text.contains("twice as many") && text.contains("estimate"))
    #expect(text.contains("often it takes 60 or more") && !text.contains("metrics_get"))
    #expect(!text.contains("kappa"), "the decision is the server's alone")
  }

  @Test func `verdicts by one of two metrics that show it to be wrong close the gates on the score`() async throws {
    let server = TestServer.judging(["new 1": 1, "new 2": 1, "new 3": 1])
    try await server.credential()
    for name in ["tone", "length"] { try await server.metric(name) }
    let csv = "text\n" + (0..<60).map { "\($0 % 4) gives-\(2 + $0 % 3) row \($0)\n" }.joined()
    let dataset = try await server.dataset(csv)
    let first = try await server.judgedRun("old {{ text }}", dataset: dataset, metrics: [1, 2])
    let second = try await server.judgedRun("new {{ text }}", dataset: dataset, metrics: [1, 2])
    for run in [first, second] { try await server.rate(run, 40, metric: 1) { $0.namedScore } }
    let compared = try await server.call(
      "runs_compare", ["run_ids": [.int(first), .int(second)], "limit": 0, "gate": ["verdict": "better"]])
    #expect(compared["gate"]?["passed"] == false)
    let statistics = compared["statistics"]?.arrayValue?.first?.objectValue ?? [:]
    #expect(statistics["verdict_word"] == "unclear" && statistics["scores_verdict_word"] == "better")
    let warning = statistics.strings("warnings").first ?? ""
    #expect(warning.contains("of tone is") && warning.contains("each of its 2 metrics"))
    let run = try await server.call("runs_get", ["id": .int(second), "gate": ["min_score": 3.1]])
    #expect(run["gate"]?["passed"] == false)
    #expect(run["gate"]?.objectValue?.strings("reasons").first?.contains("more generous than people") == true)
  }

  @Test func `where too many scores were shown, more verdicts are not asked for`() async throws {
    let (server, first, _) = try await favouringServer()
    func decision() async throws -> JSONObject {
      try await server.call("runs_get", ["id": .int(first)])["agreement"]?["decision"]?.objectValue ?? [:]
    }
    // The judge and people differ at random, so that no look decides.
    var count = 0
    func rate(_ number: Int) async throws { try await server.rateAtRandom(first, number, &count) }
    try await rate(30)
    #expect(try await decision()["word"] == "not_enough")
    try await server.call("responses_list", ["run_id": .int(first), "limit": 500])
    try await rate(5)
    // 5 of 35 are not blind. The scores of the 25 that are left were shown as well, so that none of them can be blind.
    let some = try await decision()
    #expect(some["word"] == "not_enough" && some["verdicts_needed"] == .null && some["rows"] == 30)
    #expect(some["sentence"]?.stringValue?.contains("cannot help") == true, "\(some)")
    try await rate(20)
    let many = try await decision()
    #expect(many["word"] == "not_enough" && many["verdicts_needed"] == .null)
    #expect(many["sentence"]?.stringValue?.contains("cannot help") == true)
  }

  @Test func `exported verdicts do not land on other answers`() async throws {
    let (server, first, _) = try await favouringServer()
    try await server.rate(first, 10) { $0.namedScore }
    let lines = try await server.server.text("runs/\(first)/verdicts.jsonl")
    let objects = try lines.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8).span) }
    #expect(objects.allSatisfy { $0["answer_fingerprint"]?.stringValue?.count == 16 })

    // Of another run than it says.
    var mismatched = objects[0].objectValue ?? [:]
    mismatched["run_id"] = .int(first + 1)
    let mismatch = try await server.refusal("verdicts_create", ["verdicts": [.object(mismatched)]])
    #expect(mismatch.contains("is of run \(first), not of run \(first + 1)"))

    // The same metric and rows in another store, but other answers.
    let other = TestServer.judging()
    try await other.credential()
    try await other.metric("tone")
    let csv = "text\n" + (0..<60).map { "\($0 % 4) gives-\(2 + $0 % 3) row \($0)\n" }.joined()
    let dataset = try await other.dataset(csv)
    let run = try await other.judgedRun("other {{ text }}", dataset: dataset)
    try await other.rate(run, 10) { $0.namedScore }
    let before = try await other.call("verdicts_list")
    let sentence = try await other.refusal("verdicts_create", ["verdicts": .array(objects)])
    #expect(sentence.contains("another answer") && sentence.contains("run_id"))
    #expect(try await other.call("verdicts_list") == before)

    // The same answers under other ids are found by run and row.
    let same = try await other.judgedRun("old {{ text }}", dataset: dataset)
    let moved = objects.map { object -> JSONValue in
      var members = object.objectValue ?? [:]
      members["response_id"] = nil
      members["run_id"] = .int(same)
      return .object(members)
    }
    #expect(try await other.call("verdicts_create", ["verdicts": .array(moved)])["total"] == 10)
    // One that is given by hand names its response alone.
    let byHand: JSONObject = ["response_id": 1, "score": 3]
    #expect(try await other.call("verdicts_create", ["verdicts": [.object(byHand)]])["total"] == 1)
  }
}

extension TestServer {
  /// Rates rows as people who differ from the judge at random, so that no look decides.
  fileprivate func rateAtRandom(_ run: Int, _ number: Int, _ count: inout Int) async throws {
    var given = count
    try await rate(run, number) { row in
      given += 1
      return min(max(row.namedScore + [1, -1, 1, -1, 0][given % 5], 1), 5)
    }
    count = given
  }
}
