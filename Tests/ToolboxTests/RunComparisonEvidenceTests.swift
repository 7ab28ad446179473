import JSONCoding
import Providers
import TestSupport
import Testing

@testable import Toolbox

/// Which rows count as evidence in a comparison of two runs, and how often.
@Suite struct RunComparisonEvidenceTests {
  /// The figures of a comparison of two runs.
  private func compare(_ server: TestServer, _ ids: JSONValue, margin: Double? = nil) async throws -> JSONObject {
    var arguments: JSONObject = ["run_ids": ids]
    arguments["margin"] = margin.map(JSONValue.double)
    return try await server.call("runs_compare", arguments)["statistics"]?.arrayValue?.first?.objectValue ?? [:]
  }

  private func sentence(_ statistics: JSONObject) -> String { statistics["verdict"]?.stringValue ?? "" }

  /// Two runs of a dataset whose rows are right only if answered with their own word.
  private func server(csv: String) async throws -> TestServer {
    let server = TestServer()
    try await server.dataset(csv)
    try await server.prompt("same", template: "a1")
    try await server.prompt("own", template: "{{ word }}")
    for prompt in 1...2 {
      try await server.call("runs_create", ["prompt_id": .int(prompt), "dataset_id": 1, "scoring": "ExactMatch"])
      try await server.call("runs_generate", ["id": .int(prompt), "wait_seconds": 600])
    }
    return server
  }

  /// 24 rows with six words, in a number of named groups.
  private func rows(_ groups: Int?) -> String {
    "word,expected_output\(groups == nil ? "" : ",__cluster")\n"
      + (0..<24).map { row in "a\(row % 6),a\(row % 6)\(groups.map { ",g\(row % $0)" } ?? "")\n" }.joined()
  }

  @Test(arguments: [nil, 3]) func `groups outlive a change of the dataset`(_ groups: Int?) async throws {
    let server = try await server(csv: rows(groups))
    let before = try await compare(server, [1, 2])
    #expect(before["groups"] == .int(groups ?? 6))
    for csv in ["word,expected_output\nb,b\n", rows(groups) + (groups == nil ? "b,b\n" : "b,b,h\n")] {
      try await server.call("datasets_update", ["id": 1, "csv_data": .string(csv)])
      #expect(try await compare(server, [1, 2]) == before)
    }
  }

  @Test func `groups named after the runs are unknown`() async throws {
    let server = try await server(csv: rows(nil))
    try await server.call("datasets_update", ["id": 1, "csv_data": .string(rows(3))])
    let statistics = try await compare(server, [1, 2])
    #expect(statistics["verdict_word"] == "not_comparable" && statistics["interval"] == nil)
    #expect(sentence(statistics).contains("like_run 2 and reuse true"))
  }

  @Test func `a blank names no group`() async throws {
    let words = (0..<12).map { "w\($0),w\($0),\($0 < 4 ? "g" : $0 % 2 == 0 ? "" : " ")\n" }.joined()
    let server = try await server(csv: "word,expected_output,__cluster\n" + words)
    #expect(try await compare(server, [1, 2])["groups"] == 9)
  }

  @Test func `drafts differ by system prompt, sampling and model`() async throws {
    let server = TestServer(transport: ChatTransport { ChatTransport.answer($0) })
    try await server.credential()
    let first = try await server.generatedRun()
    for settings in [["system_prompt": "Be brief."], ["temperature": 0.2], ["top_p": 0.5], ["model": "ollama/m"]]
      as [JSONObject]
    {
      var arguments: JSONObject = ["prompt_id": 1, "dataset_id": 1]
      for member in settings.members { arguments[member.key] = member.value }
      let id = try await server.id("runs_create", arguments)
      try await server.call("runs_generate", ["id": .int(id), "wait_seconds": 600])
    }
    #expect(
      sentence(try await compare(server, [.int(first), .int(first + 3)])).contains("the third draft on these rows"))
    // The last run differs from the first only by its model.
    #expect(
      sentence(try await compare(server, [.int(first), .int(first + 4)])).contains("the fourth draft on these rows"))
  }

  @Test func `different wordings of a deleted metric are not compared`() async throws {
    let server = TestServer(
      transport: ChatTransport { prompt in
        ChatTransport.answer(prompt.count < 20 ? prompt : #"{"reasons": "so", "score": 4}"#)
      })
    try await server.credential()
    try await server.metric("tone")
    let settings: JSONObject = ["metric_ids": [1], "judge_model": "ollama/j"]
    let first = try await server.generatedRun(settings)
    try await server.call("metrics_update", ["id": 1, "instruction": "Anew"])
    var arguments: JSONObject = ["prompt_id": 1, "dataset_id": 1]
    for member in settings.members { arguments[member.key] = member.value }
    for _ in 0..<2 {
      let id = try await server.id("runs_create", arguments)
      try await server.call("runs_generate", ["id": .int(id), "wait_seconds": 600])
    }
    try await server.call("metrics_delete", ["id": 1, "confirm": true])
    let statistics = try await compare(server, [.int(first), .int(first + 1)])
    #expect(statistics["verdict_word"] == "not_comparable" && statistics["mean_difference"] == nil)
    #expect(sentence(statistics).contains("judged by different wordings of tone, which was deleted since"))
    #expect(try await compare(server, [.int(first + 1), .int(first + 2)])["verdict_word"] != "not_comparable")
  }

  @Test func `the advice for missing reviews is to make them, not to retry them`() async throws {
    let gate = Gate()
    let server = TestServer(
      transport: ChatTransport { prompt in
        guard prompt.contains("Judge the response") else { return ChatTransport.answer(prompt) }
        if prompt.contains("Anew"), prompt.contains("good w12") { await gate.pass() }
        return ChatTransport.answer(#"{"reasons": "so", "score": \#(prompt.contains("good w") ? 5 : 2)}"#)
      })
    try await server.credential()
    try await server.metric("tone")
    try await server.dataset("word\n" + (0..<40).map { "w\($0)\n" }.joined())
    for (run, template) in [(1, "bad {{ word }}"), (2, "good {{ word }}")] {
      try await server.prompt("p\(run)", template: template)
      try await server.call(
        "runs_create",
        [
          "prompt_id": .int(run), "dataset_id": 1, "metric_ids": [1], "judge_model": "ollama/j", "model": "ollama/m",
          "concurrency": 1,
        ])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    try await server.call("metrics_update", ["id": 1, "instruction": "Anew"])
    try await server.call("runs_generate", ["id": 1, "wait_seconds": 600])
    try await server.call("runs_generate", ["id": 2, "wait_seconds": 0])
    while try await compare(server, [1, 2])["pairs"] != 12 { await Task.yield() }
    try await server.call("runs_cancel", ["id": 2])
    gate.open()
    try await server.call("runs_get", ["id": 2, "wait_seconds": 600])
    let statistics = try await compare(server, [1, 2])
    #expect(statistics["verdict_word"] == "unclear")
    #expect(
      sentence(statistics).contains(
        "rows without a score could change the verdict: they lack reviews. runs_generate with id 2 makes them and keeps the answers."
      ))
    #expect(!sentence(statistics).contains("retry_failed"))
  }

  @Test func `a group counts once all its rows are finished`() async throws {
    let gate = Gate()
    let server = TestServer(
      transport: ChatTransport { prompt in
        if prompt == "w21" { await gate.pass() }
        return ChatTransport.answer(prompt)
      })
    try await server.credential()
    try await server.dataset(
      "word,expected_output,__cluster\n" + (0..<40).map { "w\($0),w\($0),g\($0 / 2)\n" }.joined())
    try await server.prompt("same", template: "no")
    try await server.prompt("own", template: "{{ word }}")
    try await server.call("runs_create", ["prompt_id": 1, "dataset_id": 1, "scoring": "ExactMatch"])
    try await server.call("runs_generate", ["id": 1, "wait_seconds": 600])
    try await server.call(
      "runs_create",
      ["prompt_id": 2, "dataset_id": 1, "scoring": "ExactMatch", "model": "ollama/m", "concurrency": 1])
    try await server.call("runs_generate", ["id": 2, "wait_seconds": 0])
    while try await server.call("runs_get", ["id": 2])["responses_count"] != 21 { await Task.yield() }
    let early = try await compare(server, [1, 2])
    #expect(early["verdict_word"] == "better" && early["pairs"] == 20 && early["groups"] == 10)
    #expect(
      sentence(early).contains("21 of 40 rows so far (20 rows in 10 groups in both: 10 groups won, 0 lost, 0 tied)"))
    #expect(sentence(early).contains("1 row does not count yet"))
    gate.open()
    try await server.call("runs_get", ["id": 2, "wait_seconds": 600])
    #expect(try await compare(server, [1, 2])["groups"] == 20)
  }

  @Test func `a failed row does not count before the run is complete`() async throws {
    let gate = Gate()
    let server = TestServer(
      transport: ChatTransport { prompt in
        if prompt == "w12" { await gate.pass() }
        return prompt == "w3" ? HTTPResponse(status: 400, body: []) : ChatTransport.answer(prompt)
      })
    try await server.credential()
    try await server.dataset("word,expected_output\n" + (0..<20).map { "w\($0),w\($0)\n" }.joined())
    try await server.prompt("same", template: "no")
    try await server.prompt("own", template: "{{ word }}")
    try await server.call("runs_create", ["prompt_id": 1, "dataset_id": 1, "scoring": "ExactMatch"])
    try await server.call("runs_generate", ["id": 1, "wait_seconds": 600])
    try await server.call(
      "runs_create",
      ["prompt_id": 2, "dataset_id": 1, "scoring": "ExactMatch", "model": "ollama/m", "concurrency": 1])
    try await server.call("runs_generate", ["id": 2, "wait_seconds": 0])
    while try await server.call("runs_get", ["id": 2])["responses_count"] != 12 { await Task.yield() }
    let early = try await compare(server, [1, 2])
    #expect(early["pairs"] == 11 && early["verdict_word"] == "better")
    #expect(early["rows_without_score"]?["run"] == 1)
    gate.open()
    try await server.call("runs_get", ["id": 2, "wait_seconds": 600])
    let final = try await compare(server, [1, 2])
    #expect(final["pairs"] == 20 && final["verdict_word"] == "better" && final["ties"] == 1)
  }

  @Test func `a row without an expected output that failed in both runs is not a tie`() async throws {
    let server = TestServer(
      transport: ChatTransport { prompt in
        prompt.hasPrefix("bad") ? HTTPResponse(status: 400, body: []) : ChatTransport.answer(prompt)
      })
    try await server.credential()
    try await server.dataset("word,expected_output\n" + (0..<8).map { "w\($0),w\($0)\n" }.joined() + "bad,\n")
    for run in 1...2 {
      if run == 1 { try await server.prompt("own", template: "{{ word }}") }
      try await server.call(
        "runs_create", ["prompt_id": 1, "dataset_id": 1, "scoring": "Contains", "model": "ollama/m"])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    let statistics = try await compare(server, [1, 2])
    #expect(statistics["pairs"] == 8 && statistics["ties"] == 8)
    #expect(sentence(statistics).contains("1 row without an expected output is left out."))
  }

  @Test func `with a margin the sentence has the needed rows and the cost ratio`() async throws {
    let server = try await server(csv: "word,expected_output\n" + (0..<9).map { "w\($0),no\n" }.joined())
    let statistics = try await compare(server, [1, 2], margin: 0.1)
    let needed = try #require(statistics["rows_needed"]?.intValue)
    #expect(sentence(statistics).contains("About \(needed) rows would show it, if the average stays what it is."))
    let usual = try await compare(server, [1, 2])
    let usuallyNeeded = try #require(usual["rows_needed"]?.intValue)
    #expect(
      sentence(usual).contains("About \(usuallyNeeded) rows would show that") && usuallyNeeded > needed
        && sentence(usual).contains("is not worse by more than 0.05, if the average stays what it is."))
  }
}
