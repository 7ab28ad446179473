import JSONCoding
import Store
import Testing

@testable import Toolbox

/// The sources of a run's scores, and rescoring without paying twice.
@Suite struct RunScoringToolTests {
  private let server = TestServer()

  private func scores(_ run: Int) async throws -> [JSONValue?] {
    try await server.call("responses_list", ["run_id": .int(run)])["responses"]?.arrayValue?.map { $0["score"] } ?? []
  }

  // MARK: Scoring again

  @Test func `another scoring or column rescores existing answers without a call`() async throws {
    let csv = "text,expected_output,alt\na,Say a.,x\nb,q,Say b.\nc,ay c,Say c."
    let run = try await server.generatedRun(csv: csv)
    #expect(try await server.call("runs_get", ["id": .int(run)])["scoring"] == "ExactMatch")
    #expect(try await scores(run) == [1.0, 0.0, 0.0])
    let contains = try await server.call("runs_update", ["id": .int(run), "scoring": "Contains"])
    #expect(contains["avg_score"] == 0.6667 && contains["status"] == "completed")
    #expect(try await scores(run) == [1.0, 0.0, 1.0])
    let other = try await server.call("runs_update", ["id": .int(run), "expected_column": "alt"])
    #expect(other["expected_column"] == "alt" && other["avg_score"] == 0.6667)
    #expect(try await scores(run) == [0.0, 1.0, 1.0])
    let response = try await server.call("responses_get", ["run_id": .int(run), "id": 2])
    #expect(response["expected_output"] == "Say b." && response["rendered_prompt"] == "Say b.")
    #expect(response["input_data"] == ["text": "b", "expected_output": "q"])
    try await server.call("runs_update", ["id": .int(run), "expected_column": "", "scoring": ""])
    #expect(try await scores(run) == [1.0, 0.0, 0.0])
    #expect(try await server.call("runs_update", ["id": .int(run), "scoring": "None"])["avg_score"] == .some(.null))
  }

  @Test func `an unscored run can be scored afterwards`() async throws {
    let run = try await server.generatedRun(["scoring": "None"])
    #expect(try await scores(run) == [.some(.null), .some(.null), .some(.null)])
    #expect(try await server.call("runs_update", ["id": .int(run), "scoring": "ExactMatch"])["avg_score"] == 0.6667)
  }

  @Test func `another column is refused with a changed dataset or existing reviews`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    let csv = "text,expected_output,alt\na,b,c"
    let changed = try await server.generatedRun(csv: csv)
    try await server.call("datasets_update", ["id": 1, "csv_data": "text,expected_output,alt\na,b,z"])
    #expect(
      try await server.refusal("runs_update", ["id": .int(changed), "expected_column": "alt"])
        .contains("The dataset has changed"))
    // The same column needs no dataset.
    #expect(try await server.call("runs_update", ["id": .int(changed), "scoring": "Contains"])["scored"] == 1)
    try await server.credential()
    try await server.metric()
    let judged = try await server.generatedRun(["metric_ids": [1], "judge_model": "ollama/j"], csv: csv)
    #expect(
      try await server.refusal("runs_update", ["id": .int(judged), "expected_column": "alt", "scoring": "ExactMatch"])
        .contains("was shown the expected output of another column"))
  }

  @Test func `a scoring without an expected output is refused afterwards too`() async throws {
    let run = try await server.generatedRun(csv: "text\na")
    #expect(
      try await server.refusal("runs_update", ["id": .int(run), "scoring": "ExactMatch"])
        .contains("compares with an expected output"))
    #expect(
      try await server.refusal("runs_update", ["id": .int(run), "scoring": "LlmJudge"])
        .contains("LlmJudge without metrics compares with"))
  }

  // MARK: Defaults

  @Test func `rows with a non-empty expected output are compared`() async throws {
    let blank = try await server.generatedRun(csv: "text,expected_output\na,\nb, ")
    let object = try await server.call("runs_get", ["id": .int(blank)])
    #expect(object["status"] == "completed" && object["scoring"] == "None" && object["avg_score"] == .some(.null))
    #expect(
      try await server.call("runs_get", ["id": .int(try await server.generatedRun(csv: "text\na"))])["scoring"]
        == "None")
  }

  // MARK: Warnings

  @Test func `near misses are counted in the run and in its report`() async throws {
    let run = try await server.generatedRun(csv: "text,expected_output\na,SAY A.\nb,say b\nc,Say c.")
    let warnings = try await server.call("runs_get", ["id": .int(run)]).strings("warnings")
    #expect(warnings.contains { $0.hasPrefix("1 of 3 answers differ from the expected output only by case") })
    #expect(try await server.server.text("runs/\(run)/report.md").contains("only by case"))
  }

  @Test func `a second mean counts failed rows as 0, and they are named`() async throws {
    let transport = ChatTransport { prompt in
      prompt.contains("b") ? ChatTransport.refusal("no") : ChatTransport.answer("yes")
    }
    let server = TestServer(transport: transport)
    try await server.credential()
    let run = try await server.generatedRun(["model": "ollama/m"], csv: "text,expected_output\na,yes\nb,yes\nc,yes")
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(object["avg_score"] == 1.0 && object["scored"] == 2 && object["failed"] == 1)
    #expect(object["score_with_failures_as_zero"] == 0.6667)
    #expect(object.strings("warnings").contains { $0.hasPrefix("1 of 3 rows failed") })
  }

  @Test func `an unused judge and deleted metrics cause warnings`() async throws {
    try await server.metric()
    let idle = try await server.run(["judge_model": "echo"])
    #expect(
      try await server.call("runs_get", ["id": .int(idle)]).strings("warnings").contains {
        $0.contains("is set but unused")
      })
    let gone = try await server.run(["judge_model": "echo", "metric_ids": [1]])
    try await server.call("metrics_delete", ["id": 1])
    let object = try await server.call("runs_get", ["id": .int(gone)])
    #expect(object.strings("warnings").contains { $0.contains("were deleted (id 1)") })
    #expect(object.ints("metric_ids") == [])
  }

  @Test func `a run with a judge but no metrics says what is judged`() async throws {
    let settings: JSONObject = ["scoring": "LlmJudge", "judge_model": "echo"]
    let run = try await server.run(settings, csv: "text,expected_output,alt\na,b,c")
    let warnings = try await server.call("runs_get", ["id": .int(run)])["warnings"]?.arrayValue ?? []
    let warning = try #require(warnings.first?.stringValue)
    #expect(warnings.count == 1 && warning.contains("agreement with expected_output") && warning.contains("metric_ids"))
    let other = try await server.call("runs_update", ["id": .int(run), "expected_column": "alt"])
    #expect(other["warnings"]?.arrayValue?.first?.stringValue?.contains("agreement with alt") == true)
  }

  @Test func `failed reviews are in the failure summary`() async throws {
    let transport = ChatTransport { prompt in ChatTransport.answer(prompt.hasPrefix("Say") ? "x" : "No idea.") }
    let server = TestServer(transport: transport)
    try await server.credential()
    try await server.metric()
    let run = try await server.generatedRun(["metric_ids": [1], "judge_model": "ollama/j"])
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(object["failure_summary"]?.stringValue?.hasPrefix("3 of 3 reviews failed: ") == true)
    #expect(object["scored"] == 0 && object["avg_score"] == .some(.null))
  }

  @Test func `the usage of the responses and of their judge sums up to the run's`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    try await server.credential()
    try await server.metric()
    let run = try await server.generatedRun(["metric_ids": [1], "judge_model": "ollama/j"])
    let responses = try await server.call("responses_list", ["run_id": .int(run)])["responses"]?.arrayValue ?? []
    let tokens = responses.flatMap { [$0["usage"], $0["judge_usage"]] }.compactMap { $0?["total_tokens"]?.intValue }
    let total = try await server.call("runs_get", ["id": .int(run)])["usage"]?["total_tokens"]?.intValue
    #expect(tokens.count == 6 && tokens.reduce(0, +) == total)
  }

  // MARK: Earlier judges

  @Test func `reviews by an earlier judge are kept and shown with a single response`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    try await server.credential()
    try await server.metric()
    let run = try await server.generatedRun(["metric_ids": [1], "judge_model": "ollama/j"], csv: "text\na")
    try await server.call("runs_update", ["id": .int(run), "judge_model": "ollama/k"])
    let changed = try await server.call("runs_get", ["id": .int(run)])
    #expect(changed["avg_score"] == .some(.null))
    #expect(changed.strings("warnings").contains { $0.hasPrefix("1 of 1 reviews by ollama/k") })
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    let listed = try await server.call("responses_list", ["run_id": .int(run)])["responses"]?.arrayValue?.first
    #expect(listed?["reviews"]?.arrayValue?.count == 1 && listed?["score"] == 4.0)
    let whole = try await server.call("responses_get", ["run_id": .int(run), "id": 1])["reviews"]?.arrayValue ?? []
    #expect(whole.map { $0["judge_model"] } == ["ollama/j", "ollama/k"])
    #expect(whole.map { $0["current"] } == [false, true])
  }

  @Test func `runs judged by another wording or compared with another column are not compared`() async throws {
    let csv = "text,expected_output,alt\na,Say a.,x\nb,Say b.,x"
    let prompt = try await server.prompt()
    let dataset = try await server.dataset(csv)
    var runs: [JSONValue] = []
    for column in ["expected_output", "alt"] {
      let id = try await server.id(
        "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "expected_column": .string(column)])
      try await server.call("runs_generate", ["id": .int(id), "wait_seconds": 600])
      runs.append(.int(id))
    }
    let comparison = try await server.call("runs_compare", ["run_ids": .array(runs)])
    let verdict = comparison["statistics"]?.arrayValue?.first?["verdict"]?.stringValue
    #expect(verdict?.contains("compared with different expected columns (alt, expected_output)") == true)
  }
}
