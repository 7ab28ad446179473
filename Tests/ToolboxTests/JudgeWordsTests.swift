import JSONCoding
import Testing

@testable import Toolbox

/// What is said of a judge agrees wherever it is said, and its advice can be followed.
@Suite struct JudgeWordsTests {
  private static func csv(_ rows: Int, scores: Int = 5) -> String {
    "text\n" + (0..<rows).map { "gives-\(1 + $0 * 7 % scores) row \($0)\n" }.joined()
  }

  /// A server with a metric, and a run whose judge gives the named scores and an offset.
  private func server(offset: Int = 0, rows: Int, scores: Int = 5) async throws -> (TestServer, run: Int) {
    let server = TestServer.judging(["say": offset])
    try await server.credential()
    try await server.metric("tone")
    let dataset = try await server.dataset(Self.csv(rows, scores: scores))
    return (server, try await server.judgedRun("say {{ text }}", dataset: dataset))
  }

  @Test func `a judge that is right in its order alone is said to decide within its run, and nowhere is it trusted`()
    async throws
  {
    let (server, run) = try await server(offset: 1, rows: 60, scores: 4)
    try await server.rate(run, 40) { $0.namedScore }
    let object = try await server.call("runs_get", ["id": .int(run)])
    let decision = object["agreement"]?["decision"]
    #expect(decision?["word"] == "trust_order", "\(decision ?? .null)")
    let sentence = decision?["sentence"]?.stringValue ?? ""
    let limit = "They decide neither how good the run is nor which of two runs is better"
    #expect(sentence.contains(limit) && !sentence.contains("Trust"), "\(sentence)")
    #expect(object["score_doubt"]?.stringValue?.hasPrefix("judge's level not trusted: it orders") == true)
    let warning = object.strings("warnings").first { $0.contains("more generous than people") } ?? ""
    #expect(warning.contains(limit) && warning.contains("orders them as people do"), "\(object.strings("warnings"))")
    let page = try await server.server.text("runs/\(run)/report.html")
    #expect(page.contains("judge's level not trusted") && !page.contains("judge not trusted"))
    // A comparison by such scores is open, and says why in the same words.
    let other = try await server.judgedRun("new {{ text }}", dataset: 1)
    let compared = try await server.call("runs_compare", ["run_ids": [.int(run), .int(other)], "limit": 0])
    let verdict = compared["statistics"]?.arrayValue?.first?["verdict"]?.stringValue ?? ""
    #expect(
      verdict.contains("orders the answers of one run rightly") && !verdict.contains("the judge is wrong"), "\(verdict)"
    )
  }

  @Test func `a judge that its decision trusts is not called wrong by the verdicts since`() async throws {
    let (server, run) = try await server(rows: 60)
    try await server.rate(run, 30) { $0.namedScore }
    try await server.rate(run, 9) { max(1, $0.namedScore - 3) }
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(object["agreement"]?["decision"]?["word"] == "trust", "\(object["agreement"] ?? .null)")
    #expect(
      (object["agreement"]?["bias_interval"]?.arrayValue?.first?.doubleValue ?? 0) > 0,
      "\(object["agreement"] ?? .null)")
    #expect(object["score_doubt"] == nil)
    #expect(!object.strings("warnings").contains { $0.contains("more generous") }, "\(object.strings("warnings"))")
  }

  @Test func `no more verdicts are asked for once the scores were shown`() async throws {
    let (server, run) = try await server(rows: 40)
    try await server.rate(run, 12) { $0.namedScore }
    try await server.call("responses_list", ["run_id": .int(run), "limit": 100])
    let decision = try await server.call("runs_get", ["id": .int(run)])["agreement"]?["decision"]
    let sentence = decision?["sentence"]?.stringValue ?? ""
    #expect(decision?["word"] == "not_enough" && decision?["verdicts_needed"] == .null, "\(decision ?? .null)")
    #expect(sentence.contains("Run it again without reuse") && !sentence.contains("gives the next rows"), "\(sentence)")
    // The same holds for a comparison with another run.
    let other = try await server.judgedRun("new {{ text }}", dataset: 1)
    let compared = try await server.call("runs_compare", ["run_ids": [.int(run), .int(other)], "limit": 0])
    let reason = compared["statistics"]?.arrayValue?.first?["corrected"]?["reason"]?.stringValue ?? ""
    #expect(reason.contains("Run both again without reuse") && !reason.contains("gives the same rows"), "\(reason)")
  }

  @Test func `a judge that no metric asks is told from a run without metrics`() async throws {
    let server = TestServer()
    try await server.call("metrics_create", ["name": "short", "check": ["kind": "length", "max": 9]])
    let run = try await server.run(["judge_model": "echo", "metric_ids": [1]])
    let warnings = try await server.call("runs_get", ["id": .int(run)]).strings("warnings")
    let unused = warnings.filter { $0.contains("is set but unused") }
    #expect(unused.count == 1 && unused[0].contains("are checks") && !unused[0].contains("no metrics"), "\(warnings)")
  }

  @Test func `a model that judges its own answers is told of once`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    try await server.credential()
    let run = try await server.generatedRun(
      ["scoring": "LlmJudge", "model": "ollama/m"], csv: "text,expected_output\na,b")
    let warnings = try await server.call("runs_get", ["id": .int(run)]).strings("warnings")
    let own = warnings.filter { $0.contains("own answers") || $0.contains("wrote the responses") }
    #expect(own.count == 1, "\(warnings)")
  }
}
