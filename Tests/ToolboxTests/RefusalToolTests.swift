import JSONCoding
import Providers
import Testing

@testable import Toolbox

/// Refusals by a model read like wrong answers in the scores, so that results count them.
@Suite struct RefusalToolTests {
  private func server() -> TestServer {
    TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"],
      transport: ChatTransport { prompt in
        guard prompt.hasPrefix("bare"), prompt.contains("row 1") else { return ChatTransport.answer("yes") }
        let message: JSONValue = ["role": "assistant", "content": nil, "refusal": "I cannot help with that."]
        let body: JSONObject = [
          "id": "c", "object": "chat.completion", "created": 1, "model": "m",
          "choices": [["index": 0, "finish_reason": "stop", "message": message]],
          "usage": ["prompt_tokens": 10, "completion_tokens": 2],
        ]
        return HTTPResponse(status: 200, body: body.encoded)
      })
  }

  @Test func `a run and a comparison tell of refusals where there are any`() async throws {
    let server = server()
    let dataset = try await server.dataset(
      "text,expected_output\n" + (0..<12).map { "row \($0),yes\n" }.joined())
    for template in ["polite {{ text }}", "bare {{ text }}", "polite: {{ text }}"] {
      let prompt = try await server.prompt(template, template: template)
      let run = try await server.id(
        "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "model": "gpt-6-luna"])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    let bare = try await server.call("runs_get", ["id": 2])
    #expect(bare["refusals"] == 3 && bare["failed"] == 0 && bare["scored"] == 12 && bare["avg_score"] == 0.75)
    #expect(bare.strings("warnings").contains { $0.contains("3 of 12 responses are refusals") })
    let polite = try await server.call("runs_get", ["id": 1])
    #expect(polite["refusals"] == nil && !polite.strings("warnings").contains { $0.contains("refus") })
    func warnings(_ runs: JSONValue) async throws -> [String] {
      let result = try await server.call("runs_compare", ["run_ids": runs, "limit": 0])
      return try #require(result["statistics"]?.arrayValue?.first?.objectValue).strings("warnings")
    }
    let told = try await warnings([1, 2]).filter { $0.contains("refused") }
    #expect(
      told.count == 1 && told[0].contains("run 2's model refused 3 of 12") && told[0].contains("run 1's 0 of 12"),
      "\(told)")
    #expect(try await warnings([1, 3]).filter { $0.contains("refus") } == [])
  }
}
