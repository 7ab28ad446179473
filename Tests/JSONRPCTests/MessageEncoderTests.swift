import JSONCoding
import Testing

@testable import JSONRPC

@Suite struct MessageEncoderTests {
  private func text(_ line: [UInt8]) -> String { String(decoding: line, as: UTF8.self) }

  @Test(arguments: [
    (RequestID.integer(0), "0"), (.integer(-1), "-1"), (.string("1"), #""1""#), (.string("a\n"), #""a\n""#),
    (.bigInteger("123456789012345678901234567890"), "123456789012345678901234567890"),
  ])
  func `a result echoes its id`(id: RequestID, digits: String) {
    let line = MessageEncoder.result(["a": [1, nil]], id: id)
    #expect(text(line) == #"{"jsonrpc":"2.0","id":\#(digits),"result":{"a":[1,null]}}"# + "\n")
  }

  @Test func `an error has code, message, and data where there is some`() {
    let plain = MessageEncoder.error(RPCError(code: -32601, message: "m"), id: .integer(1))
    #expect(text(plain) == #"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"m"}}"# + "\n")
    let rich = MessageEncoder.error(RPCError(code: 1, message: "m", data: ["d": 2]), id: nil)
    #expect(text(rich) == #"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"m","data":{"d":2}}}"# + "\n")
  }

  @Test func `a notification has params where there are some`() {
    #expect(text(MessageEncoder.notification(Notification(method: "n"))) == #"{"jsonrpc":"2.0","method":"n"}"# + "\n")
    let line = MessageEncoder.notification(Notification(method: "n", params: ["a": 1]))
    #expect(text(line) == #"{"jsonrpc":"2.0","method":"n","params":{"a":1}}"# + "\n")
  }

  @Test func `a line feed is only the last byte of a line`() {
    let nasty: JSONValue = "a\nb\r\n\u{2028}\u{0}\u{85}"
    let error = MessageEncoder.error(RPCError(code: 1, message: "x\ny", data: nasty), id: .string("\n"))
    let note = MessageEncoder.notification(Notification(method: "\n", params: ["\n": nasty]))
    for line in [error, note, MessageEncoder.result(["\n": nasty], id: .string("\n"))] {
      #expect(line.firstIndex(of: 0x0a) == line.count - 1)
    }
  }

  @Test func `a batch is one line with an array`() {
    let lines = [MessageEncoder.result([:], id: .integer(1)), MessageEncoder.result([:], id: .integer(2))]
    #expect(
      text(MessageEncoder.batch(lines))
        == #"[{"jsonrpc":"2.0","id":1,"result":{}},{"jsonrpc":"2.0","id":2,"result":{}}]"# + "\n")
  }
}
