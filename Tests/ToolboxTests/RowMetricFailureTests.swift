import JSONCoding
import Providers
import Synchronization
import Testing

@testable import Toolbox

/// Metrics that apply only to some rows, where answers fail, people judge or two runs' answers are compared.
@Suite struct RowMetricFailureTests {
  /// A model that repeats the prompt, and refuses one that contains `boom`.
  private static func refusing(
    _ isRefused: @escaping @Sendable (_ prompt: String) -> Bool = { _ in true }
  ) -> TestServer {
    TestServer(
      transport: ChatTransport { prompt in
        prompt.contains("boom") && isRefused(prompt) ? ChatTransport.refusal("bad") : ChatTransport.answer(prompt)
      })
  }

  private static let check: JSONObject = [
    "name": "word", "check": ["kind": "contains", "value": "{{ word }}", "when": "word"],
  ]

  private func prompt(_ server: TestServer, _ template: String) async throws -> Int {
    try await server.id(
      "prompts_create", ["name": .string(template), "template": .string(template), "llm_model": "ollama/m"])
  }

  private func generated(_ server: TestServer, prompt: Int, _ settings: JSONObject) async throws -> JSONObject {
    var arguments: JSONObject = ["prompt_id": .int(prompt), "dataset_id": 1, "concurrency": 1]
    for member in settings.members { arguments[member.key] = member.value }
    let run = try await server.id("runs_create", arguments)
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    return try await server.call("runs_get", ["id": .int(run)])
  }

  /// 12 rows with a word, and 12 without, whose calls fail.
  private static let csv =
    "text,word\n" + (0..<12).map { "t\($0),right\n" }.joined() + (0..<12).map { "boom\($0),\n" }.joined()

  @Test func `a failed row to which no metric applies is no wrong answer`() async throws {
    let server = Self.refusing()
    try await server.credential()
    try await server.dataset(Self.csv)
    let word = try await server.id("metrics_create", Self.check)
    let other = try await server.id(
      "metrics_create", ["name": "v", "check": ["kind": "contains", "value": "right", "when": "word"]])
    for template in ["wrong {{ text }}", "right {{ text }}"] {
      let run = try await generated(
        server, prompt: try await prompt(server, template), ["metric_ids": [.int(word), .int(other)]])
      let score = template.hasPrefix("right") ? 1.0 : 0.0
      #expect(run["failed"] == 12 && run["scored"] == 12 && run["avg_score"] == .double(score))
      #expect(run["score_with_failures_as_zero"] == .double(score))
      let gate: JSONObject = ["id": run["id"] ?? .null, "gate": ["min_score": 0.9, "max_failed": 12]]
      #expect(try await server.call("runs_get", gate)["gate"]?["passed"] == .bool(score == 1))
      #expect(run.strings("warnings").allSatisfy { !$0.contains("score_with_failures_as_zero") })
    }
    let comparison = try await server.call("runs_compare", ["run_ids": [1, 2]])
    let statistics = try #require(comparison["statistics"]?.arrayValue?.first)
    #expect(statistics["wins"] == 12 && statistics["ties"] == 0 && statistics["mean_difference"] == 1.0)
    #expect(statistics["verdict"]?.stringValue?.contains("12 rows to which no metric applies are left out") == true)
    let metrics = statistics["metrics"]?.arrayValue ?? []
    #expect(metrics.count == 2 && metrics.allSatisfy { $0["difference"] == 1.0 })
    let frontier = try await server.call("runs_list", ["dataset_id": 1, "frontier": true])
    #expect((frontier["runs"]?.arrayValue ?? []).compactMap { $0["score"]?.doubleValue }.sorted() == [0, 1])
  }

  @Test func `a failed row to which one metric applies is a wrong answer`() async throws {
    let server = Self.refusing()
    try await server.credential()
    try await server.dataset(Self.csv)
    let word = try await server.id("metrics_create", Self.check)
    let other = try await server.id(
      "metrics_create", ["name": "v", "check": ["kind": "contains", "value": "right"]])
    let run = try await generated(
      server, prompt: try await prompt(server, "right {{ text }}"), ["metric_ids": [.int(word), .int(other)]])
    #expect(run["avg_score"] == 1.0 && run["score_with_failures_as_zero"] == 0.5)
    let page = try await server.call(
      "responses_list", ["run_id": 1, "status": "failed", "limit": 1, "fields": ["reviews", "status", "reviewed"]])
    let failed = try #require(page["responses"]?.arrayValue?.first)
    #expect(failed["reviews"]?.arrayValue?.map { $0["status"] } == ["skipped"] && failed["reviewed"] == false)
  }

  @Test func `what was skipped in a failed row is replaced when it is tried again`() async throws {
    let isDown = Mutex(true)
    let server = Self.refusing { _ in isDown.withLock(\.self) }
    try await server.credential()
    try await server.dataset("text,word\na,right\nboom,\nboom b,right\n")
    let word = try await server.id("metrics_create", Self.check)
    let run = try await generated(
      server, prompt: try await prompt(server, "right {{ text }}"), ["metric_ids": [.int(word)], "repeats": 2])
    #expect(run["failed"] == 4 && run["score_with_failures_as_zero"] == 0.5)
    // Of the rows to which the metric applies, one is right in both answers and one in none.
    #expect(run["pass_at_k"] == ["1": 0.5, "2": 0.5] && run["flaky_rows_count"] == 0)
    isDown.withLock { $0 = false }
    try await server.call("runs_generate", ["id": 1, "retry_failed": true, "wait_seconds": 600])
    let page = try await server.call(
      "responses_list", ["run_id": 1, "order": "row", "fields": ["reviews", "score", "status", "reviewed"]])
    let responses = page["responses"]?.arrayValue ?? []
    #expect(responses.count == 6 && responses.allSatisfy { $0["status"] == "completed" && $0["reviewed"] == true })
    #expect(responses.allSatisfy { $0["reviews"]?.arrayValue?.count == 1 })
    #expect(responses.count { $0["score"] == 1.0 } == 4)
  }

  @Test func `a check that is added later is known not to apply to failed rows`() async throws {
    let server = Self.refusing()
    try await server.credential()
    try await server.dataset(Self.csv)
    let all = try await server.id("metrics_create", ["name": "v", "check": ["kind": "contains", "value": "right"]])
    let run = try await generated(
      server, prompt: try await prompt(server, "right {{ text }}"), ["metric_ids": [.int(all)]])
    #expect(run["score_with_failures_as_zero"] == 0.5)
    let word = try await server.id("metrics_create", Self.check)
    try await server.call("runs_update", ["id": 1, "metric_ids": [.int(word)]])
    #expect(try await server.call("runs_get", ["id": 1])["score_with_failures_as_zero"] == 1.0)
  }

  // MARK: Verdicts

  @Test func `verdicts on the metrics that apply make a person's score`() async throws {
    let server = TestServer()
    let rows = (0..<60).map { "a\($0),\($0 % 2 == 0 ? "x" : "")\n" }.joined()
    try await server.dataset("text,word\n" + rows)
    let all = try await server.id("metrics_create", ["name": "A", "check": ["kind": "contains", "value": "a"]])
    let word = try await server.id("metrics_create", Self.check)
    let prompt = try await server.prompt("p", template: "{{ text }}")
    _ = try await generated(server, prompt: prompt, ["metric_ids": [.int(all), .int(word)]])
    let page = try await server.call(
      "responses_list",
      [
        "run_id": 1, "order": "random", "without_verdict": true, "hide_scores": true, "limit": 60,
        "fields": ["id", "row_index"],
      ])
    var refused = 0
    for row in page["responses"]?.arrayValue ?? [] {
      let id = row["id"] ?? .null
      try await server.call("verdicts_create", ["response_id": id, "metric_id": .int(all), "passed": true])
      let other: JSONObject = ["response_id": id, "metric_id": .int(word), "passed": true]
      if (row["row_index"]?.intValue ?? 0) % 2 == 0 {
        try await server.call("verdicts_create", other)
      } else {
        let sentence = try await server.refusal("verdicts_create", other)
        if sentence.contains("does not apply to row_index") { refused += 1 }
      }
    }
    #expect(refused == 30)
    // A row's score consists of the metrics that apply, and so does a person's.
    let agreement = try #require(try await server.call("runs_get", ["id": 1])["agreement"])
    #expect(agreement["n"] == 60 && agreement["random"] == 60 && agreement["verdicts"] == 60, "\(agreement)")
  }

  // MARK: Pairwise

  @Test func `a judge does not compare answers by criteria that do not apply`() async throws {
    let transport = ChatTransport { prompt in
      ["Compare the two responses", "Judge the response"].contains(where: prompt.contains)
        ? ChatTransport.answer(#"{"reasons":"As it is.","score":4}"#) : ChatTransport.answer(prompt)
    }
    let asked = {
      transport.sent.map { String(decoding: $0.body, as: UTF8.self) }
        .filter { $0.contains("Compare the two responses") }
    }
    let server = TestServer(transport: transport)
    try await server.credential()
    try await server.dataset("text,one,two\na,Is it polite?,\nb,,\nc,Is it short?,Is it true?\nd,,\n")
    let metrics: JSONValue = [
      .int(try await server.id("metrics_create", ["name": "first", "instruction": "{{ one }}"])),
      .int(try await server.id("metrics_create", ["name": "veracity", "instruction": "{{ two }}"])),
    ]
    for template in ["one {{ text }}", "two {{ text }}"] {
      _ = try await generated(
        server, prompt: try await prompt(server, template),
        ["metric_ids": metrics, "judge_model": "ollama/judge", "probe": false])
    }
    let judged = try await server.call("runs_judge", ["id": 2, "against": 1, "wait_seconds": 600])
    let texts = asked()
    #expect(texts.count == 4)
    let polite = texts.filter { $0.contains("Is it polite?") }
    #expect(polite.count == 2 && polite.allSatisfy { !$0.contains("veracity") })
    #expect(texts.filter { $0.contains("Is it true?") }.count == 2)
    #expect(judged["pairwise"]?.arrayValue?.isEmpty == false)
    let comparison = try await server.call("runs_compare", ["run_ids": [1, 2]])
    let found = try #require(comparison["statistics"]?.arrayValue?.first?["pairwise"]?.arrayValue?.first)
    #expect(found["rows"] == 2 && found["rows_to_judge"] == 0, "\(found)")
    #expect(found["sentence"]?.stringValue?.contains("2 rows to which no metric applies are left out") == true)
    // Nothing is left to ask.
    try await server.call("runs_judge", ["id": 2, "against": 1, "wait_seconds": 600])
    #expect(asked().count == 4)
  }

  // MARK: when

  @Test func `when names one column, also as a variable`() async throws {
    let server = TestServer()
    for (when, words) in [("{{ word }} x", "name of one column"), ("", "name of one column")] {
      let sentence = try await server.refusal(
        "metrics_create", ["name": "x", "check": ["kind": "contains", "value": "a", "when": .string(when)]])
      #expect(sentence.contains("check.when") && sentence.contains(words))
    }
    #expect(
      try await server.refusal(
        "metrics_create", ["name": "x", "check": ["kind": "contains", "value": "a", "when": 5]]
      ).contains("check.when is 5"))
    let metric = try await server.call(
      "metrics_create", ["name": "x", "check": ["kind": "contains", "value": "Say", "when": "{{ word }}"]])
    #expect(metric["check"]?["when"] == "word")
    let run = try await server.generatedRun(["metric_ids": [metric["id"] ?? .null]], csv: "text,word\na,a\nb,\n")
    let result = try await server.call("runs_get", ["id": .int(run)])
    #expect(result["scored"] == 1 && result["avg_score"] == 1.0)
    // Nobody is asked for a verdict on the other row.
    let open = try await server.call("responses_list", ["run_id": .int(run), "without_verdict": true])
    #expect(open["responses"]?.arrayValue?.map { $0["row_index"] } == [0])
    let other = try await server.id(
      "metrics_create", ["name": "y", "check": ["kind": "contains", "value": "a", "when": "response"]])
    let arguments: JSONObject = ["prompt_id": 1, "dataset_id": 1, "metric_ids": [.int(other)]]
    #expect(try await server.refusal("runs_create", arguments).contains("response"))
  }

  // MARK: Second headers

  @Test func `a row of the columns' names is kept and told, and refused among rows to append`() async throws {
    let server = TestServer()
    let lines = try await server.call(
      "datasets_create", ["name": "lines", "csv_data": "{\"a\":\"a\",\"b\":\"b\"}\n{\"a\":\"1\",\"b\":\"2\"}"])
    #expect(lines["row_count"] == 2 && lines["warnings"] == nil)
    let export = try await server.call("exports_create", ["what": "dataset", "ids": [1], "format": "csv"])
    let copy = try await server.call(
      "datasets_create", ["name": "copy", "csv_data": export["text"] ?? .null])
    #expect(copy["row_count"] == 2 && copy.strings("warnings").contains { $0.contains("Line 2 repeats the header") })
    let sentence = try await server.refusal("datasets_update", ["id": 1, "append_csv": "a,b\n3,4\na,b\n5,6\n"])
    #expect(sentence.contains("Line 3 repeats the header"))
    let plan = try await server.call(
      "imports_create",
      [
        "data": """
        prompts: ["Translate {{word}} {{lang}}"]
        providers: [openai:gpt-4o]
        tests:
          - vars: {word: word, lang: lang}
          - vars: {word: cat, lang: fr}
        """
      ])
    #expect(plan["datasets"]?.arrayValue?.first?["row_count"] == 2)
  }
}
