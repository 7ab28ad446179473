import JSONCoding
import JSONRPC
import Testing

@Suite struct CancellationRaceTests {
  /// Nothing may follow the answer to a request, which is its end for the client.
  private func check(_ lines: [String], requests: Int) throws -> Int {
    var answered: Set<Int> = []
    for line in lines {
      let message = try JSONValue(parsing: line)
      if let id = message["id"]?.intValue {
        #expect(answered.insert(id).inserted, "\(id) is answered twice")
        #expect(message["result"] != nil)
      } else {
        let id = try #require(message["params"]?["id"]?.intValue)
        #expect(!answered.contains(id), "a notification after the answer to \(id)")
      }
    }
    return answered.count
  }

  @Test(arguments: [false, true]) func `a cancellation that races the answer never lets a line through after the end`(
    isSlow: Bool
  ) async throws {
    let count = 3000
    let client = LineClient(room: isSlow ? 0 : .max)
    let sender = Task {
      for id in 0..<count {
        client.request(.int(id), id % 3 == 0 ? "echo" : "chatter", ["count": 4, "size": .int(id % 7)])
        if id % 2 == 0 { await Task.yield() }
        if id % 4 == 0 { client.transport.grant(isSlow ? 1000 : 0) }
        client.cancel(.int(id))
      }
      if isSlow { client.transport.grant(.max / 2) }
      client.transport.endInput()
    }
    let lines = await client.remainingLines()
    await sender.value
    #expect(try check(lines, requests: count) <= count)
    let begun = client.handler.events.filter { $0.hasPrefix("begin") }.count
    let ended = client.handler.events.filter { $0.hasPrefix("end") }.count
    #expect(begun == ended)
  }

  @Test func `nothing is sent for a request after its cancellation took effect`() async throws {
    let client = LineClient(room: 0)
    for id in 0..<500 {
      client.request(.int(id), "chatter", ["count": 20])
      #expect(await client.nextBegun() == .int(id))
      client.cancel(.int(id))
    }
    // The answer to this request arrives after all cancellations were read.
    client.request("last", "echo")
    client.request("held", "wait")
    #expect(await client.nextBegun() == .string("held"))
    client.handler.release(.string("held"))
    client.transport.grant(.max / 2)
    let lines = await client.finish()
    // One line may have been written when the first cancellation arrived.
    #expect(lines.count <= 3)
    #expect(lines.suffix(2).allSatisfy { $0.contains("last") || $0.contains("held") })
  }

  @Test func `the same id can be used again and again after cancellations`() async throws {
    let client = LineClient()
    for _ in 0..<1000 {
      client.request(1, "hang")
      _ = await client.nextBegun()
      client.cancel(1)
    }
    client.request(1, "echo")
    let lines = await client.finish()
    #expect(lines == [#"{"jsonrpc":"2.0","id":1,"result":{}}"#])
  }
}

extension RequestID {
  fileprivate static func int(_ value: Int) -> RequestID { .integer(Int64(value)) }
}
