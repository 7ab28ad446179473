import JSONCoding

#if canImport(FoundationEssentials)
  package import FoundationEssentials
#else
  package import Foundation
#endif

/// Where a provider is reached: a checked address, with or without the version and the method that the API's paths add.
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
  /// As it was given, without a slash at the end.
  private let path: String
  /// The version that it names in a query, as Azure's addresses do.
  private let apiVersion: String?
  /// The same without a method.
  private let base: URL

  /// Whether this machine itself is meant.
  package var isLoopback: Bool { DestinationRule.scope(of: host) == .loopback }

  /// Whether this machine or its private network is meant.
  var isOnOwnNetwork: Bool {
    let scope = DestinationRule.scope(of: host)
    return scope == .loopback || scope == .privateNetwork
  }

  /// The whole as a text.
  package var text: String { origin + path + (apiVersion.map { "?api-version=\($0)" } ?? "") }

  /// The most characters of an address.
  package static let longest = 2_048

  /// Reads and checks an address.
  ///
  /// A path may end in `/`, in a version (`/v1`) or in a method (`/chat/completions`, `/messages`), and a query may name
  /// a version (`?api-version=2024-10-21`); a missing scheme is an error.
  package init(_ text: String, allowPrivate: Bool = false) throws(EndpointError) {
    let parts = try EndpointParser.parse(text)
    try DestinationRule.check(host: parts.host, isEncrypted: parts.scheme == "https", allowPrivate: allowPrivate)
    let origin = "\(parts.scheme)://\(parts.host)" + (parts.port.map { ":\($0)" } ?? "")
    var path = parts.path[...]
    while path.hasSuffix("/") { path.removeLast() }
    guard let base = URL(string: origin + Self.withoutMethod(path)) else {
      throw .malformed(EndpointParser.shown(text))
    }
    self.origin = origin
    self.host = parts.host
    port = parts.port
    self.path = String(path)
    apiVersion = parts.apiVersion
    self.base = base
  }

  /// The addresses that a method such as `chat/completions` can have, the likeliest first.
  ///
  /// A path that ends in the method is its address, and a path with a version (`/v1`, `/v1beta/openai`, `/api/paas/v4`)
  /// has it right behind. Any other path may lack the `v1` that most servers have, or have none. The address of another
  /// method shows which it is.
  package func addresses(of method: String) -> [URL] {
    let plain = url(method)
    let isWhole = origin + path != base.absoluteString
    if path.hasSuffix("/\(method)") || hasVersion { return [plain] }
    let versioned = url("v1/\(method)")
    return isWhole ? [plain, versioned] : [versioned, plain]
  }

  /// The address of a path behind this one.
  ///
  /// - Parameter version: the `api-version` where the address itself names none; nil for none.
  func url(_ path: String, version: String? = nil) -> URL { adding(version, to: base.appending(path: path)) }

  /// The address of a path at this origin, by its parts, which may have any characters.
  func url(_ components: some Sequence<String>, version: String? = nil) -> URL {
    var origin = base
    while origin.pathComponents.count > 1 { origin.deleteLastPathComponent() }
    return adding(version, to: components.reduce(origin) { $0.appending(component: $1) })
  }

  private func adding(_ version: String?, to url: URL) -> URL {
    guard let version = apiVersion ?? version else { return url }
    return url.appending(queryItems: [URLQueryItem(name: "api-version", value: version)])
  }

  /// The parts of the path without a method.
  var segments: [Substring] { base.path().split(separator: "/") }

  /// Whether the path has a version (`/v1`, `/v1beta/openai`).
  var hasVersion: Bool { segments.contains(where: Self.isVersion) }

  /// The address of a method beside the versions, such as Ollama's `api/tags`.
  package func unversioned(_ method: String) -> URL {
    let root = base.lastPathComponent == "v1" ? base.deletingLastPathComponent() : base
    return root.appending(path: method)
  }

  /// What stands at the end of addresses in the documents of servers.
  private static let methods = [
    "/chat/completions", "/completions", "/responses", "/embeddings", "/messages", "/models",
  ]

  private static func withoutMethod(_ path: Substring) -> Substring {
    let method = methods.first { path.hasSuffix($0) }
    return path.dropLast(method?.count ?? 0)
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
    case .hasQuery:
      "An address must not hold a fragment, or a query other than ?api-version=: leave out ? and # and what follows."
    case .unencrypted(let host): "http is allowed on this machine only: write https://\(host)."
    case .privateAddress(let host):
      "\(host) is a private address: start the server with --allow-private-endpoints to allow those."
    case .forbiddenAddress(let host): "\(host) is never allowed: it is a link-local, metadata or reserved address."
    }
  }
}
