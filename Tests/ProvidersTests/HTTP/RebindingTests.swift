import Foundation
import Synchronization
import Testing

@testable import Providers

/// A name whose addresses change after the check.
@Suite struct `A name that changes its mind` {
  private static let here = IPAddress(bytes: [127, 0, 0, 1])
  /// TEST-NET-3, which has no hosts.
  private static let elsewhere = IPAddress(bytes: [203, 0, 113, 7])

  /// Gives these answers in order, repeating the last, and counts.
  private final class Resolver: Sendable {
    private let answers: Mutex<[[IPAddress]]>
    private let count = Mutex(0)

    init(_ answers: [IPAddress]...) {
      self.answers = Mutex(answers)
    }

    var lookUps: Int { count.withLock(\.self) }

    @Sendable func resolve(_ host: String) async -> [IPAddress] {
      count.withLock { $0 += 1 }
      return answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
  }

  private func url(_ server: LoopbackServer) throws -> URL {
    try #require(URL(string: "http://models.example:\(server.port)/echo"))
  }

  @Test func `is connected to only at the checked address`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let resolver = Resolver([Self.here])
    let transport = GuardedTransport(CurlTransport(), allowPrivate: true, resolve: resolver.resolve)
    // The time of the lookup counts, and beside all other tests it can take minutes until this one goes on.
    let request = HTTPRequest(.get, try url(server), timeout: 3_600)
    #expect(try await transport.send(request).status == 200)
    #expect(server.requests[0].contains("Host: models.example:\(server.port)"))
  }

  @Test func `is not looked up again between check and connection`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    // Public at the check and this machine ever after, so a second lookup would lead here.
    let resolver = Resolver([Self.elsewhere], [Self.here])
    let transport = GuardedTransport(CurlTransport(), resolve: resolver.resolve, now: { 0 })
    let request = HTTPRequest(.get, try url(server), timeout: 0.3)
    await #expect(throws: HTTPError.self) { try await transport.send(request) }
    #expect(resolver.lookUps == 1 && server.connections == 0)
    // The connection failed, so the name is looked up and checked again.
    do throws(HTTPError) {
      _ = try await transport.send(request)
      Issue.record("went there")
    } catch {
      guard case .forbiddenDestination(let reason) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(reason.contains("127.0.0.1"))
    }
    #expect(resolver.lookUps == 2 && server.connections == 0)
  }

  @Test func `leads only to the addresses of its own request`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = CurlTransport()
    var request = HTTPRequest(.get, try url(server), timeout: 0.3)
    request.route = .direct([Self.here])
    #expect(try await transport.send(request).status == 200)
    // libcurl now remembers the name, but each request has its own allowed addresses.
    let other = try LoopbackServer()
    defer { other.stop() }
    var second = HTTPRequest(.get, try url(other), timeout: 0.3)
    second.route = .direct([Self.elsewhere])
    await #expect(throws: HTTPError.self) { try await transport.send(second) }
    #expect(other.connections == 0)
  }

  @Test func `is unknown without an address`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    await #expect(throws: HTTPError.unknownHost) {
      try await CurlTransport().send(HTTPRequest(.get, try url(server)))
    }
  }
}
