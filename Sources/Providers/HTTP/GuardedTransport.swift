import Dispatch
import Foundation
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Refuses requests to names that resolve to addresses where keys must not go.
///
/// URLSession offers no way to see or pin the address before it connects, so the name is resolved here first, once every
/// few minutes, and URLSession resolves it again. A name whose answer changes between the two is not caught by this; it
/// would still need a trusted certificate for that name, since plain http only goes to loopback. A name that does not
/// resolve here passes: behind a proxy that is normal, and elsewhere URLSession says it better.
package final class GuardedTransport: HTTPTransport {
  /// All addresses of a name; empty if there are none.
  package typealias Resolver = @Sendable (_ host: String) async -> [IPAddress]

  private let base: any HTTPTransport
  private let allowPrivate: Bool
  private let resolve: Resolver
  private let now: @Sendable () -> Double
  private let checked = Mutex<[String: Double]>([:])
  private static let trustedFor = 300_000.0

  /// - Parameter now: milliseconds that never go back.
  package init(
    _ base: any HTTPTransport, allowPrivate: Bool = false, resolve: @escaping Resolver = GuardedTransport.resolve,
    now: @escaping @Sendable () -> Double = ProviderClock.system.monotonic
  ) {
    self.base = base
    self.allowPrivate = allowPrivate
    self.resolve = resolve
    self.now = now
  }

  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    try await admit(request)
    return try await base.send(request)
  }

  /// Returns if the request may go where it wants to.
  func admit(_ request: HTTPRequest) async throws(HTTPError) {
    if let host = request.url.host(), !isTrusted(host) { try await check(host) }
  }

  private func isTrusted(_ host: String) -> Bool {
    if DestinationRule.isLoopbackName(host) || IPAddress.looksNumeric(host) || host.contains(":") { return true }
    let moment = now()
    return checked.withLock { $0[host].map { moment - $0 < Self.trustedFor } ?? false }
  }

  private func check(_ host: String) async throws(HTTPError) {
    let addresses = await resolve(host)
    for address in addresses {
      switch address.scope {
      case .global: continue
      case .privateNetwork where allowPrivate, .loopback where allowPrivate: continue
      case .privateNetwork, .loopback:
        throw .forbiddenDestination(
          "\(host) leads to \(address.text), a private address. "
            + "Start the server with --allow-private-endpoints to allow those.")
      case .linkLocalOrMetadata, .unusable:
        throw .forbiddenDestination("\(host) leads to \(address.text), which is never allowed.")
      }
    }
    // A name that does not resolve has not been checked: it may resolve a moment later.
    guard !addresses.isEmpty else { return }
    let moment = now()
    checked.withLock { $0[host] = moment }
  }

  /// Asks the system's resolver, which may take seconds and must not block a task's thread.
  package static func resolve(_ host: String) async -> [IPAddress] {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: lookUp(host)) }
    }
  }

  private static func lookUp(_ host: String) -> [IPAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_protocol = Int32(IPPROTO_TCP)
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [IPAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      if let address = unsafe address(of: entry.pointee) { addresses.append(address) }
      unsafe next = entry.pointee.ai_next
    }
    return addresses
  }

  private static func address(of entry: addrinfo) -> IPAddress? {
    guard let pointer = unsafe UnsafeRawPointer(entry.ai_addr) else { return nil }
    switch unsafe entry.ai_family {
    case AF_INET:
      let value = unsafe pointer.loadUnaligned(as: sockaddr_in.self)
      return unsafe withUnsafeBytes(of: value.sin_addr) { unsafe IPAddress(bytes: Array($0)) }
    case AF_INET6:
      let value = unsafe pointer.loadUnaligned(as: sockaddr_in6.self)
      return unsafe withUnsafeBytes(of: value.sin6_addr) { unsafe IPAddress(bytes: Array($0)) }
    default: return nil
    }
  }
}
