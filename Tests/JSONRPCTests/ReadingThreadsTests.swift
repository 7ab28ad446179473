import JSONCoding
import JSONRPC
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The threads that read also run requests.
@Suite(.timeLimit(.minutes(10))) struct ReadingThreadsTests {
  private let client = LineClient()

  /// Sends requests until one blocks the thread that has read it.
  ///
  /// - Parameter first: the id of the first one.
  /// - Returns: the id of the one that blocks.
  private func blockReadingThread(from first: Int = 0) async throws -> Int {
    var id = first
    // The first ones may find no other thread that watches yet.
    while true {
      client.request(.int(id), "block")
      #expect(await client.nextBegun() == .integer(Int64(id)))
      if client.handler.isBlocked(.integer(Int64(id))) { return id }
      try await expectAnswer(id)
      id += 1
    }
  }

  private func unblock(_ id: Int) { client.handler.unblock(.integer(Int64(id))) }

  private func expectAnswer(_ id: Int) async throws {
    #expect(try await client.nextMessage()["id"]?.intValue == id)
  }

  @Test func `a request is run by the thread that has read it, and does not keep others from being read`() async throws
  {
    var blocked = -1
    for _ in 0..<10 {
      blocked = try await blockReadingThread(from: blocked + 1)
      for id in (blocked + 1)...(blocked + 10) {
        client.request(.int(id), "echo")
        try await expectAnswer(id)
      }
      unblock(blocked)
      try await expectAnswer(blocked)
    }
    #expect(await client.finish() == [])
  }

  @Test func `a cancellation is read while a request blocks the thread that has read it`() async throws {
    var blocked = -1
    for _ in 0..<10 {
      blocked = try await blockReadingThread(from: blocked + 1)
      client.cancel(.int(blocked))
      client.request(-1, "echo")
      try await expectAnswer(-1)
      unblock(blocked)
    }
    #expect(await client.finish() == [])
  }

  @Test func `the input may end while a request blocks the thread that has read it`() async throws {
    let blocked = try await blockReadingThread()
    client.transport.endInput()
    unblock(blocked)
    try await expectAnswer(blocked)
    #expect(await client.remainingLines() == [])
  }

  @Test func `requests are answered after a pause in which the threads sleep`() async throws {
    for id in 0..<5 {
      client.request(.int(id), "echo")
      try await expectAnswer(id)
      try await Task.sleep(for: .milliseconds(60))
    }
    let blocked = try await blockReadingThread()
    client.request(-1, "echo")
    try await expectAnswer(-1)
    unblock(blocked)
    try await expectAnswer(blocked)
    #expect(await client.finish() == [])
  }

  @Test func `a request does not wait for other tasks that use the same actor on its thread`() async throws {
    for id in 0..<20 {
      client.request(.int(id), "share")
      try await expectAnswer(id)
      unblock(id)
    }
    #expect(await client.finish() == [])
  }

  @Test func `a request that follows an answer at once does not wait for the thread that still writes the answer`()
    async
  {
    let (transport, handler) = (client.transport, client.handler)
    transport.onLine = { line in
      guard line.contains(#""id":1,"#) else { return }
      transport.send(Array((LineClient.message(2, "echo") + "\n").utf8))
      while !handler.events.contains("begin 2") { sched_yield() }
    }
    client.request(1, "echo")
    #expect(await client.nextLine()?.contains(#""id":1,"#) == true)
    #expect(await client.nextLine()?.contains(#""id":2,"#) == true)
    #expect(await client.finish() == [])
  }
}
