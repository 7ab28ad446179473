import Foundation
import JSONCoding
import Providers
import Store
import TestSupport
import Testing

@testable import Toolbox

@Suite struct SessionToolTests {
  private let server = TestServer()

  private func say(_ words: String, in session: String) async throws {
    try await server.call(
      "chat_completions_create",
      ["model": "echo", "session_id": .string(session), "messages": [["role": "user", "content": .string(words)]]])
  }

  @Test func `sessions are listed with their totals, newest first`() async throws {
    #expect(try await server.call("sessions_list") == ["sessions": [], "total": 0])
    try await say("Hello there.", in: "first")
    try await say("Hello.", in: "second")
    try await say("Once more.", in: "first")
    let page = try await server.call("sessions_list", ["limit": 1])
    #expect((page["total"], page["next_cursor"]) == (2, "2"))
    #expect(try await server.walk("sessions_list", ["limit": 1]) == [2, 1])
    let first = try #require(
      try await server.call("sessions_list", ["cursor": "2"])["sessions"]?.arrayValue?.first?.objectValue)
    #expect(
      Array(first.keys) == [
        "id", "session_id", "created_at", "updated_at", "model", "messages_count", "exchanges_count", "failed",
        "usage", "total_cost", "uncounted_calls",
      ])
    #expect((first["session_id"], first["model"], first["total_cost"]) == ("first", "echo", 0.0))
    #expect((first["messages_count"], first["exchanges_count"]) == (4, 2))
    #expect(first["usage"] == ["prompt_tokens": 8, "completion_tokens": 4, "total_tokens": 12])
    #expect(try #require(first["updated_at"]?.stringValue) > (try #require(first["created_at"]?.stringValue)))
  }

  @Test func `a session continues with the settings of its last call`() async throws {
    let transport = ChatTransport { prompt in ChatTransport.answer(prompt) }
    let server = TestServer(transport: transport)
    try await server.credential()
    let prompt = JSONValue.int(
      try await server.id(
        "prompts_create",
        [
          "name": "p", "template": "Say {{ word }}.", "llm_model": "ollama/m", "system_prompt": "Be brief.",
          "temperature": 0.25, "max_tokens": 9,
        ]))
    func body(_ more: JSONObject) async throws -> JSONValue {
      var arguments: JSONObject = ["session_id": "talk"]
      for member in more.members { arguments[member.key] = member.value }
      try await server.call("chat_completions_create", arguments)
      return try JSONValue(parsing: try #require(transport.sent.last).body)
    }
    func words(_ body: JSONValue) -> [JSONValue?] { body["messages"]?.arrayValue?.map { $0["content"] } ?? [] }
    let hello: JSONValue = [["role": "user", "content": "Go on."]]
    let first = try await body(["prompt_id": prompt, "inputs": ["word": "a"], "max_tokens": .null])
    #expect((first["temperature"], first["max_tokens"]) == (0.25, 9))
    let second = try await body(["messages": hello, "temperature": 1, "max_tokens": ""])
    #expect((second["temperature"], second["max_tokens"]) == (1.0, nil))
    let third = try await body([
      "messages": hello, "tool_choice": "none", "tools": [["type": "function", "function": ["name": "f"]]],
    ])
    #expect((third["temperature"], third["max_tokens"]) == (1.0, nil))
    let fourth = try await body(["messages": hello])
    #expect(fourth["tools"] == third["tools"] && fourth["tools"] != nil && fourth["tool_choice"] == nil)
    #expect(words(third).first == "Be brief.")
    let again = try await body(["prompt_id": prompt, "inputs": ["word": "b"]])
    #expect(words(again).count { $0 == "Be brief." } == 1)
    #expect(words(again).last == "Say b.")
  }

  @Test func `a session says that it goes on with one choice alone`() async throws {
    let call: JSONObject = [
      "model": "echo", "n": 2, "messages": [["role": "user", "content": "Hello."]], "session_id": "talk",
    ]
    let answer = try await server.call("chat_completions_create", call)
    #expect(answer["choices"]?.arrayValue?.count == 2)
    #expect(answer.strings("warnings") == ["The session goes on with choice 0 alone: the other choices are not kept."])
  }

  @Test func `money in sessions has six significant digits`() {
    let exchanges = [0.1, 0.2, 0.00000412345].map { cost in
      SessionExchangeRecord {
        $0.model = "m"
        $0.cost = cost
      }
    }
    #expect(SessionRecord().object(exchanges)["total_cost"] == 0.300004)
    #expect(exchanges[2].object["cost"] == 4.12345e-06)
  }

  @Test func `a session shows what was said, the oldest first, a page at a time`() async throws {
    for number in 1...3 { try await say("\(number)", in: "talk") }
    let page = try await server.call("sessions_get", ["session_id": "talk", "limit": 2])
    #expect((page["id"], page["total"], page["next_cursor"]) == (1, 3, "2"))
    #expect(page["exchanges"]?.arrayValue?.map { $0["answer"] } == ["1", "2"])
    #expect(page["exchanges"]?.arrayValue?[0]["messages"] == [["role": "user", "content": "1"]])
    let rest = try await server.call("sessions_get", ["id": 1, "cursor": "2"])
    #expect(rest["exchanges"]?.arrayValue?.map { $0["id"] } == [3] && rest["next_cursor"] == nil)
  }

  @Test func `a long exchange is cut in a page and complete by itself`() async throws {
    let long = String(repeating: "word ", count: 1000)
    for _ in 0..<60 { try await say(long, in: "talk") }
    let page = try await server.call("sessions_get", ["id": 1])
    #expect(page["exchanges"]?.arrayValue?[0]["answer"]?.stringValue?.hasSuffix("more characters]") == true)
    #expect(try await server.call("sessions_get", ["id": 1, "exchange_id": 60])["answer"] == .string(long))
    let refusal = try await server.refusal("sessions_get", ["id": 1, "exchange_id": 61])
    #expect(refusal.hasPrefix("No exchange 61 in session 1."))
  }

  @Test func `a session is deleted with its exchanges, and its name starts a new one`() async throws {
    for session in ["secret", "other", "secret"] { try await say("Hello.", in: session) }
    let counted = try await server.call("sessions_delete", ["session_id": "secret", "dry_run": true])
    #expect((counted["deleted"], counted["removed"]) == (false, ["sessions": 1, "exchanges": 2]))
    #expect(try await server.call("sessions_list")["total"] == 2)
    let deleted = try await server.call("sessions_delete", ["id": 1])
    #expect((deleted["deleted"], deleted["removed"]) == (true, ["sessions": 1, "exchanges": 2]))
    #expect(try await server.services.store.read { $0.sessionExchanges.all.map(\.sessionID) } == [2])
    #expect(try await server.refusal("sessions_delete", ["id": 1]).hasPrefix(#"No session 1. Sessions: 2 "other"."#))
    try await say("Hello.", in: "secret")
    let again = try await server.call("sessions_get", ["session_id": "secret"])
    #expect((again["id"], again["messages_count"]) == (3, 2))
  }

  @Test func `deleted records are gone after the store is reloaded`() async throws {
    try await say("My word is xyzzy.", in: "secret")
    try await server.call("sessions_delete", ["session_id": "secret"])
    for _ in 0..<2 {
      let again = Store(
        path: server.folder.path + "/store.json", now: { .init(millisecondsSince1970: 0) }, notice: { _ in })
      #expect(try await again.read { $0.sessions.count + $0.sessionExchanges.count } == 0)
      // From the journal first, then from a file without one.
      await server.services.store.close()
    }
    #expect(try !String(contentsOfFile: server.folder.path + "/store.json", encoding: .utf8).contains("xyzzy"))
  }

  @Test func `the session must be identified`() async throws {
    #expect(
      try await server.refusal("sessions_get", ["id": 1])
        == "No session 1. There are none yet. chat_completions_create with session_id makes one.")
    try await say("Hello.", in: "talk")
    #expect(try await server.refusal("sessions_get").hasPrefix("id is missing"))
    #expect(try await server.call("sessions_get", ["id": 1, "session_id": "talk"])["id"] == 1)
    #expect(
      try await server.refusal("sessions_get", ["id": 1, "session_id": "other"])
        == #"Session 1 is not named "other". Give only one of id and session_id."#)
    #expect(
      try await server.refusal("sessions_get", ["session_id": "tlak"])
        == #"No session is named "tlak". Sessions: 1 "talk". Give the id."#)
  }
}
