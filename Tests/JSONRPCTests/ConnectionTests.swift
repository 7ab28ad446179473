import JSONCoding
import JSONRPC
import Testing

@Suite struct ConnectionTests {
  private func result(_ id: Int, _ result: String) -> String { #"{"jsonrpc":"2.0","id":\#(id),"result":\#(result)}"# }

  @Test func `requests are answered with their ids, and unknown methods refused`() async throws {
    let client = LineClient()
    client.request("a", "echo", ["x": 1])
    client.request(0, "echo")
    client.request(-1, "nothing")
    client.request(4, "fail")
    #expect(
      await client.finish() == [
        #"{"jsonrpc":"2.0","id":"a","result":{"x":1}}"#, result(0, "{}"),
        #"{"jsonrpc":"2.0","id":-1,"error":{"code":-32601,"message":"No method \"nothing\"."}}"#,
        #"{"jsonrpc":"2.0","id":4,"error":{"code":7,"message":"no","data":{"why":"because"}}}"#,
      ])
  }

  @Test func `ordered requests and notifications are handled one by one`() async {
    let client = LineClient()
    client.request(1, "hold")
    client.send(LineClient.message(nil, "note"))
    client.request(2, "echo")
    #expect(await client.nextBegun() == .integer(1))
    #expect(client.handler.events == ["begin 1"])
    client.handler.release(.integer(1))
    _ = await client.finish()
    #expect(client.handler.events == ["begin 1", "end 1", "receive note", "begin 2", "end 2"])
  }

  @Test func `a thousand ordered requests are answered in their order`() async {
    let client = LineClient()
    for id in 0..<1000 { client.request(.int(id), "echo") }
    #expect(await client.finish() == (0..<1000).map { result($0, "{}") })
  }

  @Test func `a concurrent request delays nothing`() async {
    let client = LineClient()
    client.request(1, "wait")
    client.request(2, "wait")
    client.request(3, "echo")
    #expect(await client.nextLine() == result(3, "{}"))
    client.handler.release(.integer(2))
    #expect(await client.nextLine() == result(2, #"{"waited":true}"#))
    client.handler.release(.integer(1))
    #expect(await client.finish() == [result(1, #"{"waited":true}"#)])
  }

  @Test func `a concurrent request begins after the earlier ordered ones`() async {
    let client = LineClient()
    client.request(1, "hold")
    client.request(2, "wait")
    #expect(await client.nextBegun() == .integer(1))
    #expect(client.handler.events == ["begin 1"])
    client.handler.release(.integer(1))
    #expect(await client.nextBegun() == .integer(2))
    #expect(client.handler.events == ["begin 1", "end 1", "begin 2"])
    client.handler.release(.integer(2))
    #expect(await client.finish().count == 2)
  }

  @Test func `later requests begin once an earlier one has begun its work`() async {
    let client = LineClient()
    client.request(1, "launch", ["until": 9])
    client.request(2, "echo")
    #expect(await client.nextBegun() == .integer(1))
    #expect(client.handler.events == ["begin 1"])
    client.handler.release(.integer(1))
    #expect(await client.nextLine() == result(2, "{}"))
    client.handler.release(.integer(9))
    #expect(await client.finish() == [result(1, #"{"launched":true}"#)])
  }

  @Test func `the next request begins when one is cancelled before it has begun its work`() async {
    let client = LineClient()
    client.request(1, "launch", ["until": 9])
    #expect(await client.nextBegun() == .integer(1))
    client.request(2, "echo")
    client.cancel(1)
    #expect(await client.nextLine() == result(2, "{}"))
    #expect(await client.finish() == [])
  }

  @Test func `in order, a request that has begun its work is answered before the next begins`() async {
    let client = LineClient(inOrder: true)
    client.request(1, "launch", ["until": 9])
    client.request(2, "echo")
    client.handler.release(.integer(1))
    client.handler.release(.integer(9))
    #expect(await client.finish() == [result(1, #"{"launched":true}"#), result(2, "{}")])
    #expect(client.handler.events == ["begin 1", "end 1", "begin 2", "end 2"])
  }

  @Test func `in order, every request is answered before the next begins`() async {
    let client = LineClient(inOrder: true)
    client.request(1, "wait")
    client.request(2, "wait")
    client.request(3, "echo")
    #expect(await client.nextBegun() == .integer(1))
    #expect(client.handler.events == ["begin 1"])
    client.handler.release(.integer(1))
    #expect(await client.nextBegun() == .integer(2))
    #expect(client.handler.events == ["begin 1", "end 1", "begin 2"])
    client.handler.release(.integer(2))
    #expect(await client.finish().count == 3)
  }

  @Test(arguments: [false, true]) func `a request cancelled in the queue never begins`(inOrder: Bool) async {
    let client = LineClient(inOrder: inOrder)
    client.request(1, "hold")
    client.request(2, "echo")
    client.request(3, "wait")
    client.request(4, "echo")
    #expect(await client.nextBegun() == .integer(1))
    client.cancel(2)
    client.cancel(3)
    client.cancel(1)
    #expect(await client.finish() == [result(4, "{}")])
    #expect(client.handler.events == ["begin 1", "cancelled 1", "end 1", "begin 4", "end 4"])
  }

  @Test(arguments: ["hold", "wait"]) func `a running request is cancelled and not answered`(method: String) async {
    let client = LineClient()
    client.request(1, method)
    #expect(await client.nextBegun() == .integer(1))
    client.cancel(1)
    #expect(await client.finish() == [])
    #expect(client.handler.events == ["begin 1", "cancelled 1", "end 1"])
  }

  @Test(arguments: ["hold", "wait"])
  func `a request that must not be cancelled is answered`(method: String) async {
    let client = LineClient()
    client.request(1, method, ["firm": true])
    client.request(2, "echo", ["firm": true])
    client.cancel(2)
    #expect(await client.nextBegun() == .integer(1))
    client.cancel(1)
    client.handler.release(.integer(1))
    #expect(Set(await client.finish()) == [result(1, #"{"waited":true}"#), result(2, #"{"firm":true}"#)])
    #expect(!client.handler.events.contains("cancelled 1"))
  }

  @Test func `a cancellation of nothing does nothing`() async {
    let client = LineClient()
    client.cancel(1)
    client.request(1, "echo")
    #expect(await client.nextLine() == result(1, "{}"))
    client.cancel(1)
    client.cancel("2")
    client.request(2, "echo")
    #expect(await client.finish() == [result(2, "{}")])
  }

  @Test func `a duplicate id is refused without disturbing the first`() async throws {
    let client = LineClient()
    client.request(1, "wait")
    client.request(1, "echo")
    let refusal = try await client.nextMessage()
    #expect(refusal["id"] == .null)
    #expect(refusal["error"]?["code"] == -32600)
    client.handler.release(.integer(1))
    #expect(await client.nextLine() == result(1, #"{"waited":true}"#))
    client.request(1, "echo")
    #expect(await client.finish() == [result(1, "{}")])
  }

  @Test func `invalid lines are refused in order and the connection continues`() async throws {
    let client = LineClient()
    client.request(1, "echo")
    client.send("garbage", "[]", #"{"jsonrpc":"2.0","id":"x"}"#, #"{"jsonrpc":"2.0","id":9,"result":{}}"#, "", " \r")
    client.transport.send([0xff, 0x00, 0xfe, 0x0a])
    client.request(2, "echo")
    client.transport.send(Array(#"{"jsonrpc":"2.0","id":3,"met"#.utf8))
    let messages = try await client.finish().map { try JSONValue(parsing: $0) }
    #expect(messages.map { $0["id"] } == [1, .null, .null, "x", .null, 2, .null])
    #expect(
      messages.map { $0["error"]?["code"] } == [nil, -32700, -32600, -32600, -32700, nil, -32700] as [JSONValue?])
  }

  @Test func `a message arrives whole however it is split`() async {
    let client = LineClient()
    for byte in Array((LineClient.message(1, "echo", ["é": "漢字"]) + "\r\n").utf8) { client.transport.send([byte]) }
    #expect(await client.nextLine() == result(1, #"{"é":"漢字"}"#))
    #expect(await client.finish() == [])
  }

  @Test func `a last line without line feed is answered`() async {
    let client = LineClient()
    client.transport.send(Array(LineClient.message(1, "echo").utf8))
    #expect(await client.finish() == [result(1, "{}")])
  }

  @Test func `a line beyond the limit is refused and the next one answered`() async throws {
    let client = LineClient()
    client.transport.send([UInt8](repeating: 0x20, count: 64 << 20))
    client.send(" ")
    client.request(1, "echo")
    let refusal = try await client.nextMessage()
    #expect(refusal["error"]?["code"] == -32600)
    #expect(refusal["id"] == .null)
    #expect(await client.finish() == [result(1, "{}")])
  }

  @Test func `at the end of input everything read is answered`() async {
    let client = LineClient()
    for id in 0..<50 { client.request(.int(id), id % 2 == 0 ? "wait" : "echo") }
    client.transport.endInput()
    for _ in 0..<25 { if let id = await client.nextBegun() { client.handler.release(id) } }
    #expect(await client.remainingLines().count == 50)
  }

  @Test func `notifications of a request come before its answer, those of none at any time`() async {
    let client = LineClient()
    client.request(0, "announce")
    client.request(1, "chatter", ["count": 3])
    let lines = await client.finish()
    #expect(lines.first == #"{"jsonrpc":"2.0","method":"free"}"#)
    #expect(lines.dropFirst(2).dropLast().allSatisfy { $0.contains(#""method":"news""#) })
    #expect(lines.last == result(1, #"{"done":true}"#))
    #expect(lines.count == 6)
  }

  @Test func `stopping cancels everything and ends the run`() async {
    let client = LineClient()
    client.request(1, "wait")
    client.request(2, "hold")
    client.request(3, "echo")
    client.send(LineClient.message(nil, "note"))
    _ = await client.nextBegun()
    _ = await client.nextBegun()
    client.connection.stop()
    #expect(await client.remainingLines() == [])
    #expect(Set(client.handler.events).isSuperset(of: ["cancelled 1", "cancelled 2"]))
    #expect(Set(client.handler.events).isDisjoint(with: ["begin 3", "receive note"]))
  }

  @Test func `cancelling the run stops the connection`() async {
    let client = LineClient()
    client.request(1, "hold")
    _ = await client.nextBegun()
    client.cancelRun()
    #expect(await client.remainingLines() == [])
    #expect(client.handler.events == ["begin 1", "cancelled 1", "end 1"])
  }

  @Test func `a connection stopped before it runs ends at once`() async {
    let connection = Connection(transport: MemoryTransport(), handler: TestHandler())
    connection.stop()
    await connection.run()
  }

  @Test(arguments: [false, true]) func `a client that stops reading ends the connection`(afterInput: Bool) async {
    let client = LineClient()
    client.request(1, "hold")
    client.request(2, "echo")
    if afterInput { client.transport.endInput() }
    _ = await client.nextBegun()
    client.transport.stopListening()
    #expect(await client.remainingLines() == [])
    #expect(client.handler.events == ["begin 1", "cancelled 1", "end 1"])
  }
}
