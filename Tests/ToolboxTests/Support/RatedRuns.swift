import JSONCoding

@testable import Toolbox

/// Runs whose judge and people give the scores that the rows say.
extension TestServer {
  /// A server with a metric, whose judge gives the score that a response names.
  static func judging(_ offsets: [String: Int] = [:]) -> TestServer {
    TestServer(
      transport: ChatTransport { prompt in
        guard prompt.contains("Judge the response") else { return ChatTransport.answer(prompt) }
        let named = prompt.split(separator: "gives-").dropFirst().first?.first.flatMap { $0.wholeNumberValue } ?? 1
        let offset = offsets.first { prompt.contains($0.key) }?.value ?? 0
        return ChatTransport.answer(#"{"reasons":"As it is.","score":\#(min(max(named + offset, 1), 5))}"#)
      })
  }

  /// A completed run of the prompt on a dataset, judged by metric 1.
  func judgedRun(_ template: String, dataset: Int, metrics: [Int] = [1]) async throws -> Int {
    let prompt = try await id(
      "prompts_create", ["name": .string(template), "template": .string(template), "llm_model": "ollama/m"])
    let run = try await id(
      "runs_create",
      [
        "prompt_id": .int(prompt), "dataset_id": .int(dataset), "metric_ids": .array(metrics.map(JSONValue.int)),
        "judge_model": "ollama/judge",
      ])
    try await call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    return run
  }

  /// Rates rows in random order with the judge's scores hidden, as a person would, and returns their ids.
  @discardableResult
  func rate(
    _ run: Int, _ count: Int, metric: Int? = nil, _ score: (_ row: JSONObject) -> Int
  ) async throws -> [Int] {
    let page = try await call(
      "responses_list",
      [
        "run_id": .int(run), "order": "random", "without_verdict": true, "hide_scores": true, "limit": .int(count),
      ])
    let rows = page["responses"]?.arrayValue?.compactMap(\.objectValue) ?? []
    for row in rows {
      var arguments: JSONObject = ["response_id": row["id"] ?? .null, "score": .int(score(row))]
      arguments["metric_id"] = metric.map(JSONValue.int)
      try await call("verdicts_create", arguments)
    }
    return rows.compactMap { $0["id"]?.intValue }
  }
}

extension JSONObject {
  /// The score that a row's response names.
  var namedScore: Int {
    self["response_text"]?.stringValue?.split(separator: "gives-").dropFirst().first?.first?.wholeNumberValue ?? 1
  }
}
