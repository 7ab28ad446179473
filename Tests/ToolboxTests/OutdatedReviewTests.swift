import JSONCoding
import Testing

@testable import Toolbox

/// Messages about reviews that no longer count, and about scores with a new origin.
@Suite struct OutdatedReviewTests {
  private let remedy = "runs_generate with id 1, then with id 2 makes them"

  /// Two runs of three rows, judged by one metric.
  private func judgedRuns(_ server: TestServer) async throws -> Int {
    let metric = try await server.metric()
    let (prompt, dataset) = (try await server.prompt(), try await server.dataset())
    for _ in 0..<2 {
      let run = try await server.id(
        "runs_create",
        [
          "prompt_id": .int(prompt), "dataset_id": .int(dataset), "model": "gpt-6-luna", "judge_model": "gpt-6-luna",
          "metric_ids": [.int(metric)], "concurrency": 1,
        ])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    return metric
  }

  @Test func `a reworded metric names the runs, their loss, the remedy and its cost`() async throws {
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: ChatTransport.judge(score: 4))
    let metric = try await judgedRuns(server)
    let tagged = try await server.call("metrics_update", ["id": .int(metric), "tag_names": ["a"]])
    #expect(tagged["note"] == nil && tagged["outdated_run_ids"] == nil)
    let changed = try await server.call("metrics_update", ["id": .int(metric), "instruction": "Is it short?"])
    #expect(changed.ints("outdated_run_ids") == [1, 2])
    let note = try #require(changed["note"]?.stringValue)
    #expect(note.hasPrefix("The new wording outdates 6 reviews of runs 1 \""))
    #expect(note.contains("The rows have no score until they are reviewed again."))
    #expect(note.hasSuffix("\(remedy) for about $0.000012 and keeps the answers."))

    // Every other message names the same remedy, and a comparison for both runs at once.
    let comparison = try await server.call("runs_compare", ["run_ids": [1, 2]])
    let sentence = comparison["statistics"]?.arrayValue?.first?["verdict"]?.stringValue ?? ""
    #expect(sentence.contains("Run 2 ") && sentence.contains(" and run 1 "))
    #expect(sentence.contains("runs_generate with id 2, then with id 1 makes them and keeps the answers."))
    let run = try await server.call("runs_get", ["id": 1])
    #expect(run["avg_score"] == .null)
    #expect(run.strings("warnings").first?.contains("runs_generate makes them and keeps the answers.") == true)

    // The remedy works.
    for id in [1, 2] {
      let judged = try await server.call("runs_generate", ["id": .int(id), "wait_seconds": 600])
      #expect(judged["avg_score"] == 4.0)
    }
  }

  @Test func `judging a run that compared texts notes that its scores are now the judge's`() async throws {
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: ChatTransport.judge(score: 4))
    let run = try await server.generatedRun(["model": "gpt-6-luna"])
    let metric = try await server.metric()
    let judge: JSONObject = [
      "id": .int(run), "judge_model": "gpt-6-luna", "metric_ids": [.int(metric)], "wait_seconds": 600,
    ]
    let judged = try await server.call("runs_judge", judge)
    #expect(judged["scoring"] == "LlmJudge")
    let note = "Until now ExactMatch gave this run's scores"
    #expect(judged.strings("warnings").contains { $0.hasPrefix(note) })
    // A task's result is read later.
    #expect(try await server.call("runs_get", ["id": .int(run)]).strings("warnings").contains { $0.hasPrefix(note) })
    let back = try await server.call("runs_update", ["id": .int(run), "scoring": "ExactMatch"])
    #expect(back["scoring"] == "ExactMatch" && back["avg_score"]?.doubleValue ?? 9 < 1)
  }

  @Test func `reviews in a list name their judge`() async throws {
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: ChatTransport.judge(score: 4))
    _ = try await judgedRuns(server)
    let page = try await server.call("responses_list", ["run_id": 1])
    let review = page["responses"]?.arrayValue?.first?["reviews"]?.arrayValue?.first
    #expect(review?["judge_model"] == "gpt-6-luna")
  }
}
