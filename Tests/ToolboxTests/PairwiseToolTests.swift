import JSONCoding
import Providers
import Testing

@testable import Toolbox

@Suite struct PairwiseToolTests {
  /// A server whose judge gives every response 5, and prefers the one that greets in a comparison.
  private func server() async throws -> TestServer {
    let server = TestServer(
      transport: ChatTransport { prompt in
        if prompt.contains("Judge the response") { return ChatTransport.answer(#"{"reasons":"Fine.","score":5}"#) }
        guard prompt.contains("Compare the two responses") else { return ChatTransport.answer(prompt) }
        let isFirst = prompt.split(separator: "second response begins").first?.contains("Hello") == true
        return ChatTransport.answer(#"{"reasons":"It greets.","score":\#(isFirst ? 1 : 5)}"#)
      })
    try await server.credential()
    try await server.metric()
    let csv = "text\n" + (0..<16).map { "row \($0)\n" }.joined()
    try await server.generatedRun(["metric_ids": [1], "judge_model": "ollama/one"], csv: csv)
    try await server.call(
      "prompts_create", ["name": "greeting", "template": "Hello, {{ text }}.", "llm_model": "echo"])
    let second = try await server.id("runs_create", ["like_run": 1, "prompt_id": 2])
    try await server.call("runs_generate", ["id": .int(second), "wait_seconds": 600])
    return server
  }

  @Test func `scores at the ceiling lead to a comparison of the answers, which decides`() async throws {
    let server = try await server()
    let before = try #require(
      try await server.call("runs_compare", ["run_ids": [1, 2], "limit": 0])["statistics"]?.arrayValue?.first)
    #expect(before["verdict_word"] != "better" && before["pairwise"] == nil)
    let advice = before["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(advice.contains { $0.contains("runs_judge with id 2 and against 1") })
    let judged = try await server.call("runs_judge", ["id": 2, "against": 1, "wait_seconds": 600])
    #expect(judged["status"] == "completed" && judged["avg_score"] == 5.0)
    let found = try #require(judged["pairwise"]?.arrayValue?.first)
    #expect(found["wins"] == 16 && found["verdict_word"] == "better" && found["state"] == "complete")
    #expect(found["level"] == 0.95 && found["test"] == "exact McNemar" && found["p_value"] != .null)
    let after = try #require(
      try await server.call("runs_compare", ["run_ids": [1, 2], "limit": 0])["statistics"]?.arrayValue?.first)
    let shown = try #require(after["pairwise"]?.arrayValue?.first)
    #expect(shown["sentence"] == found["sentence"])
    #expect(after.objectValue?.strings("warnings").allSatisfy { $0.contains("was not tested") } == true)
    #expect(shown["criterion"] == "relevance" && shown["difference"] == 1.0)
    #expect(shown["followed_position"]?["share"] == 0.0)
    let mirrored = try await server.call("runs_compare", ["run_ids": [2, 1], "limit": 0])
    #expect(mirrored["statistics"]?.arrayValue?.first?["pairwise"]?.arrayValue?.first?["verdict_word"] == "worse")
  }

  /// Two runs without scores, the second with a greeting, and a judge that fails from a call on.
  private func unscored(failsFrom limit: Int = .max) async throws -> (TestServer, calls: Counter) {
    let calls = Counter()
    let server = TestServer(
      transport: ChatTransport { prompt in
        guard prompt.contains("Compare the two responses") else { return ChatTransport.answer(prompt) }
        let call = calls.add()
        if call == limit { return ChatTransport.refusal("No credit", status: 402) }
        let isFirst = prompt.split(separator: "second response begins").first?.contains("Hello") == true
        return ChatTransport.answer(#"{"reasons":"It greets.","score":\#(isFirst ? 1 : 5)}"#)
      })
    try await server.credential()
    try await server.generatedRun(["concurrency": 1], csv: "text\n" + (0..<12).map { "row \($0)\n" }.joined())
    try await server.call(
      "prompts_create", ["name": "greeting", "template": "Hello, {{ text }}.", "llm_model": "echo"])
    let second = try await server.id("runs_create", ["like_run": 1, "prompt_id": 2])
    try await server.call("runs_generate", ["id": .int(second), "wait_seconds": 600])
    return (server, calls)
  }

  @Test func `runs_get shows a comparison that stopped and names the call that goes on with it`() async throws {
    let (server, calls) = try await unscored(failsFrom: 8)
    try await server.call(
      "runs_judge", ["id": 2, "against": 1, "judge_model": "ollama/one", "wait_seconds": 600])
    for id in [1, 2] {
      let object = try await server.call("runs_get", ["id": .int(id)])
      #expect(object["status"] == "completed")
      let found = try #require(object["pairwise"]?.arrayValue?.first)
      #expect(found["state"] == "unfinished" && found["run_id"] == 2 && found["against"] == 1)
      #expect(found["rows"] == 3 && found["rows_to_judge"] == 9 && found["calls"]?["done"] == 7)
      #expect(found["calls"]?["total"] == 24 && found["error_message"]?.stringValue?.contains("No credit") == true)
      #expect(object.strings("warnings").contains { $0.contains("runs_judge with id 2, against 1") })
    }
    // runs_generate has nothing to do and says what has.
    let idle = try await server.call("runs_generate", ["id": 2, "wait_seconds": 600])
    let resumption = try #require(idle["pairwise"]?.arrayValue?.first?["continue"])
    #expect(resumption["tool"] == "runs_judge")
    var arguments = try #require(resumption["arguments"]?.objectValue)
    #expect(arguments["id"] == 2 && arguments["against"] == 1 && arguments["judge_model"] == "ollama/one")
    arguments["wait_seconds"] = 600
    let done = try await server.call("runs_judge", arguments)
    #expect(calls.value == 8 + 24 - 7 && done["pairwise"]?.arrayValue?.first?["state"] == "complete")
    #expect(!done.strings("warnings").contains { $0.contains("pairwise") })
  }

  @Test func `without scores a comparison of the answers leads, and a gate takes it`() async throws {
    let (server, _) = try await unscored()
    try await server.call(
      "runs_judge", ["id": 2, "against": 1, "judge_model": "ollama/one", "wait_seconds": 600])
    let compared = try await server.call(
      "runs_compare", ["run_ids": [1, 2], "limit": 0, "gate": ["verdict": "better"]])
    let statistics = try #require(compared["statistics"]?.arrayValue?.first)
    #expect(statistics["verdict_word"] == "better" && statistics["decided_by"] == "pairwise")
    let sentence = try #require(statistics["verdict"]?.stringValue)
    #expect(sentence.hasPrefix("ollama/one, asked in both orders") && sentence.contains("neither of them is scored"))
    #expect(compared["gate"]?["passed"] == true)
    let worse = try await server.call(
      "runs_compare", ["run_ids": [2, 1], "limit": 0, "gate": ["verdict": "better"]])
    #expect(worse["statistics"]?.arrayValue?.first?["verdict_word"] == "worse" && worse["gate"]?["passed"] == false)
  }

  @Test func `a probe is shown by runs_get, with its warning`() async throws {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-test-000000000000000000000000"],
      transport: ChatTransport { prompt in
        ChatTransport.answer(
          prompt.contains("Judge the response") ? #"{"reasons":"Fine.","score":5}"# : prompt)
      })
    try await server.metric()
    let run = try await server.generatedRun(
      ["metric_ids": [1], "judge_model": "openai/gpt-4.1", "probe": true],
      csv: "text,expected_output\na,Say a.\nb,Say b.\n")
    let object = try await server.call("runs_get", ["id": .int(run)])
    let probe = try #require(object["judge_probe"]?.arrayValue?.first)
    #expect(probe["trusted"] == false && probe["metric"] == "relevance")
    #expect(probe["results"]?.arrayValue?.map { $0["score"] } == [5.0, 5.0, 5.0])
    #expect(object.strings("warnings").contains { $0.contains("cannot be trusted by \"relevance\"") })
    #expect((object["total_cost"]?.doubleValue ?? 0) > (probe["cost"]?.doubleValue ?? 0))
    let off = try await server.id("runs_create", ["like_run": .int(run), "probe": false, "name": "off"])
    try await server.call("runs_generate", ["id": .int(off), "wait_seconds": 600])
    #expect(try await server.call("runs_get", ["id": .int(off)])["judge_probe"] == nil)
  }
}
