import JSONCoding
import Testing

@testable import Toolbox

/// A judge that failed its probe decides nothing, wherever its scores are read.
@Suite struct JudgeFaultTests {
  /// Two runs of 60 rows, of which the judge gives the second a star more; in its test it gives every answer the same.
  private func server() async throws -> (TestServer, first: Int, second: Int) {
    let calls = Counter()
    let server = TestServer(
      transport: ChatTransport { prompt in
        guard prompt.contains("Judge the response") else { return ChatTransport.answer(prompt) }
        let named = prompt.split(separator: "gives-").dropFirst().first?.first.flatMap { $0.wholeNumberValue } ?? 1
        let score = calls.add() <= 3 ? 5 : named + (prompt.contains("new ") ? 1 : 0)
        return ChatTransport.answer(#"{"reasons":"As it is.","score":\#(min(score, 5))}"#)
      })
    try await server.call(
      "provider_credentials_create", ["provider": "ollama", "input_price": 1, "output_price": 1])
    try await server.metric("tone")
    let csv = "text,expected_output\n" + (0..<60).map { "gives-\(2 + $0 % 3) row \($0),row \($0)\n" }.joined()
    let dataset = try await server.dataset(csv)
    var runs: [Int] = []
    for template in ["old {{ text }}", "new {{ text }}"] {
      let prompt = try await server.id(
        "prompts_create", ["name": .string(template), "template": .string(template), "llm_model": "ollama/m"])
      let run = try await server.id(
        "runs_create",
        [
          "prompt_id": .int(prompt), "dataset_id": .int(dataset), "metric_ids": [1], "judge_model": "ollama/judge",
          "probe": true, "concurrency": 1,
        ])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
      runs.append(run)
    }
    return (server, runs[0], runs[1])
  }

  private func compare(_ server: TestServer, _ gate: JSONObject) async throws -> JSONObject {
    try await server.call("runs_compare", ["run_ids": [1, 2], "limit": 0, "gate": .object(gate)])
  }

  @Test func `a comparison has no verdict by its scores, says why and what to do, and passes no gate`() async throws {
    let (server, _, _) = try await server()
    for gate in [["verdict": "better"], ["verdict": "not_worse"], ["min_lower_bound": 0.1]] as [JSONObject] {
      let result = try await compare(server, gate)
      let found = try #require(result["statistics"]?.arrayValue?.first?.objectValue)
      #expect(found["verdict_word"] == "unclear" && found["scores_verdict_word"] == "better")
      let sentence = found["verdict"]?.stringValue ?? ""
      #expect(sentence.hasPrefix("Not shown which is better") && sentence.contains("ollama/judge failed its test"))
      #expect(sentence.contains("judge both runs again with another judge_model (runs_judge)"), "\(sentence)")
      // Both runs have the finding, which is told once.
      let warnings = found.strings("warnings").filter { $0.contains("cannot be trusted by \"tone\"") }
      #expect(warnings.count == 1 && warnings[0].contains("where 1 or 2 is right"), "\(found.strings("warnings"))")
      #expect(warnings[0].ranges(of: "cannot be trusted").count == 1)
      #expect(result["gate"]?["passed"] == false)
      let reason = result["gate"]?.objectValue?.strings("reasons").first ?? ""
      #expect(reason.contains("the scores decide nothing") && reason.contains("runs_judge"), "\(reason)")
      #expect(reason.ranges(of: "another judge_model").count == 1, "\(reason)")
    }
  }

  @Test func `advice on verdicts names both runs, and is possible after their scores were shown`() async throws {
    let (server, first, second) = try await server()
    func advice() async throws -> String {
      let found = try await compare(server, ["verdict": "better"])["statistics"]?.arrayValue?.first?.objectValue
      return found?.strings("warnings").first { $0.contains("cannot be trusted by") } ?? ""
    }
    let open = try await advice()
    #expect(
      open.contains("give verdicts in run 2 and in run 1") && open.contains("30 rows drawn at random of each"),
      "\(open)")
    let gate = try await server.call("runs_get", ["id": .int(second), "gate": ["min_score": 2]])["gate"]?.objectValue
    #expect(gate?.strings("reasons").first?.contains("give verdicts in run 2: if people agree") == true)
    try await server.call("runs_compare", ["run_ids": [.int(first), .int(second)], "limit": 500])
    let shown = try await advice()
    #expect(!shown.contains("give verdicts in run") && shown.contains("run it again without reuse"), "\(shown)")
  }

  @Test func `a gate on the mean does not pass by its scores`() async throws {
    let (server, _, second) = try await server()
    for limit in ["min_score", "min_lower_bound"] {
      let gate = try await server.call("runs_get", ["id": .int(second), "gate": [limit: 2]])["gate"]?.objectValue
      #expect(gate?["passed"] == false)
      let reason = gate?.strings("reasons").first ?? ""
      #expect(reason.hasPrefix("The scores decide nothing.") && reason.contains("runs_judge"), "\(reason)")
    }
    // A limit on other figures has nothing to do with the judge.
    let other = try await server.call("runs_get", ["id": .int(second), "gate": ["max_failed": 0]])
    #expect(other["gate"]?["passed"] == true)
  }

  @Test func `its mean is marked wherever it is shown`() async throws {
    let (server, first, second) = try await server()
    let mark = "judge not trusted"
    let one = try await server.call("runs_get", ["id": .int(second)])
    #expect(one["score_doubt"]?.stringValue?.hasPrefix(mark) == true)
    let listed = try await server.call("runs_list", [:])["runs"]?.arrayValue ?? []
    #expect(listed.count == 2 && listed.allSatisfy { $0["score_doubt"]?.stringValue?.hasPrefix(mark) == true })
    // Whoever asks for the mean alone gets the mark with it.
    let means = try await server.call("runs_list", ["fields": ["id", "avg_score"]])["runs"]?.arrayValue ?? []
    #expect(means.allSatisfy { $0["score_doubt"] != nil }, "\(means)")
    let compared = try await compare(server, ["max_failed": 0])
    #expect(compared["runs"]?.arrayValue?.allSatisfy { $0["score_doubt"] != nil } == true)
    let page = try await server.server.text("runs/\(second)/report.html")
    #expect(page.contains("Mean score, \(mark)") && page.contains("60 rows; \(mark))"))
    #expect(try await server.server.text("runs/\(second)/report.md").contains("score (LlmJudge), \(mark)"))
    #expect(try await server.server.text("comparisons/\(first),\(second)/report.html").contains(mark))
    #expect(try await server.server.text("runs/\(second)/manifest.json").contains(mark))
    let junit = try await server.server.text("runs/\(second)/junit.xml")
    #expect(junit.contains(#"<property name="score (LlmJudge): doubt" value="\#(mark)"/>"#))
    #expect(junit.contains(#"errors="1""#) && junit.contains(#"name="judge"><error message="\#(mark). "#), "\(junit)")
  }

  @Test func `another judge, or the word that the metric does not depend on the row, lets scores decide`() async throws
  {
    let (server, first, second) = try await server()
    for run in [first, second] { try await server.call("runs_update", ["id": .int(run), "probe": false]) }
    let told = try await compare(server, ["verdict": "better"])
    #expect(told["gate"]?["passed"] == true, "\(told["gate"] ?? .null)")
    #expect(told["statistics"]?.arrayValue?.first?["verdict_word"] == "better")
    let one = try await server.call("runs_get", ["id": .int(second)])
    #expect(
      one["score_doubt"]
        == "judge not tested, because probe false sets its failed test aside: verdicts of people (verdicts_create) test it"
    )
    // Whoever has followed the advice is not told the same again.
    let warnings =
      one.strings("warnings")
      + (told["statistics"]?.arrayValue?.first?.objectValue?.strings("warnings") ?? []) + told.strings("warnings")
    #expect(!warnings.contains { $0.contains("cannot be trusted") }, "\(warnings)")
    for run in [first, second] { try await server.call("runs_update", ["id": .int(run), "probe": true]) }
    #expect(try await compare(server, ["verdict": "better"])["gate"]?["passed"] == false)
    for run in [first, second] {
      try await server.call(
        "runs_judge", ["id": .int(run), "judge_model": "ollama/other", "probe": false, "wait_seconds": 600])
    }
    let again = try await compare(server, ["verdict": "better"])
    #expect(again["gate"]?["passed"] == true, "\(again["gate"] ?? .null)")
    // The other judge decides without a test, which the verdict and its gate tell.
    let verdict = again["statistics"]?.arrayValue?.first?["verdict"]?.stringValue ?? ""
    #expect(verdict.contains("Its judge was not tested: see warnings."), "\(verdict)")
    #expect(again["gate"]?.objectValue?.strings("notes").contains { $0.contains("ollama/other of run 2") } == true)
  }
}
