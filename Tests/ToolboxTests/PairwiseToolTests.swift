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
    #expect(judged["pairwise"]?["wins"] == 16 && judged["pairwise"]?["verdict_word"] == "better")
    let after = try #require(
      try await server.call("runs_compare", ["run_ids": [1, 2], "limit": 0])["statistics"]?.arrayValue?.first)
    #expect(after["pairwise"] == judged["pairwise"] && after["warnings"] == nil)
    #expect(after["pairwise"]?["criterion"] == "relevance" && after["pairwise"]?["difference"] == 1.0)
    #expect(after["pairwise"]?["followed_position"]?["share"] == 0.0)
    let mirrored = try await server.call("runs_compare", ["run_ids": [2, 1], "limit": 0])
    #expect(mirrored["statistics"]?.arrayValue?.first?["pairwise"]?["verdict_word"] == "worse")
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
