import Foundation
import JSONCoding
import JSONRPC
import TestSupport
import Testing

/// A connection over two pipes, and the client's ends of them.
private struct PipeClient {
  let toServer = Pipe()
  let fromServer = Pipe()
  let transport: StdioTransport

  init() throws {
    transport = try StdioTransport(
      input: dup(toServer.fileHandleForReading.fileDescriptor),
      output: dup(fromServer.fileHandleForWriting.fileDescriptor))
    try toServer.fileHandleForReading.close()
    try fromServer.fileHandleForWriting.close()
  }

  func connect(_ handler: TestHandler = TestHandler()) -> Task<Void, Never> {
    let connection = Connection(transport: transport, handler: handler)
    return Task { await connection.run() }
  }

  /// Writes on a thread of its own, since the pipe may be full, and closes it at the end if told so.
  func send(_ bytes: [UInt8], thenEnd: Bool = false) {
    Thread.detachNewThread { [toServer] in
      let handle = toServer.fileHandleForWriting
      do {
        try handle.write(contentsOf: bytes)
        if thenEnd { try handle.close() }
      } catch {
        Issue.record(error)
      }
    }
  }

  /// Reads until there are this many lines.
  func lines(_ count: Int) async throws -> [String] {
    let (stream, source) = AsyncStream.makeStream(of: Data.self)
    Thread.detachNewThread { [fromServer] in
      var data = Data()
      var missing = count
      while missing > 0 {
        let more = fromServer.fileHandleForReading.availableData
        if more.isEmpty { break }
        missing -= more.count { $0 == 0x0a }
        data.append(more)
      }
      source.yield(data)
      source.finish()
    }
    let data = try #require(await stream.next())
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

@Suite struct StdioTransportTests {
  private func message(_ id: Int, _ method: String, _ params: JSONObject? = nil) -> [UInt8] {
    Array((LineClient.message(.int(id), method, params) + "\n").utf8)
  }

  @Test func `requests over pipes are answered until the end of input`() async throws {
    let client = try PipeClient()
    let run = client.connect()
    client.send((0..<2000).flatMap { message($0, "echo") }, thenEnd: true)
    let lines = try await client.lines(2000)
    await run.value
    #expect(lines == (0..<2000).map { #"{"jsonrpc":"2.0","id":\#($0),"result":{}}"# })
  }

  @Test func `an argument of 20 MB comes back whole`() async throws {
    let client = try PipeClient()
    let run = client.connect()
    let text = String(repeating: "0123456789abcdé ", count: 20 << 16)
    client.send(message(1, "echo", ["text": .string(text)]) + message(2, "echo"), thenEnd: true)
    let lines = try await client.lines(2)
    await run.value
    #expect(lines.count == 2)
    #expect(lines.first == #"{"jsonrpc":"2.0","id":1,"result":{"text":""# + text + #""}}"#)
    #expect(lines.last == #"{"jsonrpc":"2.0","id":2,"result":{}}"#)
  }

  @Test func `garbage is answered with errors, and the next request as usual`() async throws {
    let client = try PipeClient()
    let run = client.connect()
    let garbage = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    client.send(garbage + [0x0a] + message(1, "echo"), thenEnd: true)
    let texts = garbage.split(separator: 0x0a).filter { line in line.contains { ![0x20, 0x09, 0x0d].contains($0) } }
    let lines = try await client.lines(texts.count + 1)
    await run.value
    #expect(lines.count == texts.count + 1)
    #expect(lines.dropLast().allSatisfy { $0.hasPrefix(#"{"jsonrpc":"2.0","id":null,"error":{"code":-32"#) })
    #expect(lines.last == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
  }

  @Test func `many writers and a late reader give whole lines`() async throws {
    let client = try PipeClient()
    let handler = TestHandler()
    let run = client.connect(handler)
    client.send((1...64).flatMap { message($0, "chatter", ["count": 40, "size": .int($0 * 97)]) }, thenEnd: true)
    for _ in 1...64 { #expect(await handler.begunIDs.next() != nil) }
    let lines = try await client.lines(64 * 41)
    await run.value
    let messages = try lines.map { try JSONValue(parsing: $0) }
    #expect(messages.count == 64 * 41)
    #expect(Set(messages.compactMap { $0["id"]?.intValue }) == Set(1...64))
  }

  @Test func `a client that closes its end stops everything, even while nothing is written`() async throws {
    let client = try PipeClient()
    let handler = TestHandler()
    let run = client.connect(handler)
    client.send(message(1, "hold"))
    #expect(await handler.begunIDs.next() == .integer(1))
    try client.fromServer.fileHandleForReading.close()
    await run.value
    #expect(handler.events == ["begin 1", "cancelled 1", "end 1"])
  }

  @Test func `a client that closes its end after its input stops everything`() async throws {
    let client = try PipeClient()
    let handler = TestHandler()
    let run = client.connect(handler)
    client.send(message(1, "hold"), thenEnd: true)
    #expect(await handler.begunIDs.next() == .integer(1))
    try client.fromServer.fileHandleForReading.close()
    await run.value
    #expect(handler.events == ["begin 1", "cancelled 1", "end 1"])
  }

  @Test func `stopping ends a run that waits for input`() async throws {
    let client = try PipeClient()
    let connection = Connection(transport: client.transport, handler: TestHandler())
    let run = Task { await connection.run() }
    client.send(message(1, "echo"))
    #expect(try await client.lines(1).count == 1)
    connection.stop()
    _ = await run.value
  }

  @Test func `stopping ends a run whose client does not read`() async throws {
    let client = try PipeClient()
    let handler = TestHandler()
    let connection = Connection(transport: client.transport, handler: handler)
    let run = Task { await connection.run() }
    client.send(message(1, "echo", ["text": .string(String(repeating: "x", count: 1 << 20))]) + message(2, "hold"))
    #expect(await handler.begunIDs.next() == .integer(2))
    connection.stop()
    _ = await run.value
  }

  @Test func `a file as input is read to its end and known to be one`() async throws {
    let folder = TemporaryFolder()
    let path = try folder.write(String(decoding: message(1, "echo") + message(2, "echo"), as: UTF8.self), to: "lines")
    let output = Pipe()
    let transport = try unsafe StdioTransport(
      input: open(path, O_RDONLY), output: dup(output.fileHandleForWriting.fileDescriptor))
    #expect(transport.inputIsRegularFile)
    await Connection(transport: transport, handler: TestHandler(), inOrder: true).run()
    try output.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    #expect(text.split(separator: "\n").count == 2)
  }

  @Test func `a device without input ends the run at once`() async throws {
    let transport = try unsafe StdioTransport(input: open("/dev/null", O_RDONLY), output: open("/dev/null", O_WRONLY))
    #expect(!transport.inputIsRegularFile)
    await Connection(transport: transport, handler: TestHandler()).run()
  }
}
