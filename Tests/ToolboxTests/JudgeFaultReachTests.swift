import JSONCoding
import Testing

@testable import Toolbox

/// What a judge that failed its test, or answered nothing, does not decide.
@Suite struct JudgeFaultReachTests {
  /// Two runs of 32 rows by a judge that gives every response 5, and prefers the second run's in a comparison.
  ///
  /// - Parameter preference: the answer of the judge in a comparison.
  private func server(
    probe: Bool,
    preference: @escaping @Sendable (_ isFirst: Bool) -> String = {
      #"{"reasons":"It is new.","score":\#($0 ? 1 : 5)}"#
    }
  ) async throws -> TestServer {
    let server = TestServer(
      transport: ChatTransport { prompt in
        if prompt.contains("Judge the response") { return ChatTransport.answer(#"{"reasons":"Fine.","score":5}"#) }
        guard prompt.contains("Compare the two responses") else { return ChatTransport.answer(prompt) }
        let isFirst = prompt.split(separator: "second response begins").first?.contains("new") == true
        return ChatTransport.answer(preference(isFirst))
      })
    try await server.credential()
    try await server.metric()
    let csv = "text,expected_output\n" + (0..<32).map { "row \($0),answer \($0)\n" }.joined()
    try await server.generatedRun(
      ["metric_ids": [1], "judge_model": "ollama/five", "probe": .bool(probe), "model": "ollama/m"], csv: csv)
    try await server.call(
      "prompts_create", ["name": "new", "template": "new {{ text }}", "llm_model": "ollama/m"])
    let second = try await server.id("runs_create", ["like_run": 1, "prompt_id": 2])
    try await server.call("runs_generate", ["id": .int(second), "wait_seconds": 600])
    return server
  }

  @Test func `no run has a place among others by the scores of a judge that failed its test`() async throws {
    let frontier = try await server(probe: true).call("runs_list", ["dataset_id": 1, "frontier": true])
    #expect(frontier["runs"] == [])
    let reasons = frontier["left_out"]?.arrayValue?.compactMap { $0["why"]?.stringValue } ?? []
    #expect(reasons.count == 2 && reasons.allSatisfy { $0.contains("five cannot be trusted") }, "\(reasons)")
    let trusted = try await server(probe: false).call("runs_list", ["dataset_id": 1, "frontier": true])
    #expect(trusted["runs"]?.arrayValue?.count == 2)
  }

  @Test func `equal scores of a judge that failed its test are its own, and no fault of the rows`() async throws {
    let server = try await server(probe: true)
    let compared = try await server.call("runs_compare", ["run_ids": [1, 2], "limit": 0])
    let said = [
      compared["never_differed"]?["sentence"]?.stringValue ?? "",
      try await server.call("runs_get", ["id": 1]).strings("warnings").first { $0.hasPrefix("All 32 scores are 5") }
        ?? "",
      compared["statistics"]?.arrayValue?.first?.objectValue?.strings("warnings").first { $0.hasPrefix("The averages") }
        ?? "",
    ]
    for sentence in said {
      #expect(sentence.contains("the judge ollama/five failed its test"), "\(sentence)")
      #expect(!sentence.lowercased().contains("harder rows") && !sentence.contains("against"), "\(sentence)")
      #expect(sentence.contains("judge again with another judge_model (runs_judge)"), "\(sentence)")
    }
  }

  @Test func `a judge that was not tested is told wherever its scores decide, with what tests it`() async throws {
    let server = try await server(probe: false)
    let gate: JSONObject = ["verdict": "not_worse"]
    let compared = try await server.call("runs_compare", ["run_ids": [1, 2], "limit": 0, "gate": .object(gate)])
    let found = try #require(compared["statistics"]?.arrayValue?.first?.objectValue)
    #expect(found["verdict_word"] == "unclear", "\(found)")
    let advice = "runs_create with like_run 1, reuse true and probe true"
    let notes = compared["gate"]?.objectValue?.strings("notes") ?? []
    for texts in [found.strings("warnings"), notes] {
      let told = texts.filter { $0.contains("was not tested") }
      #expect(told.count == 1 && told[0].contains(advice), "\(texts)")
      #expect(
        told.first?.contains("all 32 of its scores are 5, as a judge gives that looks at nothing") == true, "\(told)")
    }
    let one = try await server.call("runs_get", ["id": 1, "gate": ["min_score": 4]])
    #expect(one["score_doubt"]?.stringValue?.hasPrefix("judge not tested, and all 32 of its scores are 5: ") == true)
    #expect(one["gate"]?["passed"] == true)
    #expect(one["gate"]?.objectValue?.strings("notes").contains { $0.contains("was not tested") } == true)
    let frontier = try await server.call("runs_list", ["dataset_id": 1, "frontier": true])
    #expect(
      frontier["runs"]?.arrayValue?.allSatisfy {
        $0["score_doubt"]?.stringValue?.contains(advice) == true || $0["id"] == 2
      } == true)
    #expect(try await server.server.text("runs/1/report.html").contains("judge not tested"))
    for format in ["csv", "jsonl", "fine_tuning", "junit"] {
      let export = try await server.call("exports_create", ["what": "run", "id": 1, "format": .string(format)])
      #expect(export["note"]?.stringValue?.contains("judge not tested") == true, "\(format)")
    }
    // The mean score and that of its metric.
    let results = try await server.server.text("runs/1/junit.xml")
    #expect(results.split(separator: #"doubt" value="judge not tested"/>"#).count == 3, "\(results.prefix(2000))")

    let tested = try await server.id("runs_create", ["like_run": 1, "reuse": true, "probe": true])
    let after = try await server.call("runs_generate", ["id": .int(tested), "wait_seconds": 600])
    #expect(after["reused"] == 32 && after["judge_probe"]?.arrayValue?.isEmpty == false, "\(after)")
    #expect(after["score_doubt"]?.stringValue?.hasPrefix("judge not trusted") == true)
  }

  @Test func `a failed test that probe false sets aside is told wherever the scores decide`() async throws {
    let server = try await server(probe: true)
    for id in [1, 2] { try await server.call("runs_update", ["id": .int(id), "probe": false]) }
    let one = try await server.call("runs_get", ["id": 1, "gate": ["min_score": 4]])
    #expect(
      one["score_doubt"]?.stringValue?.hasPrefix("judge not tested, because probe false sets its failed test aside")
        == true, "\(one)")
    let compared = try await server.call("runs_compare", ["run_ids": [1, 2], "limit": 0])
    let warnings = compared["statistics"]?.arrayValue?.first?.objectValue?.strings("warnings") ?? []
    for texts in [one["gate"]?.objectValue?.strings("notes") ?? [], warnings] {
      #expect(texts.contains { $0.contains("failed its test (judge_probe), which probe false sets aside") }, "\(texts)")
    }
  }

  @Test func `no answer is an example for fine-tuning by the scores of a judge that failed its test`() async throws {
    let export: JSONObject = ["what": "run", "id": 1, "format": "fine_tuning"]
    let refusal = try await server(probe: true).refusal("exports_create", export)
    #expect(refusal.contains("32 rows") && refusal.contains("cannot be trusted"), "\(refusal)")
    let trusted = try await server(probe: false).call("exports_create", export)
    #expect(trusted["skipped"]?.arrayValue?.isEmpty != false, "\(trusted)")
  }

  @Test(arguments: [true, false])
  func `preferences of a judge that failed its test give no verdict`(probe: Bool) async throws {
    let judged = try await server(probe: probe).call("runs_judge", ["id": 2, "against": 1, "wait_seconds": 600])
    let found = try #require(judged["pairwise"]?.arrayValue?.first)
    #expect(found["wins"] == 32)
    #expect((found["verdict_word"] == "better") == !probe, "\(found)")
    #expect((found["sentence"]?.stringValue?.contains("it failed its test") == true) == probe, "\(found)")
    let compared = try await server(probe: probe).call("runs_compare", ["run_ids": [1, 2], "limit": 0])
    #expect(compared["statistics"]?.arrayValue?.first?["verdict_word"] != "better")
  }

  @Test func `a comparison whose every call failed has no verdict, and no interval of rows that nobody judged`()
    async throws
  {
    let judged = try await server(probe: false) { _ in #"{"reasons":"No score."}"# }
      .call("runs_judge", ["id": 2, "against": 1, "wait_seconds": 600])
    let found = try #require(judged["pairwise"]?.arrayValue?.first)
    #expect(found["interval"] == .null || found["interval"] == nil)
    #expect(
      found["sentence"]?.stringValue?.hasPrefix("No verdict: all 64 calls of ollama/five failed") == true, "\(found)")
  }
}
