import JSONCoding
import Providers
import Testing

@testable import Toolbox

@Suite struct AnswerToolTests {
  /// OpenRouter with one model, which bills its reported cost.
  private static func router() -> ChatTransport {
    ChatTransport(models: [["id": "v/m", "pricing": ["prompt": "0.000001", "completion": "0.000002"]]]) { _ in
      ChatTransport.answer("ok", usage: ["prompt_tokens": 10, "completion_tokens": 2, "cost": 0.1])
    }
  }

  private static func answering(_ message: JSONValue, tier: JSONValue = .null) -> ChatTransport {
    ChatTransport { _ in
      let body: JSONObject = [
        "model": "m", "choices": [["index": 0, "finish_reason": "stop", "message": message]], "service_tier": tier,
        "usage": ["prompt_tokens": 10, "completion_tokens": 2, "prompt_tokens_details": ["cache_write_tokens": 4]],
      ]
      return HTTPResponse(status: 200, body: body.encoded)
    }
  }

  @Test func `a chat completion shows reasoning, cached tokens and the tier`() async throws {
    let server = TestServer(transport: Self.answering(["content": "<think>hm</think>Paris"], tier: "flex"))
    try await server.credential()
    let answer = try await server.call(
      "chat_completions_create", ["model": "ollama/m", "messages": [["role": "user", "content": "Hi"]]])
    let message = answer["choices"]?.arrayValue?.first?["message"]
    #expect(message?["content"] == "Paris" && message?["reasoning_content"] == "hm")
    #expect(answer["usage"]?["prompt_tokens_details"] == ["cache_write_tokens": 4])
    #expect(answer["service_tier"] == "flex")
  }

  @Test func `reasoning is not part of a scored answer`() async throws {
    let server = TestServer(transport: Self.answering(["content": "<think>London?</think>\n\nParis"]))
    try await server.credential()
    let run = try await server.generatedRun(
      ["model": "ollama/m", "scoring": "ExactMatch"], csv: "text,expected_output\nq,Paris\n")
    #expect(try await server.call("runs_get", ["id": .int(run)])["avg_score"] == 1.0)
  }

  @Test func `max_cost is enforced with the prices of OpenRouter's list`() async throws {
    let server = TestServer(environment: ["OPENROUTER_API_KEY": "sk-or-1"], transport: Self.router())
    let run = try await server.generatedRun(
      ["model": "openrouter/v/m", "scoring": "ExactMatch", "max_cost": 0.25],
      csv: "text,expected_output\n" + (0..<6).map { "\($0),ok\n" }.joined())
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(object["responses_count"] == 2 && object["total_cost"] == 0.2)
    #expect(object["error_message"]?.stringValue?.contains("max_cost") == true)
    #expect((object["estimated_cost"]?.doubleValue ?? 0) > 0)
  }

  @Test func `a run of a model with an announced end says so at creation and at the end`() async throws {
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: Self.answering(["content": "ok"]))
    let run = try await server.run(["model": "gpt-4.1"])
    func warns(_ object: JSONObject) -> Bool {
      object["warnings"]?.arrayValue?.contains {
        $0.stringValue?.contains("OpenAI's shutdown date for gpt-4.1 is 2027-01-14; it names gpt-6-luna") ?? false
      } ?? false
    }
    let prompt = try await server.call("runs_get", ["id": .int(run)])["prompt_id"]
    let dataset = try await server.call("runs_get", ["id": .int(run)])["dataset_id"]
    let made = try await server.call(
      "runs_create", ["prompt_id": prompt ?? .null, "dataset_id": dataset ?? .null, "model": "gpt-4.1"])
    #expect(warns(made))
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(warns(try await server.call("runs_get", ["id": .int(run)])))
    let other = try await server.call(
      "runs_create", ["prompt_id": prompt ?? .null, "dataset_id": dataset ?? .null, "model": "gpt-6-luna"])
    #expect(other["warnings"] == [])
  }
}
