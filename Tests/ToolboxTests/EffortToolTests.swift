import JSONCoding
import Providers
import Testing

@testable import Toolbox

/// Reasoning efforts of models and judges in tools.
@Suite struct EffortToolTests {
  private let transport = ChatTransport.judge(score: 4)
  private let server: TestServer

  init() { server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: transport) }

  private static let refusal = "gpt-4.1-mini at OpenAI takes no reasoning_effort."

  @Test func `an unsupported effort is reported when the run is created and refused before a call`()
    async throws
  {
    let (prompt, dataset) = (try await server.prompt(), try await server.dataset())
    let made = try await server.call(
      "runs_create",
      [
        "prompt_id": .int(prompt), "dataset_id": .int(dataset), "model": "gpt-4.1-mini", "reasoning_effort": "low",
      ])
    #expect(made.strings("warnings").contains { $0.contains(Self.refusal) })
    let sentence = try await server.refusal("runs_generate", ["id": made["id"] ?? .null])
    #expect(sentence.contains("cannot start") && sentence.contains(Self.refusal))
    #expect(transport.sent.isEmpty)
    let changed = try await server.call("runs_update", ["id": made["id"] ?? .null, "reasoning_effort": ""])
    #expect(!changed.strings("warnings").contains { $0.contains(Self.refusal) })
  }

  @Test func `an effort that the judge does not support is refused before a call`() async throws {
    let metric = try await server.metric()
    let settings: JSONObject = [
      "metric_ids": [.int(metric)], "judge_model": "gpt-4.1-mini", "judge_effort": "high", "judge_max_tokens": 500,
    ]
    let run = try await server.run(settings)
    let sentence = try await server.refusal("runs_generate", ["id": .int(run)])
    #expect(sentence.contains("The judge cannot be called this way") && sentence.contains(Self.refusal))
    #expect(transport.sent.isEmpty)
  }

  @Test func `runs judged with different efforts are not compared`() async throws {
    let metric = try await server.metric()
    let prompt = try await server.prompt()
    let dataset = try await server.dataset()
    for effort in ["low", "high"] as [JSONValue] {
      let run = try await server.id(
        "runs_create",
        [
          "prompt_id": .int(prompt), "dataset_id": .int(dataset), "metric_ids": [.int(metric)], "judge_model": "o3",
          "judge_effort": effort,
        ])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    let runs = try await server.ids("runs_list")
    let comparison = try await server.call("runs_compare", ["run_ids": .array(runs.map(JSONValue.int))])
    #expect(JSONValue.object(comparison).text.contains("the judge_effort of their judges differs"))
    let judged = try await server.call(
      "runs_judge", ["id": .int(runs[0]), "judge_effort": "low", "wait_seconds": 600])
    #expect(judged["judge_effort"] == "low" && judged["status"] == "completed")
    let again = try await server.call("runs_compare", ["run_ids": .array(runs.map(JSONValue.int))])
    #expect(!JSONValue.object(again).text.contains("judge_effort of their judges"))
    let set: JSONObject = ["id": .int(runs[0]), "judge_effort": "low", "judge_max_tokens": 900, "wait_seconds": 600]
    #expect(try await server.call("runs_judge", set)["judge_max_tokens"] == 900)
    let cleared = try await server.call(
      "runs_judge", ["id": .int(runs[0]), "judge_effort": "", "judge_max_tokens": "", "wait_seconds": 600])
    #expect((cleared["judge_effort"], cleared["judge_max_tokens"]) == (.some(.null), .some(.null)))
  }
}
