import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Providers

@Suite(.serialized, .timeLimit(.minutes(20))) struct CurlStreamTests {
  /// Records received data, with the appetite set by a test.
  final class Keeper: HTTPStreamReceiver {
    private let state = Mutex<(status: Int, body: [UInt8])>((0, []))
    private let pieces = AsyncStream.makeStream(of: Void.self)
    private let appetite: @Sendable (_ body: [UInt8]) -> HTTPStreamDemand

    init(_ appetite: @escaping @Sendable (_ body: [UInt8]) -> HTTPStreamDemand = { _ in .more }) {
      self.appetite = appetite
    }

    var status: Int { state.withLock(\.status) }
    var body: String { String(decoding: state.withLock(\.body), as: UTF8.self) }

    /// Waits for the first piece.
    func firstPiece() async {
      for await _ in pieces.stream { return }
    }

    func begin(status: Int, headers: HTTPHeaders) { state.withLock { $0.status = status } }

    func receive(_ bytes: [UInt8]) -> HTTPStreamDemand {
      defer { pieces.continuation.yield() }
      return state.withLock { state in
        state.body += bytes
        return appetite(state.body)
      }
    }
  }

  private func stream(
    _ path: String, timeout: Double = .unlimited, to keeper: Keeper
  ) async throws -> HTTPError? {
    let server = try LoopbackServer()
    defer { server.stop() }
    let request = HTTPRequest(.post, try server.url(path), body: Array("hello".utf8), timeout: timeout)
    do throws(HTTPError) {
      try await CurlTransport().stream(request, to: keeper)
      return nil
    } catch {
      return error
    }
  }

  @Test func `pieces arrive in order, and the end is reported`() async throws {
    let keeper = Keeper()
    #expect(try await stream("/events", to: keeper) == nil)
    #expect((keeper.status, keeper.body) == (200, "data: one\n\ndata: two\n\n"))
  }

  @Test func `an answer that is not a stream arrives too, with its status`() async throws {
    let keeper = Keeper()
    #expect(try await stream("/429", to: keeper) == nil)
    #expect((keeper.status, keeper.body) == (429, "{}"))
    let echo = Keeper()
    #expect(try await stream("/echo", to: echo) == nil)
    #expect((echo.status, echo.body) == (200, "hello"))
  }

  @Test func `data received before the connection broke was delivered`() async throws {
    let keeper = Keeper()
    guard case .connectionLost = try await stream("/events-cut", to: keeper) else {
      Issue.record("not lost")
      return
    }
    #expect(keeper.body == "data: one\n\n")
  }

  @Test func `a stream that falls silent ends, and so does one that never begins`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let (silent, never) = (try server.url("/events-stall"), try server.url("/never"))
    let keepers = SharedList<Keeper>()
    func isBeforeTheStream(_ error: HTTPError) -> Bool { if case .stalled = error { false } else { true } }
    let stalled = await errorWithGrowingTimeout(unless: isBeforeTheStream) { timeout throws(HTTPError) in
      let keeper = Keeper()
      keepers.append(keeper)
      try await CurlTransport().stream(HTTPRequest(.get, silent, timeout: timeout), to: keeper)
    }
    #expect(stalled.error == .stalled(seconds: stalled.timeout) && keepers.all.last?.body == "data: one\n\n")
    let late = await errorWithGrowingTimeout { timeout throws(HTTPError) in
      try await CurlTransport().stream(HTTPRequest(.get, never, timeout: timeout), to: Keeper())
    }
    #expect(late.error == .timedOut(seconds: late.timeout))
  }

  @Test func `a receiver that needs no more closes the connection`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let keeper = Keeper { $0.count > 1_000 ? .nothing : .more }
    let request = HTTPRequest(.get, try server.url("/events-endless"), timeout: .unlimited)
    try await CurlTransport().stream(request, to: keeper)
    await server.firstClosing()
    #expect(keeper.body.utf8.count > 1_000)
  }

  @Test func `a receiver that has all it needs does not wait for a server that forgets to end`() async throws {
    let keeper = Keeper { _ in .end }
    #expect(try await stream("/events-stall", to: keeper) == nil)
    // Nor does it wait for an endless one.
    #expect(try await stream("/events-endless", to: keeper) == nil)
  }

  @Test func `a cancelled task closes the connection`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let keeper = Keeper()
    let request = HTTPRequest(.get, try server.url("/events-stall"), timeout: .unlimited)
    let task = Task {
      try await CurlTransport().stream(request, to: keeper)
    }
    await keeper.firstPiece()
    task.cancel()
    await server.firstClosing()
    await #expect(throws: HTTPError.cancelled) { try await task.value }
  }

  @Test func `connections are kept from one stream to the next`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    var settings = CurlSettings()
    settings.lingering = .unlimited
    let transport = CurlTransport(settings)
    let request = HTTPRequest(.get, try server.url("/events"))
    for _ in 0..<20 {
      let keeper = Keeper { $0.count < 22 ? .more : .end }
      try await transport.stream(request, to: keeper)
      #expect(keeper.body == "data: one\n\ndata: two\n\n")
    }
    #expect(server.connections == 1)
  }

  @Test func `streams that are cancelled as they end do no harm`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = CurlTransport()
    let request = HTTPRequest(.get, try server.url("/events"))
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<300 {
        group.addTask {
          let keeper = Keeper { _ in number % 3 == 0 ? .nothing : .more }
          let task = Task { try await transport.stream(request, to: keeper) }
          if number % 2 == 0 {
            await keeper.firstPiece()
            task.cancel()
          }
          _ = await task.result
        }
      }
    }
    #expect(server.requests.count == 300)
  }

  @Test func `redirects are not followed, and an unreachable server is an error`() async throws {
    guard case .redirected(let status, _) = try await stream("/redirect", to: Keeper()) else {
      Issue.record("followed")
      return
    }
    #expect(status == 302)
    let server = try LoopbackServer()
    server.stop()
    let request = HTTPRequest(.get, try server.url("/events"))
    await #expect(throws: HTTPError.cannotConnect("the connection was refused")) {
      try await CurlTransport().stream(request, to: Keeper())
    }
  }

  @Test func `a server that sends faster than its reader reads has to wait`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    var settings = CurlSettings()
    settings.streamBuffer = 65_536
    let gate = DispatchSemaphore(value: 0)
    let largest = Mutex(0)
    let keeper = Keeper { body in
      // The first piece is held until the server has sent everything that fits in between.
      if largest.withLock({ $0 }) == 0 { gate.wait() }
      largest.withLock { $0 = max($0, 1) }
      return body.count < 20_000_000 ? .more : .nothing
    }
    let transport = CurlTransport(settings)
    let request = HTTPRequest(.get, try server.url("/endless"), timeout: .unlimited)
    let task = Task { try await transport.stream(request, to: keeper) }
    await server.standstill()
    // Sockets and the buffer hold far less than a second of sending.
    #expect(server.bytesSent < 16_000_000)
    gate.signal()
    try await task.value
    #expect(keeper.body.utf8.count >= 20_000_000)
  }

  @Test func `a stream larger than its limit ends`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    var settings = CurlSettings()
    settings.streamLimit = 1_000_000
    let request = HTTPRequest(.get, try server.url("/endless"), timeout: .unlimited)
    await #expect(throws: HTTPError.tooLarge(limit: 1_000_000)) {
      try await CurlTransport(settings).stream(request, to: Keeper())
    }
  }

  @Test func `a stream that drips forever ends after ten times its timeout`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    var settings = CurlSettings()
    settings.streamFactor = 3
    let (transport, url) = (CurlTransport(settings), try server.url("/slow"))
    func isSilence(_ error: HTTPError) -> Bool {
      if case .timedOut(let seconds) = error, seconds > 0.6 - 1e-9 { false } else { true }
    }
    let end = await errorWithGrowingTimeout(unless: isSilence) { timeout throws(HTTPError) in
      try await transport.stream(HTTPRequest(.get, url, timeout: timeout), to: Keeper())
    }
    guard case .timedOut(let seconds) = end.error else {
      Issue.record("\(end.error.map { "\($0)" } ?? "it ended by itself")")
      return
    }
    #expect(abs(seconds - 3 * end.timeout) < 0.01)
  }
}
