import Evaluation
import JSONCoding
import Providers
import Testing

@testable import Toolbox

/// What calls without an answer have cost is part of what their session has cost.
@Suite struct SessionCostTests {
  private static let lost = HTTPResponse(status: 200, body: Array(#"{"choices":[{"mess"#.utf8))

  /// 10 tokens of input and 2 of output of an answer cost $0.000014.
  private func server(_ credential: JSONObject = ["input_price": 1, "output_price": 2]) async throws -> TestServer {
    let server = TestServer(
      transport: ChatTransport { prompt in
        switch prompt {
        case "empty": ChatTransport.answer("", usage: ["prompt_tokens": 100, "completion_tokens": 500])
        case "lost": Self.lost
        case "uncounted": ChatTransport.answer("Well.", usage: nil)
        case "refused": ChatTransport.refusal("No such key", status: 401)
        default: ChatTransport.answer("Well.")
        }
      })
    var arguments: JSONObject = [
      "provider": "openai", "name": "own", "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1",
    ]
    for member in credential.members { arguments[member.key] = member.value }
    _ = try await server.id("provider_credentials_create", arguments)
    return server
  }

  private func call(_ words: String, model: String? = "own/gpt-4.1-mini") -> JSONObject {
    var call: JSONObject = ["session_id": "talk", "messages": [["role": "user", "content": .string(words)]]]
    call["model"] = model.map(JSONValue.string)
    return call
  }

  @Test func `a call without an answer says what it has cost, and its session has that cost`() async throws {
    let server = try await server()
    try await server.call("chat_completions_create", call("well"))
    let refusal = try await server.refusal("chat_completions_create", call("empty"))
    #expect(refusal.contains("without any text. The same request would probably fail again:"), "\(refusal)")
    #expect(refusal.contains("The call has cost $0.0011 all the same."), "\(refusal)")
    let session = try await server.call("sessions_get", ["session_id": "talk"])
    #expect((session["exchanges_count"], session["failed"], session["messages_count"]) == (2, 1, 2))
    #expect(session["total_cost"]?.doubleValue == 0.001114 && session["uncounted_calls"] == 0)
    #expect(session["usage"]?["total_tokens"] == 612 && session["warnings"] == nil)
    let failed = session["exchanges"]?.arrayValue?.last
    #expect(failed?["answer"]?.stringValue == nil)
    #expect(failed?["error"]?.stringValue?.contains("without any text") == true)
    #expect(failed?["cost"] == 0.0011)
  }

  @Test func `a lost call makes the cost of its session unknown, with the known part`() async throws {
    let server = try await server()
    try await server.call("chat_completions_create", call("well"))
    let refusal = try await server.refusal("chat_completions_create", call("lost"))
    #expect(refusal.contains("The cost of 1 call is unknown, because no complete answer has arrived."), "\(refusal)")
    for session in [
      try await server.call("sessions_get", ["session_id": "talk"]),
      try await server.call("sessions_list")["sessions"]?.arrayValue?.first?.objectValue ?? [:],
    ] {
      #expect(session["total_cost"]?.doubleValue == nil && session["uncounted_calls"] == 1)
      #expect(session["known_cost"] == 0.000014)
      let warning = session.strings("warnings").first ?? ""
      #expect(warning.contains("1 call is unknown") && warning.contains("the session has cost at least that"))
    }
    let dry = try await server.call("sessions_delete", ["session_id": "talk", "dry_run": true])
    #expect((dry["cost"], dry["known_cost"], dry["uncounted_calls"]) == (.null, 0.000014, 1))
    #expect(dry["removed"] == ["sessions": 1, "exchanges": 2])
  }

  @Test func `a session goes on as if its failed calls had not been made`() async throws {
    let server = try await server()
    let first = try await server.refusal("chat_completions_create", call("empty"))
    #expect(first.contains("without any text"))
    #expect(try await server.refusal("chat_completions_create", call("well", model: nil)).hasPrefix("model is missing"))
    try await server.call("chat_completions_create", call("well"))
    _ = try await server.refusal("chat_completions_create", call("lost"))
    let answer = try await server.call("chat_completions_create", call("more", model: nil))
    #expect(answer["session_messages"] == 4)
  }

  @Test func `a call that costs nothing leaves nothing in its session`() async throws {
    let server = try await server()
    let refusal = try await server.refusal("chat_completions_create", call("refused"))
    #expect(!refusal.contains("cost"), "\(refusal)")
    #expect(try await server.call("sessions_list")["total"] == 0)
  }

  @Test func `an answer without usage has no estimate, and says why its cost is not known`() async throws {
    let server = try await server([:])
    let answer = try await server.call("chat_completions_create", call("uncounted"))
    #expect(answer["cost"] == .null)
    let warnings = answer.strings("warnings")
    #expect(!warnings.contains { $0.contains("estimated") }, "\(warnings)")
    #expect(
      warnings.contains {
        $0.hasPrefix("The cost of 1 answer is not known, because the server reports no token usage.")
      }, "\(warnings)")
    let counted = try await server.call("chat_completions_create", call("well"))
    #expect(counted.strings("warnings").contains { $0.contains("OpenAI's list price") })
  }
}
