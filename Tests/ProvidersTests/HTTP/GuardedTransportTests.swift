import Foundation
import ProvidersTestSupport
import TestSupport
import Testing

@testable import Providers

@Suite struct GuardedTransportTests {
  private func send(
    to address: String, resolvingTo addresses: [[UInt8]], allowPrivate: Bool = false
  ) async throws -> (error: HTTPError?, lookUps: [String]) {
    let lookUps = SharedList<String>()
    let transport = GuardedTransport(
      BothDoors(FakeTransport("ok")), allowPrivate: allowPrivate,
      resolve: { host in
        lookUps.append(host)
        return addresses.map { IPAddress(bytes: $0) }
      }, now: { 0 })
    let request = HTTPRequest(.get, try #require(URL(string: address)))
    do throws(HTTPError) {
      _ = try await transport.send(request)
      _ = try await transport.send(request)
      return (nil, lookUps.all)
    } catch {
      return (error, lookUps.all)
    }
  }

  @Test func `a name with public addresses passes and is looked up once`() async throws {
    let (error, lookUps) = try await send(to: "https://api.example/v1", resolvingTo: [[8, 8, 8, 8], [1, 1, 1, 1]])
    #expect(error == nil)
    #expect(lookUps == ["api.example"])
  }

  @Test(arguments: ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://8.8.8.8"])
  func `addresses and this machine are not looked up`(address: String) async throws {
    let (error, lookUps) = try await send(to: address, resolvingTo: [[169, 254, 169, 254]])
    #expect(error == nil && lookUps.isEmpty)
  }

  @Test(arguments: [[10, 0, 0, 1], [127, 0, 0, 1], [192, 168, 0, 1]] as [[UInt8]])
  func `a name that leads into a private network needs the option`(bytes: [UInt8]) async throws {
    let (error, _) = try await send(to: "https://api.example", resolvingTo: [[8, 8, 8, 8], bytes])
    guard case .forbiddenDestination(let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("--allow-private-endpoints"))
    #expect(try await send(to: "https://api.example", resolvingTo: [bytes], allowPrivate: true).error == nil)
  }

  @Test(arguments: [false, true])
  func `a name that leads to metadata is never allowed`(allowPrivate: Bool) async throws {
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 169, 254, 169, 254]
    for bytes in [[169, 254, 169, 254], mapped] {
      let (error, _) = try await send(to: "https://a.example", resolvingTo: [bytes], allowPrivate: allowPrivate)
      #expect(error != nil)
    }
  }

  @Test func `a name without addresses is looked up again the next time`() async throws {
    let (error, lookUps) = try await send(to: "https://api.example", resolvingTo: [])
    #expect(error == nil && lookUps.count == 2)
  }

  @Test func `a request has the checked addresses`() async throws {
    let fake = FakeTransport("ok")
    let addresses = [IPAddress(bytes: [8, 8, 8, 8]), IPAddress(bytes: [1, 1, 1, 1])]
    let transport = GuardedTransport(BothDoors(fake), resolve: { _ in addresses }, now: { 0 })
    _ = try await transport.send(HTTPRequest(.get, try #require(URL(string: "https://api.example/v1"))))
    #expect(fake.requests.map(\.route) == [.direct(addresses)])
  }

  @Test func `a request through a proxy leaves the name to it, a forbidden one does not go`() async throws {
    let fake = FakeTransport("ok")
    let url = try #require(URL(string: "https://api.example/v1"))
    let proxies = ProxyRule(environment: ["https_proxy": "http://p:1"])
    let place = IPAddress(bytes: [10, 0, 0, 7])
    let unknown = GuardedTransport(
      BothDoors(fake), proxies: proxies, resolve: { $0 == "p" ? [place] : [] }, now: { 0 })
    _ = try await unknown.send(HTTPRequest(.get, url))
    #expect(fake.requests.map(\.route) == [.proxy("http://p:1", [place])])
    let forbidden = GuardedTransport(
      BothDoors(fake), proxies: proxies, resolve: { _ in [IPAddress(bytes: [169, 254, 169, 254])] }, now: { 0 })
    await #expect(throws: HTTPError.self) { try await forbidden.send(HTTPRequest(.get, url)) }
    #expect(fake.requests.count == 1)
  }

  @Test func `a stream goes only where requests may go`() async throws {
    let transport = GuardedTransport(
      BothDoors(FakeTransport("")), resolve: { _ in [IPAddress(host: "10.0.0.1")].compactMap(\.self) })
    let url = try #require(URL(string: "https://models.example.com/v1"))
    do throws(HTTPError) {
      try await transport.stream(HTTPRequest(.get, url), to: CurlStreamTests.Keeper())
      Issue.record("went there")
    } catch {
      guard case .forbiddenDestination = error else {
        Issue.record("\(error)")
        return
      }
    }
  }
}

/// A scripted transport for whole answers, which streams nothing.
struct BothDoors: HTTPTransport, HTTPStreamingTransport {
  private let whole: FakeTransport

  init(_ whole: FakeTransport) {
    self.whole = whole
  }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse { try await whole.send(request) }

  func stream(_ request: HTTPRequest, to receiver: any HTTPStreamReceiver) async throws(HTTPError) {
    try await WholeAnswerStreaming(transport: whole).stream(request, to: receiver)
  }
}
