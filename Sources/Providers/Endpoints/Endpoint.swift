import JSONCoding

#if canImport(FoundationEssentials)
  package import FoundationEssentials
#else
  package import Foundation
#endif

/// Where a provider is reached: a checked base address, without the version and method that the API's paths add.
///
/// https is allowed anywhere, http on loopback; other private addresses only with an explicit option; link-local and
/// metadata addresses never. Numeric hosts are brought into their usual spelling before they are judged, so that
/// `http://2852039166` is seen as 169.254.169.254.
///
/// A name is judged by its spelling here and by its addresses in ``GuardedTransport``.
package struct Endpoint: Sendable, Equatable {
  /// `scheme://host[:port]`, in lower case: what a key is bound to.
  package let origin: String
  package let host: String
  /// Nil for the scheme's own.
  let port: Int?
  /// The origin and the path, without a slash at the end.
  package let base: URL
  private let path: String

  /// Whether this machine itself is meant.
  package var isLoopback: Bool { DestinationRule.scope(of: host) == .loopback }

  /// Whether this machine or its private network is meant.
  var isOnOwnNetwork: Bool {
    let scope = DestinationRule.scope(of: host)
    return scope == .loopback || scope == .privateNetwork
  }

  /// The base as a text.
  package var text: String { origin + path }

  /// The most characters of an address.
  package static let longest = 2_048

  /// Reads and checks an address.
  ///
  /// A path may end in `/`, in a version (`/v1`) or in a method (`/chat/completions`, `/messages`); a missing scheme
  /// is an error.
  package init(_ text: String, allowPrivate: Bool = false) throws(EndpointError) {
    let parts = try EndpointParser.parse(text)
    try DestinationRule.check(host: parts.host, isEncrypted: parts.scheme == "https", allowPrivate: allowPrivate)
    let origin = "\(parts.scheme)://\(parts.host)" + (parts.port.map { ":\($0)" } ?? "")
    let path = Self.withoutMethod(parts.path)
    guard let base = URL(string: origin + path) else { throw .malformed(EndpointParser.shown(text)) }
    self.origin = origin
    self.host = parts.host
    port = parts.port
    self.path = path
    self.base = base
  }

  /// The address of a versioned method such as `chat/completions`.
  ///
  /// `v1` is put before it unless the path names a version already (`/v1`, `/v1beta/openai`, `/api/paas/v4`).
  package func versioned(_ method: String) -> URL {
    let hasVersion = path.split(separator: "/").contains { Self.isVersion($0) }
    return base.appending(path: hasVersion ? method : "v1/\(method)")
  }

  /// The address of a method beside the versions, such as Ollama's `api/tags`.
  package func unversioned(_ method: String) -> URL {
    let root = path.hasSuffix("/v1") ? base.deletingLastPathComponent() : base
    return root.appending(path: method)
  }

  private static func withoutMethod(_ path: String) -> String {
    var path = path[...]
    while path.hasSuffix("/") { path.removeLast() }
    for method in ["/chat/completions", "/messages", "/models"] where path.hasSuffix(method) {
      path.removeLast(method.count)
    }
    return String(path)
  }

  private static func isVersion(_ segment: Substring) -> Bool {
    segment.hasPrefix("v") && segment.dropFirst().first?.isNumber == true
  }
}

/// Why an address is no endpoint.
package enum EndpointError: ClientFacingError, Sendable, Equatable {
  case tooLong
  /// The text, without anything that could be a secret.
  case malformed(String)
  case hasUserInfo
  case hasQuery
  case unencrypted(host: String)
  case privateAddress(host: String)
  case forbiddenAddress(host: String)

  package var description: String {
    switch self {
    case .tooLong: "An address has at most \(Endpoint.longest) characters."
    case .malformed(let text):
      "\"\(text)\" is no address: write it like https://host/path or http://localhost:11434."
    case .hasUserInfo: "An address must not hold a user name or a password: give the key as api_key."
    case .hasQuery: "An address must not hold a query or a fragment: leave out ? and # and what follows."
    case .unencrypted(let host): "http is allowed on this machine only: write https://\(host)."
    case .privateAddress(let host):
      "\(host) is a private address: start the server with --allow-private-endpoints to allow those."
    case .forbiddenAddress(let host): "\(host) is never allowed: it is a link-local, metadata or reserved address."
    }
  }
}
