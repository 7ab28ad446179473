/// Sends requests only to addresses where keys may be sent.
///
/// A name is resolved here, all its addresses are checked, and the request goes only to these addresses, so that a
/// later change of the name has no effect. The addresses are kept for a minute, or until a connection to them fails. A
/// proxy resolves names itself; with a proxy, a name that is unknown here is accepted, and little time is spent on its
/// lookup.
package final class GuardedTransport: HTTPTransport, HTTPStreamingTransport {
  /// Looks up all addresses of a name; empty if there are none.
  package typealias Resolver = @Sendable (_ host: String) async -> [IPAddress]

  private let base: any HTTPTransport & HTTPStreamingTransport
  private let allowPrivate: Bool
  private let proxies: ProxyRule
  private let cache: ResolverCache
  private let now: @Sendable () -> Double
  /// The time limit in seconds for a name that the proxy also looks up.
  private static let patience = 2.0

  /// - Parameter now: monotonic time in milliseconds.
  package init(
    _ base: any HTTPTransport & HTTPStreamingTransport, allowPrivate: Bool = false, proxies: ProxyRule = .none,
    resolve: @escaping Resolver = SystemResolver.addresses,
    now: @escaping @Sendable () -> Double = ProviderClock.system.monotonic
  ) {
    self.base = base
    self.allowPrivate = allowPrivate
    self.proxies = proxies
    cache = ResolverCache(resolve: resolve, now: now)
    self.now = now
  }

  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let request = try await routed(request)
    do throws(HTTPError) {
      return try await base.send(request)
    } catch {
      forget(request, after: error)
      throw error
    }
  }

  package func stream(_ request: HTTPRequest, to receiver: any HTTPStreamReceiver) async throws(HTTPError) {
    let request = try await routed(request)
    do throws(HTTPError) {
      try await base.stream(request, to: receiver)
    } catch {
      forget(request, after: error)
      throw error
    }
  }

  /// The request with its route.
  private func routed(_ request: HTTPRequest) async throws(HTTPError) -> HTTPRequest {
    let start = now()
    let host = request.host
    let proxy = request.isEncrypted ? proxies.proxy(host: host, port: request.port) : nil
    var request = request
    if let proxy { request.route = .proxy(proxy, try await addresses(ofProxy: proxy, for: request)) }
    if !DestinationRule.isLoopbackName(host), IPAddress(urlHost: host) == nil {
      let addresses = try await addresses(of: host, isProxied: proxy != nil, for: request)
      for address in addresses { try judge(address, of: host) }
      if proxy == nil { request.route = .direct(addresses) }
    }
    request.elapsed = (now() - start) / 1_000
    return request
  }

  private func addresses(
    of host: String, isProxied: Bool, for request: HTTPRequest
  ) async throws(HTTPError) -> [IPAddress] {
    let limit = isProxied ? min(Self.patience, request.timeout) : request.timeout
    let addresses = try await cache.addresses(of: host, within: limit, remembersUnknown: isProxied)
    if let addresses { return addresses }
    if isProxied { return [] }
    throw .cannotConnect("the host name was not resolved within \(CurlTransfer.text(limit)) seconds")
  }

  /// The addresses of a proxy, which may be anywhere; none for a numeric proxy host.
  private func addresses(ofProxy proxy: String, for request: HTTPRequest) async throws(HTTPError) -> [IPAddress] {
    guard let host = ProxyAddress(proxy)?.host, IPAddress(urlHost: host) == nil else { return [] }
    if DestinationRule.isLoopbackName(host) { return IPAddress.loopback }
    guard let addresses = try await cache.addresses(of: host, within: request.timeout) else {
      let seconds = CurlTransfer.text(request.timeout)
      throw .cannotConnect("the proxy's name was not resolved within \(seconds) seconds: check https_proxy")
    }
    guard !addresses.isEmpty else { throw .cannotConnect("the proxy's name is unknown: check https_proxy") }
    return addresses
  }

  private func judge(_ address: IPAddress, of host: String) throws(HTTPError) {
    switch address.scope {
    case .global: return
    case .privateNetwork where allowPrivate, .loopback where allowPrivate: return
    case .privateNetwork, .loopback:
      throw .forbiddenDestination(
        "\(host) leads to \(address.text), a private address. "
          + "Start the server with --allow-private-endpoints to allow those.")
    case .linkLocalOrMetadata, .unusable:
      throw .forbiddenDestination("\(host) leads to \(address.text), which is never allowed.")
    }
  }

  /// After a failed connection the name may have moved.
  private func forget(_ request: HTTPRequest, after error: HTTPError) {
    guard case .cannotConnect = error else { return }
    switch request.route {
    case .direct: cache.forget(request.host)
    case .proxy(let proxy, _): if let host = ProxyAddress(proxy)?.host { cache.forget(host) }
    }
  }
}
