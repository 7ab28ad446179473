import JSONCoding
import JSONRPC
import Synchronization
import Testing

@testable import MCP

@Suite struct ElicitationTests {
  private static let forms: JSONObject = ["elicitation": [:]]

  /// A tool that does what it is for only if the user says yes.
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

  @Test func `a client that cannot ask after all, or does not answer, has nothing done`() async throws {
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

  @Test func `a call that may wait for the user holds up no other`() async throws {
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

  @Test func `a call is made again with the answer`() async throws {
    let client = try await TestClient(.july2026, [Self.careful()], capabilities: Self.forms)
    let question = try await call(client)
    #expect(question["resultType"] == "input_required" && question["content"] == nil && question["ttlMs"] == nil)
    let asked = try #require(question["inputRequests"]?["confirm"])
    #expect(asked["method"] == "elicitation/create" && asked["params"]?["message"] == "Really?")
    let state = try #require(question["requestState"])
    let done = try await call(client, ["inputResponses": Self.yes, "requestState": state])
    #expect(done["resultType"] == "complete" && done["structuredContent"] == ["done": true])
    let declined = try await call(
      client, ["inputResponses": ["confirm": ["action": "decline"]], "requestState": state])
    #expect(declined["structuredContent"] == ["done": false])
  }

  @Test func `an answer without its question, or to another, is asked for again`() async throws {
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
  func `an answer that does not fit the form is asked for again`(answer: JSONValue) async throws {
    let client = try await TestClient(.july2026, [Self.careful()], capabilities: Self.forms)
    let state = try #require(try await call(client)["requestState"])
    let again = try await call(client, ["requestState": state, "inputResponses": ["confirm": answer]])
    #expect(again["resultType"] == "input_required")
  }

  @Test(arguments: [nil, 12345, ["confirm"], "confirm"] as [JSONValue])
  func `answers that are no object are asked for again`(answers: JSONValue) async throws {
    let client = try await TestClient(.july2026, [Self.careful()], capabilities: Self.forms)
    let state = try #require(try await call(client)["requestState"])
    let again = try await call(client, ["requestState": state, "inputResponses": answers])
    #expect(again["resultType"] == "input_required")
  }

  @Test(arguments: [
    "", "1.2.3", "9999999999.\(String(repeating: "0", count: 64)).\(String(repeating: "0", count: 64))",
  ])
  func `a state that was made elsewhere is refused`(state: String) async throws {
    let client = try await TestClient(.july2026, [Self.careful()], capabilities: Self.forms)
    let error = await #expect(throws: RPCError.self) {
      try await call(client, ["inputResponses": Self.yes, "requestState": .string(state)])
    }
    #expect(error?.code == -32602)
  }

  @Test func `a state expires, belongs to its question, and to the key`() throws {
    let clock = Mutex(0)
    let seal = RequestSeal(key: [1]) { clock.withLock { $0 } }
    let state = seal.state(of: "a")
    #expect(try seal.accepts(state, for: "a"))
    #expect(try !seal.accepts(state, for: "b"))
    clock.withLock { $0 = 599 }
    #expect(try seal.accepts(state, for: "a"))
    clock.withLock { $0 = 600 }
    #expect(try !seal.accepts(state, for: "a"))
    #expect(throws: RPCError.self) { try RequestSeal(key: [2]) { 0 }.accepts(state, for: "a") }
    let later = "9" + state
    #expect(throws: RPCError.self) { try seal.accepts(later, for: "a") }
  }
}

@Suite struct SHA256Tests {
  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// Vectors of the standard (FIPS 180-4's examples) and lengths around the block's, the latter by Python's hashlib.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (String(repeating: "a", count: 55), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
    (String(repeating: "a", count: 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
    (String(repeating: "a", count: 1000), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"),
  ])
  func `digests are those of the standard`(text: String, digest: String) {
    #expect(hex(SHA256.digest(Array(text.utf8))) == digest)
  }

  /// RFC 4231, test cases 2 and 6.
  @Test func `codes are those of the standard`() {
    #expect(
      hex(SHA256.authenticationCode(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      hex(
        SHA256.authenticationCode(
          Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
          key: [UInt8](repeating: 0xaa, count: 131))
      ) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }
}
