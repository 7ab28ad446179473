import JSONCoding
import Testing

@testable import JSONRPC

@Suite struct MessageDecoderTests {
  private func decode(_ text: String) -> IncomingLine {
    MessageDecoder.decode(Array(text.utf8).span)
  }

  /// The code and the id of a refused line; nil if it is accepted.
  private func refusal(_ text: String) -> (code: Int, id: RequestID?)? {
    if case .single(.invalid(let error, let id)) = decode(text) { (error.code, id) } else { nil }
  }

  @Test(arguments: [
    (#""a""#, RequestID.string("a")), (#""""#, .string("")), (#""1""#, .string("1")), ("1", .integer(1)),
    ("0", .integer(0)), ("-1", .integer(-1)), ("9007199254740993", .integer(9_007_199_254_740_993)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("18446744073709551616", .bigInteger("18446744073709551616")),
  ])
  func `an id keeps its type and digits`(text: String, id: RequestID) {
    let line = decode(#"{"jsonrpc":"2.0","id":\#(text),"method":"m"}"#)
    #expect(line == .single(.request(Request(id: id, method: "m"))))
    #expect(id.json.text == text)
  }

  @Test(arguments: [#"{"jsonrpc":"2.0","id":1,"method":"m"}"#, #"{"jsonrpc":"2.0","id":1,"method":"m","params":null}"#])
  func `absent and null params are the same`(text: String) {
    #expect(decode(text) == .single(.request(Request(id: .integer(1), method: "m"))))
  }

  @Test func `members may come in any order, with white space and unknown ones`() {
    let text = " {\t\"params\" : {\"a\":[1]}, \"x\":0, \"method\":\"m\",\"id\":\"i\" , \"jsonrpc\":\"2.0\"}\r"
    #expect(decode(text) == .single(.request(Request(id: .string("i"), method: "m", params: ["a": [1]]))))
  }

  @Test func `a call without an id is a notification`() {
    let text = #"{"jsonrpc":"2.0","method":"m","params":{"a":1}}"#
    #expect(decode(text) == .single(.notification(Notification(method: "m", params: ["a": 1]))))
  }

  @Test(arguments: [
    (#"{"jsonrpc":"2.0","id":"s","result":{"a":1}}"#, ClientResponse.result(["a": 1]), RequestID?.some(.string("s"))),
    (
      #"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m"}}"#, .error(RPCError(code: 1, message: "m")),
      .integer(1)
    ),
    (#"{"jsonrpc":"2.0","id":null,"error":{"message":"m"}}"#, .error(RPCError(code: -32603, message: "m")), nil),
    (#"{"id":{},"result":null}"#, .result([:]), nil),
  ])
  func `anything like a response counts as one`(text: String, answer: ClientResponse, id: RequestID?) {
    #expect(decode(text) == .single(.response(answer, id: id)))
  }

  @Test(arguments: [
    "{", "nonsense", #"{"jsonrpc":"2.0","id":1,"method":"m""#, #"{"jsonrpc":"2.0","id":1,"method":"m",}"#,
    #"{"id":1,"id":1}"#, "{} {}", "\u{0}", String(repeating: "[", count: 600),
  ])
  func `invalid JSON is a parse error without id`(text: String) throws {
    let found = try #require(refusal(text))
    #expect(found.code == -32700)
    #expect(found.id == nil)
  }

  @Test func `invalid UTF-8 is a parse error`() throws {
    let bytes = Array(#"{"jsonrpc":"2.0","id":1,"method":""#.utf8) + [0xff, 0xfe] + Array(#""}"#.utf8)
    guard case .single(.invalid(let error, nil)) = MessageDecoder.decode(bytes.span) else {
      Issue.record("not refused")
      return
    }
    #expect(error.code == -32700)
  }

  @Test(
    arguments: [
      ("1", nil), ("\"text\"", nil), ("null", nil), ("[]", nil), ("{}", nil), (#"{"id":5}"#, .integer(5)),
      (#"{"jsonrpc":"2.0","id":5}"#, .integer(5)), (#"{"id":5,"method":"m"}"#, .integer(5)),
      (#"{"jsonrpc":"1.0","id":"5","method":"m"}"#, .string("5")),
      (#"{"jsonrpc":2.0,"id":5,"method":"m"}"#, .integer(5)),
      (#"{"jsonrpc":"2.0","id":5,"method":7}"#, .integer(5)), (#"{"jsonrpc":"2.0","id":5,"method":null}"#, .integer(5)),
      (#"{"jsonrpc":"2.0","id":null,"method":"m"}"#, nil), (#"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#, nil),
      (#"{"jsonrpc":"2.0","id":true,"method":"m"}"#, nil), (#"{"jsonrpc":"2.0","id":[1],"method":"m"}"#, nil),
      (#"{"jsonrpc":"2.0","id":{},"method":"m"}"#, nil), (#"{"jsonrpc":"2.0","method":1,"params":"bar"}"#, nil),
      (#"{"jsonrpc":"2.0","id":5,"method":"m","params":"text"}"#, .integer(5)),
      (#"{"jsonrpc":"2.0","method":"m","params":[1]}"#, nil),
    ] as [(String, RequestID?)])
  func `an invalid message is an invalid request that keeps its id`(text: String, id: RequestID?) throws {
    let found = try #require(refusal(text))
    #expect(found.code == -32600)
    #expect(found.id == id)
  }

  @Test(arguments: ["[1]", "[]"]) func `a request with positional params has invalid params`(params: String) throws {
    let found = try #require(refusal(#"{"jsonrpc":"2.0","id":5,"method":"m","params":\#(params)}"#))
    #expect(found.code == -32602)
    #expect(found.id == .integer(5))
  }

  @Test func `an array is a batch of its elements, valid and invalid`() {
    let line = decode(#"[{"jsonrpc":"2.0","id":1,"method":"m"},{"jsonrpc":"2.0","method":"n"},1,{"id":1,"result":{}}]"#)
    guard case .batch(let messages) = line else {
      Issue.record("no batch")
      return
    }
    #expect(messages.count == 4)
    #expect(messages[0] == .request(Request(id: .integer(1), method: "m")))
    #expect(messages[1] == .notification(Notification(method: "n")))
    if case .invalid(let error, nil) = messages[2] { #expect(error.code == -32600) } else { Issue.record("taken") }
    #expect(messages[3] == .response(.result([:]), id: .integer(1)))
  }
}
