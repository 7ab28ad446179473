import JSONCoding
import Testing

@testable import Toolbox

@Suite struct JudgeFigureToolTests {
  /// Two runs with the same twelve answers, whose judge scores those of the second differently.
  private func comparison(
    scores: @escaping @Sendable (_ call: Int) -> Int, template: String? = nil
  ) async throws -> JSONObject {
    let calls = Counter()
    let server = TestServer(
      transport: ChatTransport { prompt in
        prompt.contains("Judge the response")
          ? ChatTransport.answer(#"{"reasons":"As it is.","score":\#(scores(calls.add()))}"#)
          : ChatTransport.answer(prompt)
      })
    try await server.credential()
    try await server.metric()
    let csv = "text\n" + (0..<12).map { "row \($0)\n" }.joined()
    let first = try await server.generatedRun(["metric_ids": [1], "judge_model": "ollama/one"], csv: csv)
    var settings: JSONObject = ["like_run": .int(first), "name": "again", "metric_ids": [1]]
    if let template {
      let prompt = try await server.id(
        "prompts_create", ["name": "other", "template": .string(template), "llm_model": "echo"])
      settings["prompt_id"] = .int(prompt)
    }
    let second = try await server.id("runs_create", settings)
    try await server.call("runs_generate", ["id": .int(second), "wait_seconds": 600])
    return try await server.call("runs_compare", ["run_ids": [.int(first), .int(second)], "limit": 0])
  }

  @Test func `a judge that changed behind its name is found by equal answers`() async throws {
    let result = try await comparison { $0 <= 12 ? 3 : $0 % 2 == 0 ? 4 : 5 }
    let statistics = try #require(result["statistics"]?.arrayValue?.first)
    #expect(statistics["judge"]?["equal_answers"] == 12 && statistics["judge"]?["shift"] == 1.5)
    let warning = statistics["warnings"]?.arrayValue?.first?.stringValue ?? ""
    #expect(warning.contains("the judge changed behind its name") && warning.contains("on 12 rows"))
    #expect(!warning.contains("scores the prompts"))
    #expect(result["never_differed"]?["rows"] == 0)
  }

  @Test func `a judge that scatters but does not move is no reason for a warning`() async throws {
    let result = try await comparison { $0 % 3 == 0 ? 3 : 4 }
    let statistics = try #require(result["statistics"]?.arrayValue?.first)
    #expect(statistics["judge"]?["shift"] == 0.0)
    // That the judge was not tested is all there is to say.
    let warnings = statistics.objectValue?.strings("warnings") ?? []
    #expect(warnings.count == 1 && warnings[0].contains("was not tested"), "\(warnings)")
    #expect(result["never_differed"]?["rows"] == 12 && result["never_differed"]?["of"] == 12)
    #expect(result["never_differed"]?["sentence"]?.stringValue?.contains("12 of 12 rows decide nothing") == true)
  }

  @Test func `the rows on which every compared run has the lowest score are named`() async throws {
    let server = TestServer()
    let csv = "text,expected_output\n" + (0..<130).map { "\($0),\($0 % 13 == 5 ? "\($0)" : "no")\n" }.joined()
    let dataset = try await server.dataset(csv)
    for (name, template) in [("one", "{{ text }}"), ("two", "{{text}}"), ("bad", "no answer")] {
      let prompt = try await server.prompt(name, template: template)
      let run = try await server.id(
        "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "scoring": "ExactMatch"])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    func lowest(_ runs: [JSONValue]) async throws -> JSONValue? {
      try await server.call("runs_compare", ["run_ids": .array(runs), "limit": 0])["never_differed"]?["all_lowest"]
    }
    let wrong = (0..<130).filter { $0 % 13 != 5 }
    let all = try await lowest([1, 2])
    #expect(all?["rows"] == 120)
    #expect(all?["row_indices"]?.arrayValue?.compactMap(\.intValue) == Array(wrong.prefix(100)))
    #expect(try await lowest([1, 3])?["rows"] == 120)
  }

  @Test func `runs with other answers tell nothing about the judge`() async throws {
    let result = try await comparison(scores: { _ in 3 }, template: "Other {{ text }}")
    #expect(result["statistics"]?.arrayValue?.first?["judge"] == nil)
  }

  @Test func `reviews whose samples differ by two or more are counted in a warning`() async throws {
    let calls = Counter()
    let server = TestServer(
      transport: ChatTransport { prompt in
        prompt.contains("Judge the response")
          ? ChatTransport.answer(#"{"reasons":"As it is.","score":\#([3, 3, 3, 1, 3, 3, 3, 4, 3][calls.add() - 1])}"#)
          : ChatTransport.answer(prompt)
      })
    try await server.credential()
    try await server.metric()
    let run = try await server.generatedRun(
      ["metric_ids": [1], "judge_model": "ollama/one", "judge_samples": 3], csv: "text\na\nb\nc\n")
    let warnings = try await server.call("runs_get", ["id": .int(run)]).strings("warnings")
    #expect(warnings.contains { $0.contains("samples of 1 of 3 reviews (33 %) differ by 2 points or more") })
  }
}
