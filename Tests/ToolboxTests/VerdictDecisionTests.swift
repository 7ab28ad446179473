import JSONCoding
import Testing

@testable import Toolbox

/// Decisions that go by people's verdicts where those show the judge to be wrong.
@Suite struct VerdictDecisionTests {
  /// Two runs of 60 rows, of which the judge gives the second a star more than people in three of four rows.
  private func server() async throws -> (TestServer, first: Int, second: Int) {
    let server = TestServer.judging(["new 1": 1, "new 2": 1, "new 3": 1])
    try await server.call(
      "provider_credentials_create",
      ["provider": "ollama", "api_endpoint": "http://127.0.0.1:1/v1", "input_price": 1, "output_price": 1])
    try await server.metric("tone")
    let csv = "text\n" + (0..<60).map { "\($0 % 4) gives-\(2 + $0 % 3) row \($0)\n" }.joined()
    let dataset = try await server.dataset(csv)
    let first = try await server.judgedRun("old {{ text }}", dataset: dataset)
    return (server, first, try await server.judgedRun("new {{ text }}", dataset: dataset))
  }

  private func compare(
    _ server: TestServer, _ first: Int, _ second: Int, margin: Double? = nil
  ) async throws -> JSONObject {
    var arguments: JSONObject = ["run_ids": [.int(first), .int(second)], "limit": 0]
    arguments["margin"] = margin.map(JSONValue.double)
    let result = try await server.call("runs_compare", arguments)
    return result["statistics"]?.arrayValue?.first?.objectValue ?? [:]
  }

  @Test func `a corrected difference within a margin is the same, though the judge sees a gain`() async throws {
    let (server, first, second) = try await server()
    for run in [first, second] { try await server.rate(run, 40) { $0.namedScore } }
    let wide = try await compare(server, first, second, margin: 1)
    #expect(wide["corrected"]?["judge_verdict_word"] == "better" && wide["verdict_word"] == "same")
    #expect(wide["verdict"]?.stringValue?.contains("score the same to within 1, by the scores as people's") == true)

    // Forty rows that agree do not rule out a rare large loss, and the sentence says so.
    let narrow = try await compare(server, first, second)
    let interval = narrow["corrected"]?["interval"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    #expect(interval.allSatisfy { abs($0) < 0.2 } && narrow["verdict_word"] == "unclear")
    #expect(narrow["corrected"]?["doubt"]?.stringValue?.contains("rare large difference") == true)
    #expect(narrow["verdict"]?.stringValue?.contains("the wider 95 % interval") == true)

    // Each interval says whose it is.
    #expect(narrow["interval_of"]?.stringValue?.contains("the judge's scores") == true)
    #expect(narrow["corrected"]?["interval_of"]?.stringValue?.contains("people's verdicts") == true)
    let sentence = narrow["verdict"]?.stringValue ?? ""
    #expect(sentence.contains("interval of the judge's scores") && sentence.contains("interval of the corrected"))
  }

  @Test func `a small loss that people see is not worse by more than a margin`() async throws {
    let (server, first, second) = try await server()
    try await server.rate(first, 60) { $0.namedScore }
    var count = 0
    try await server.rate(second, 60) { row in
      count += 1
      return row.namedScore - (count % 3 == 0 && row.namedScore > 1 ? 1 : 0)
    }
    let result = try await compare(server, first, second, margin: 0.9)
    #expect(result["verdict_word"] == "not_worse")
    #expect(result["verdict"]?.stringValue?.contains("worse than") == true)
    #expect((result["corrected"]?["one_sided_bound"]?.doubleValue ?? -1) > -0.9)
  }

  @Test func `verdicts of people overrule the probe of a judge`() async throws {
    let probes = Counter()
    let server = TestServer(
      transport: ChatTransport { prompt in
        guard prompt.contains("Judge the response") else { return ChatTransport.answer(prompt) }
        let named = prompt.split(separator: "gives-").dropFirst().first?.first.flatMap { $0.wholeNumberValue } ?? 1
        // The probe finds a judge that gives everything the top score.
        return ChatTransport.answer(#"{"reasons":"As it is.","score":\#(probes.add() <= 3 ? 5 : named)}"#)
      })
    try await server.call(
      "provider_credentials_create",
      ["provider": "ollama", "api_endpoint": "http://127.0.0.1:1/v1", "input_price": 1, "output_price": 1])
    try await server.metric("tone")
    let csv = "text,expected_output\n" + (0..<90).map { "gives-\(2 + $0 % 4) row \($0),row \($0)\n" }.joined()
    let dataset = try await server.dataset(csv)
    var runs: [Int] = []
    for template in ["old {{ text }}", "new {{ text }}"] {
      let prompt = try await server.id(
        "prompts_create", ["name": .string(template), "template": .string(template), "llm_model": "ollama/m"])
      let run = try await server.id(
        "runs_create",
        [
          "prompt_id": .int(prompt), "dataset_id": .int(dataset), "metric_ids": [1], "judge_model": "ollama/judge",
          "probe": true,
        ])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
      runs.append(run)
    }
    func warns(_ object: JSONObject?) -> Bool {
      object?.strings("warnings").contains { $0.contains("cannot be trusted") } ?? false
    }
    #expect(warns(try await server.call("runs_get", ["id": .int(runs[0])])))
    #expect(warns(try await compare(server, runs[0], runs[1])))
    for run in runs {
      var count = 0
      try await server.rate(run, 60) { row in
        count += 1
        return row.namedScore - count % 2
      }
    }
    let rated = try await server.call("runs_get", ["id": .int(runs[0])])
    #expect(rated["agreement"]?["decision"]?["word"] == "trust_order", "\(rated["agreement"] ?? .null)")
    #expect(!warns(rated))
    let probe = rated["judge_probe"]?.arrayValue?.first
    #expect(probe?["overruled"]?.stringValue?.contains("verdicts") == true, "\(probe ?? .null)")
    let trusted = try await compare(server, runs[0], runs[1])
    #expect(!warns(trusted) && trusted["scores_verdict_word"] == nil)
    // People overrule the probe and still find its level wrong.
    #expect(rated["score_doubt"]?.stringValue?.hasPrefix("judge's level not trusted") == true)
  }

  @Test func `a gate goes by the corrected mean, and does not pass by scores shown to be wrong`() async throws {
    let (server, _, run) = try await server()
    func gate() async throws -> JSONObject {
      try await server.call("runs_get", ["id": .int(run), "gate": ["min_score": 3.5]])["gate"]?.objectValue ?? [:]
    }
    let alone = try await gate()
    #expect(alone["passed"] == true && alone["notes"] == nil)
    try await server.rate(run, 15) { $0.namedScore }
    let warned = try await gate()
    #expect(warned["passed"] == false)
    #expect(warned.strings("reasons").first?.contains("more generous than people") == true)
    let warnings = try await server.call("runs_get", ["id": .int(run)]).strings("warnings")
    #expect(warnings.contains { $0.contains("more generous than people") })
    try await server.rate(run, 25) { $0.namedScore }
    let corrected = try await gate()
    #expect(corrected["passed"] == false)
    #expect(corrected.strings("reasons").first?.contains("corrected by people's verdicts") == true)
    #expect(corrected.strings("notes").first?.contains("40 of 60 rows") == true)
    let prompt = try await server.server.prompt("improve_prompt", ["run": .int(run)])
    #expect(prompt.contains("People would give") && prompt.contains("not what people would give"))
  }

  @Test func `the frontier goes by the corrected difference`() async throws {
    let (server, first, second) = try await server()
    func point(_ run: Int) async throws -> JSONValue? {
      try await server.call("runs_list", ["dataset_id": 1, "frontier": true])["runs"]?.arrayValue?
        .first { $0["id"] == .int(run) }
    }
    #expect(try await point(first)?["standing"] == "beaten")
    for run in [first, second] { try await server.rate(run, 40) { $0.namedScore } }
    #expect(try await point(first)?["standing"] != "beaten")
    let judged = try await point(second)
    #expect(abs((judged?["corrected_score"]?.doubleValue ?? 0) - 3) < 0.1)
    #expect(judged?["warning"]?.stringValue?.contains("more generous than people") == true)
  }

  @Test func `few verdicts never make a judge trusted, and enough of them do`() async throws {
    let server = TestServer.judging()
    try await server.credential()
    try await server.metric("tone")
    let csv = "text\n" + (0..<80).map { "gives-\(1 + $0 * 7 % 5) row \($0)\n" }.joined()
    let run = try await server.judgedRun("say {{ text }}", dataset: try await server.dataset(csv))
    func decision() async throws -> JSONValue? {
      try await server.call("runs_get", ["id": .int(run)])["agreement"]?["decision"]
    }
    try await server.rate(run, 12) { $0.namedScore }
    let few = try await decision()
    #expect(few?["word"] == "not_enough" && few?["verdicts_needed"] == 18)
    try await server.rate(run, 18) { $0.namedScore }
    #expect(try await decision()?["word"] == "trust")
  }

  @Test func `a wide interval of the bias asks for more verdicts`() async throws {
    let server = TestServer.judging()
    try await server.credential()
    try await server.metric("tone")
    let csv = "text\n" + (0..<80).map { "gives-\(1 + $0 * 7 % 5) row \($0)\n" }.joined()
    let run = try await server.judgedRun("say {{ text }}", dataset: try await server.dataset(csv))
    var count = 0
    // People differ by a point in most rows, in either direction.
    try await server.rate(run, 30) { row in
      count += 1
      return min(max(row.namedScore + [1, -1, 1, -1, 0][count % 5], 1), 5)
    }
    let decision = try await server.call("runs_get", ["id": .int(run)])["agreement"]?["decision"]
    #expect(decision?["word"] == "not_enough" && (decision?["verdicts_needed"]?.intValue ?? 0) > 5)
  }

  @Test func `review_judge names the other run and takes either name of its argument`() async throws {
    let (server, first, second) = try await server()
    let text = try await server.server.prompt("review_judge", ["run": .int(second)])
    #expect(text.contains("\"run_ids\": [\(first), \(second)]") && text.contains("decision.word"))
    #expect(try await server.server.prompt("review_judge", ["run_id": .int(second)]).contains("run \(second)"))
  }
}
