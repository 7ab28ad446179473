import JSONCoding
import JSONRPC
import Synchronization
import Testing

@testable import MCP

@Suite struct ElicitationTests {
  private static let forms: JSONObject = ["elicitation": [:]]

  /// A tool that acts only if the user says yes.
  private static func careful(_ question: String = "Really?") -> Tool {
    .echo("careful", ordering: .orderedUnlessAsking) { _, context in
      guard context.canConfirm else { return ["done": "unasked"] }
      return ["done": .bool(try await context.confirm(question))]
    }
  }

  // MARK: With a handshake

  @Test(
    arguments: [
      (["action": "accept", "content": ["confirm": true]], true),
      (["action": "accept", "content": ["confirm": false]], false), (["action": "accept"], false),
      (["action": "decline"], false), (["action": "cancel"], false), ([:], false),
    ] as [(JSONObject, Bool)])
  func `the user's answer decides`(answer: JSONObject, isYes: Bool) async throws {
    let client = try await TestClient(.november2025, [Self.careful()], capabilities: Self.forms)
    client.answer { method, params in
      #expect(method == "elicitation/create" && params["mode"] == "form" && params["message"] == "Really?")
      #expect(params["requestedSchema"]?["properties"]?["confirm"]?["type"] == "boolean")
      return .result(answer)
    }
    #expect(try await client.call("careful", nil)["structuredContent"] == ["done": .bool(isYes)])
  }

  @Test func `nothing is done if a client cannot ask or does not answer`() async throws {
    let client = try await TestClient(.june2025, [Self.careful()], capabilities: Self.forms)
    client.answer { _, params in
      #expect(params["mode"] == nil)
      return .error(RPCError(code: -32601, message: "no such method"))
    }
    let refusal = try await client.call("careful", nil)
    #expect(refusal["isError"] == true && refusal.toolText.contains("no such method"))
    client.answer { _, _ in nil }
    #expect(try await client.call("careful", nil).toolText.contains("did not answer"))
  }

  @Test(arguments: [[:], ["elicitation": ["url": [:]]], ["sampling": [:]]] as [JSONObject])
  func `a client without forms is not asked`(capabilities: JSONObject) async throws {
    for version in [ProtocolVersion.november2025, .july2026] {
      let client = try await TestClient(version, [Self.careful()], capabilities: capabilities)
      client.answer { _, _ in
        Issue.record("asked")
        return nil
      }
      #expect(try await client.call("careful", nil)["structuredContent"] == ["done": "unasked"])
    }
    let early = try await TestClient(.march2025, [Self.careful()], capabilities: Self.forms)
    #expect(try await early.call("careful", nil).toolText.contains("unasked"))
  }

  @Test func `a call that may wait for the user delays no other`() async throws {
    let call = Request(id: .integer(1), method: "tools/call", params: ["name": "careful"])
    let asking = try await TestClient(.november2025, [Self.careful()], capabilities: Self.forms)
    #expect(asking.server.ordering(of: call) == .concurrent)
    #expect(try await TestClient(.november2025, [Self.careful()]).server.ordering(of: call) == .ordered)
  }

  // MARK: Without a handshake

  private func call(_ client: TestClient, _ more: JSONObject = [:]) async throws(RPCError) -> JSONObject {
    var params: JSONObject = ["name": "careful"]
    for member in more.members { params[member.key] = member.value }
    return try await client.request("tools/call", params)
  }

  private static let yes: JSONValue = ["confirm": ["action": "accept", "content": ["confirm": true]]]

  @Test func `a call is repeated with the answer`() async throws {
    let client = try await TestClient(.july2026, [Self.careful()], capabilities: Self.forms)
    let question = try await call(client)
    #expect(question["resultType"] == "input_required" && question["content"] == nil && question["ttlMs"] == nil)
    let asked = try #require(question["inputRequests"]?["confirm"])
    #expect(asked["method"] == "elicitation/create" && asked["params"]?["message"] == "Really?")
    let state = try #require(question["requestState"])
    let done = try await call(client, ["inputResponses": Self.yes, "requestState": state])
    #expect(done["resultType"] == "complete" && done["structuredContent"] == ["done": true])
    let other = try #require(try await call(client)["requestState"])
    let declined = try await call(
      client, ["inputResponses": ["confirm": ["action": "decline"]], "requestState": other])
    #expect(declined["structuredContent"] == ["done": false])
  }

  @Test func `an answer without its question, or to another one, is requested again`() async throws {
    let client = try await TestClient(.july2026, [Self.careful()], capabilities: Self.forms)
    #expect(try await call(client, ["inputResponses": Self.yes])["resultType"] == "input_required")
    let state = try #require(try await call(client)["requestState"])
    #expect(try await call(client, ["requestState": state])["resultType"] == "input_required")
    #expect(
      try await call(client, ["requestState": state, "inputResponses": ["other": [:]]])["resultType"]
        == "input_required")
  }

  @Test(
    arguments: [
      ["action": "accept"], ["action": "accept", "content": ["confirm": "true"]], ["action": "perhaps"], [:], nil,
      12345, [true], "accept",
    ] as [JSONValue])
  func `an answer that does not fit the form is requested again`(answer: JSONValue) async throws {
    let client = try await TestClient(.july2026, [Self.careful()], capabilities: Self.forms)
    let state = try #require(try await call(client)["requestState"])
    let again = try await call(client, ["requestState": state, "inputResponses": ["confirm": answer]])
    #expect(again["resultType"] == "input_required")
  }

  @Test(arguments: [nil, 12345, ["confirm"], "confirm"] as [JSONValue])
  func `answers that are not an object are requested again`(answers: JSONValue) async throws {
    let client = try await TestClient(.july2026, [Self.careful()], capabilities: Self.forms)
    let state = try #require(try await call(client)["requestState"])
    let again = try await call(client, ["requestState": state, "inputResponses": answers])
    #expect(again["resultType"] == "input_required")
  }

  @Test(arguments: [
    "", "1.2.3", "0123456789abcdef0123456789",
  ])
  func `a state from elsewhere is refused`(state: String) async throws {
    let client = try await TestClient(.july2026, [Self.careful()], capabilities: Self.forms)
    let error = await #expect(throws: RPCError.self) {
      try await call(client, ["inputResponses": Self.yes, "requestState": .string(state)])
    }
    #expect(error?.code == -32602)
  }

  @Test func `a state expires and belongs to its question`() throws {
    let clock = Mutex(0)
    let questions = PendingQuestions { clock.withLock { $0 } }
    let states = [questions.ask(about: "a"), questions.ask(about: "a")]
    #expect(try !questions.accepts(states[0], about: "b"))
    clock.withLock { $0 = 599 }
    #expect(try questions.accepts(states[0], about: "a"))
    clock.withLock { $0 = 600 }
    #expect(try !questions.accepts(states[1], about: "a"))
    #expect(throws: RPCError.self) { try PendingQuestions().accepts(states[1], about: "a") }
  }

  /// Before, the same call sent twice within ten minutes discarded what the first one had paid for.
  @Test func `a state is accepted once`() throws {
    let questions = PendingQuestions()
    let state = questions.ask(about: "a")
    #expect(try questions.accepts(state, about: "a"))
    #expect(throws: RPCError.self) { try questions.accepts(state, about: "a") }
  }

  @Test func `a new question replaces the oldest of a thousand`() throws {
    let questions = PendingQuestions()
    let states = (0...1_000).map { questions.ask(about: "\($0)") }
    #expect(Set(states).count == 1_001)
    #expect(throws: RPCError.self) { try questions.accepts(states[0], about: "0") }
    #expect(try questions.accepts(states[1], about: "1"))
    #expect(try questions.accepts(states[1_000], about: "1000"))
  }
}
