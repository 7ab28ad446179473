import Dispatch
import Synchronization

/// Lets requests go only to addresses where keys may go.
///
/// A name is resolved here, all its addresses are judged, and the request is sent to these and to no others: what the
/// name resolves to later cannot lead it elsewhere. The addresses are kept for a minute, or until nobody answers there.
/// Behind a proxy, which resolves names itself, a name that is unknown here passes.
package final class GuardedTransport: HTTPTransport, HTTPStreamingTransport {
  /// All addresses of a name; empty if there are none.
  package typealias Resolver = @Sendable (_ host: String) async -> [IPAddress]

  private struct Approval {
    let addresses: [IPAddress]
    let until: Double
  }

  private let base: any HTTPTransport & HTTPStreamingTransport
  private let allowPrivate: Bool
  private let proxies: ProxyRule
  private let resolve: Resolver
  private let now: @Sendable () -> Double
  private let approved = Mutex<[String: Approval]>([:])
  private static let approvedFor = 60_000.0

  /// - Parameter now: milliseconds that never go back.
  package init(
    _ base: any HTTPTransport & HTTPStreamingTransport, allowPrivate: Bool = false, proxies: ProxyRule = .none,
    resolve: @escaping Resolver = GuardedTransport.resolve,
    now: @escaping @Sendable () -> Double = ProviderClock.system.monotonic
  ) {
    self.base = base
    self.allowPrivate = allowPrivate
    self.proxies = proxies
    self.resolve = resolve
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

  /// The request with the way that it has to take.
  private func routed(_ request: HTTPRequest) async throws(HTTPError) -> HTTPRequest {
    let host = request.host
    var request = request
    let proxy = request.isEncrypted ? proxies.proxy(host: host, port: request.port) : nil
    if DestinationRule.isLoopbackName(host) || IPAddress(urlHost: host) != nil {
      request.route = proxy.map(HTTPRoute.proxy) ?? .direct([])
    } else {
      let addresses = try await addresses(of: host)
      request.route = proxy.map(HTTPRoute.proxy) ?? .direct(addresses)
    }
    return request
  }

  private func addresses(of host: String) async throws(HTTPError) -> [IPAddress] {
    let moment = now()
    if let known = approved.withLock({ $0[host] }), moment < known.until { return known.addresses }
    let addresses = await resolve(host)
    for address in addresses { try judge(address, of: host) }
    // A name that is unknown at the moment is asked for again.
    if !addresses.isEmpty {
      approved.withLock { $0[host] = Approval(addresses: addresses, until: moment + Self.approvedFor) }
    }
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

  /// Where nobody answers, the name may have moved.
  private func forget(_ request: HTTPRequest, after error: HTTPError) {
    guard case .cannotConnect = error else { return }
    approved.withLock { $0[request.host] = nil }
  }

  /// Asks the system's resolver, which may take seconds and must not block a task's thread.
  package static func resolve(_ host: String) async -> [IPAddress] {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: SystemResolver.lookUp(host)) }
    }
  }
}
