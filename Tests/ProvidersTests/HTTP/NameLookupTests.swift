import Foundation
import ProvidersTestSupport
import Synchronization
import Testing

@testable import Providers

/// A slow resolver must only delay the requests that wait for it.
@Suite struct `A name that takes long` {
  /// Gives no answer before it is released, even if its waiters are gone.
  private final class SlowResolver: Sendable {
    private struct State {
      var isOpen = false
      var waiting: [CheckedContinuation<Void, Never>] = []
      var lookUps: [String] = []
    }

    private let state = Mutex(State())
    private let answers: [String: IPAddress]

    init(_ answers: [String: IPAddress]) {
      self.answers = answers
    }

    deinit { open() }

    var lookUps: [String] { state.withLock(\.lookUps) }

    @Sendable func resolve(_ host: String) async -> [IPAddress] {
      await withCheckedContinuation { waiter in
        let isOpen = state.withLock { state in
          state.lookUps.append(host)
          if !state.isOpen { state.waiting.append(waiter) }
          return state.isOpen
        }
        if isOpen { waiter.resume() }
      }
      return answers[host].map { [$0] } ?? []
    }

    func open() {
      let waiting = state.withLock { state in
        state.isOpen = true
        defer { state.waiting = [] }
        return state.waiting
      }
      for waiter in waiting { waiter.resume() }
    }
  }

  private static let place = IPAddress(bytes: [8, 8, 8, 8])
  private static let timeout = 0.2
  private let resolver = SlowResolver(["api.example": Self.place])
  private let fake = FakeTransport("ok")

  private func request(timeout: Double = 60) throws -> HTTPRequest {
    HTTPRequest(.get, try #require(URL(string: "https://api.example/v1")), timeout: timeout)
  }

  private func transport(proxy: String? = nil) -> GuardedTransport {
    let proxies = ProxyRule(environment: proxy.map { ["https_proxy": $0] } ?? [:])
    return GuardedTransport(BothDoors(fake), proxies: proxies, resolve: resolver.resolve)
  }

  private func waitForLookUp() async throws {
    while resolver.lookUps.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
  }

  @Test func `is looked up once for all waiters`() async throws {
    let (transport, request) = (transport(), try request())
    let tasks = (0..<20).map { _ in Task { try await transport.send(request).status } }
    try await waitForLookUp()
    resolver.open()
    for task in tasks { #expect(try await task.value == 200) }
    #expect(resolver.lookUps == ["api.example"])
    #expect(fake.requests.allSatisfy { $0.route == .direct([Self.place]) })
  }

  /// Before, whoever asked while a lookup ended could begin another.
  @Test func `is looked up once, whenever its waiters come`() async throws {
    let asked = Mutex([String: Int]())
    let cache = ResolverCache(
      resolve: { host in
        asked.withLock { $0[host, default: 0] += 1 }
        return [Self.place]
      }, now: { 0 })
    for name in (0..<3_000).map(String.init) {
      try await withThrowingTaskGroup(of: [IPAddress]?.self) { group in
        for _ in 0..<4 { group.addTask { try await cache.addresses(of: name, within: 60) } }
        for try await addresses in group { #expect(addresses == [Self.place]) }
      }
    }
    #expect(asked.withLock { $0.filter { $0.value > 1 } }.isEmpty)
  }

  @Test(arguments: [false, true])
  func `lets a cancelled request go`(isStream: Bool) async throws {
    let (transport, request) = (transport(), try request())
    let task = Task {
      if isStream { return try await transport.stream(request, to: CurlStreamTests.Keeper()) }
      _ = try await transport.send(request)
    }
    try await waitForLookUp()
    task.cancel()
    await #expect(throws: HTTPError.cancelled) { try await task.value }
    #expect(fake.requests.isEmpty)
  }

  @Test func `counts against the request's timeout, and continues for the next attempt`() async throws {
    let (transport, request) = (transport(), try request(timeout: Self.timeout))
    await #expect(throws: HTTPError.cannotConnect("the host name was not resolved within 0.2 seconds")) {
      try await transport.send(request)
    }
    let next = Task { try await transport.send(try self.request()).status }
    resolver.open()
    #expect(try await next.value == 200)
    #expect(resolver.lookUps == ["api.example"])
  }

  @Test func `leaves the request the rest of its timeout`() async throws {
    let (transport, request) = (transport(), try request())
    let task = Task { try await transport.send(request).status }
    try await waitForLookUp()
    try await Task.sleep(for: .milliseconds(50))
    resolver.open()
    #expect(try await task.value == 200)
    #expect(try #require(fake.requests.first).elapsed >= 0.05)
  }

  @Test func `is left to the proxy, and so is the next request`() async throws {
    let transport = transport(proxy: "http://10.0.0.7:3128")
    for _ in 0..<3 { _ = try await transport.send(try request(timeout: Self.timeout)) }
    #expect(fake.requests.map(\.elapsed).filter { $0 >= 0.1 }.count == 1)
    #expect(fake.requests.allSatisfy { $0.route == .proxy("http://10.0.0.7:3128", []) })
  }

  @Test func `is checked with a proxy too, once it is known`() async throws {
    let slow = SlowResolver(["api.example": IPAddress(bytes: [169, 254, 169, 254])])
    let proxies = ProxyRule(environment: ["https_proxy": "http://10.0.0.7:3128"])
    let transport = GuardedTransport(BothDoors(fake), proxies: proxies, resolve: slow.resolve)
    _ = try await transport.send(try request(timeout: Self.timeout))
    slow.open()
    let request = try request()
    // Until it is known, requests still pass.
    while true {
      do throws(HTTPError) {
        _ = try await transport.send(request)
      } catch {
        guard case .forbiddenDestination = error else { throw error }
        return
      }
    }
  }

  @Test func `is reported as the proxy's`() async throws {
    let slow = transport(proxy: "http://user:secret@p.example:3128")
    await #expect(
      throws: HTTPError.cannotConnect("the proxy's name was not resolved within 0.2 seconds: check https_proxy")
    ) { try await slow.send(try request(timeout: Self.timeout)) }
    resolver.open()
    await #expect(throws: HTTPError.cannotConnect("the proxy's name is unknown: check https_proxy")) {
      try await transport(proxy: "http://p.example:3128").send(try request())
    }
    #expect(fake.requests.isEmpty)
  }
}

@Suite struct SystemResolverTests {
  @Test func `the system's resolver knows this machine`() async {
    let addresses = await SystemResolver.addresses(of: "localhost")
    #expect(!addresses.isEmpty && addresses.allSatisfy { $0.scope == .loopback })
  }
}

@Suite struct ProxyAddressTests {
  @Test(arguments: [
    ("http://proxy:3128", "proxy", 3128, false), ("proxy:3128", "proxy", 3128, false), ("proxy", "proxy", 1080, false),
    ("HTTPS://proxy", "proxy", 443, false), ("http://user:p@ss:1@proxy:8080/path", "proxy", 8080, false),
    ("socks5h://[::1]:1080", "::1", 1080, true), ("[fd00::1]", "fd00::1", 1080, false),
  ])
  func `a proxy's address is read as by libcurl`(text: String, host: String, port: Int, isSOCKS: Bool) throws {
    let address = try #require(ProxyAddress(text))
    #expect(address.host == host && address.port == port && address.isSOCKS == isSOCKS)
  }

  @Test(arguments: ["", "http://", "http://user@:1"])
  func `a proxy without a host has no place`(text: String) {
    #expect(ProxyAddress(text) == nil)
  }
}
