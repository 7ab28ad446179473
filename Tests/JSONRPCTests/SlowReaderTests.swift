import JSONCoding
import Testing

@testable import JSONRPC

@Suite struct SlowReaderTests {
  /// Checks that every line is a message and that nothing follows the answer to a request; returns the answers' ids.
  private func answers(in lines: [String]) throws -> [Int] {
    var answered: [Int] = []
    for line in lines {
      let message = try JSONValue(parsing: line)
      if message["method"] != nil {
        let id = try #require(message["params"]?["id"]?.intValue)
        #expect(!answered.contains(id), "\(line) after the answer")
      } else {
        answered.append(try #require(message["id"]?.intValue))
      }
    }
    return answered
  }

  @Test(arguments: [1, 100, 4096, 70_000]) func `lines of many writers are never mixed`(step: Int) async throws {
    let client = LineClient(room: 0)
    let ids = Array(1...40)
    for id in ids {
      client.request(.int(id), "chatter", ["count": 25, "size": .int(id % 10 == 0 ? 20_000 : id)])
    }
    client.transport.endInput()
    let reader = Task {
      while !Task.isCancelled {
        client.transport.grant(step)
        await Task.yield()
      }
    }
    if step == 1 { client.transport.grant(1 << 21) }
    let lines = await client.remainingLines()
    reader.cancel()
    #expect(lines.count == ids.count * 26)
    #expect(try answers(in: lines).sorted() == ids)
  }

  @Test func `a client that does not read delays no request`() async throws {
    let client = LineClient(room: 0)
    for id in 1...100 { client.request(.int(id), "echo", ["text": .string(String(repeating: "x", count: 5000))]) }
    client.request(101, "wait")
    #expect(await client.nextBegun() == .integer(101))
    client.cancel(101)
    client.transport.grant(.max / 2)
    #expect(try answers(in: await client.finish()) == Array(1...100))
  }

  @Test func `requests of a client that does not read begin only within the limit`() async throws {
    let client = LineClient(room: 0)
    let (count, size) = (2_000, 60_000)
    for id in 1...count { client.request(.int(id), "swell", ["size": .int(size)]) }
    let most = OutboundWriter.limit / size
    while client.handler.events.count(where: { $0.hasPrefix("end") }) < most - 100 { await Task.yield() }
    for _ in 0..<1000 { await Task.yield() }
    #expect(client.handler.events.count { $0.hasPrefix("begin") } <= most + 1)
    client.transport.grant(.max / 2)
    #expect(try answers(in: await client.finish()).count == count)
  }

  @Test func `running requests reserve room for their answers, those that wait for events do not`() async throws {
    let client = LineClient()
    let most = OutboundWriter.limit / OutboundWriter.reserve
    client.request(0, "listen")
    for id in 1...most + 50 { client.request(.int(id), "wait") }
    for _ in 0...most + 1 { #expect(await client.nextBegun() != nil) }
    for _ in 0..<1000 { await Task.yield() }
    #expect(client.handler.events.count { $0.hasPrefix("begin") } == most + 2)
    // An answer makes room, and so does a cancellation.
    client.cancel(1)
    #expect(await client.nextBegun() == .integer(Int64(most + 2)))
    for id in 2...most + 50 { client.handler.release(.integer(Int64(id))) }
    #expect(try answers(in: await client.finish()).count == most + 50)
  }

  @Test func `waiting lines of a cancelled request are dropped`() async throws {
    let client = LineClient(room: 10)
    client.request(1, "echo")
    client.request(2, "chatter", ["count": 50])
    client.request(3, "wait")
    client.request(4, "echo")
    // Both run concurrently, so either may be first.
    #expect(await Set([client.nextBegun(), client.nextBegun()]) == [.integer(2), .integer(3)])
    client.cancel(2)
    client.handler.release(.integer(3))
    client.request(5, "hold")
    #expect(await client.nextBegun() == .integer(5))
    client.handler.release(.integer(5))
    client.transport.grant(.max / 2)
    let lines = await client.finish()
    #expect(try answers(in: lines).sorted() == [1, 3, 4, 5])
    #expect(lines.count == 4)
  }

  @Test func `notifications that supersede each other do not pile up`() async throws {
    let client = LineClient(room: 10)
    client.request(1, "echo")
    client.request(2, "chatter", ["count": 1000, "supersedes": true])
    client.transport.endInput()
    while !client.handler.events.contains("end 2") { await Task.yield() }
    client.transport.grant(.max / 2)
    let lines = await client.remainingLines()
    #expect(lines.count == 3)
    #expect(try JSONValue(parsing: lines[1])["params"]?["n"] == 999)
    #expect(try answers(in: lines) == [1, 2])
  }

  @Test func `stopping does not wait for a client that does not read`() async {
    let client = LineClient(room: 10)
    client.request(1, "echo")
    client.request(2, "wait")
    #expect(await client.nextBegun() == .integer(2))
    client.connection.stop()
    #expect(await client.remainingLines() == [])
  }

  @Test func `a client that goes away with lines waiting ends the connection`() async {
    let client = LineClient(room: 10)
    client.request(1, "echo")
    client.request(2, "wait")
    #expect(await client.nextBegun() == .integer(2))
    client.transport.stopListening()
    #expect(await client.remainingLines() == [])
    #expect(client.handler.events.contains("cancelled 2"))
  }
}
