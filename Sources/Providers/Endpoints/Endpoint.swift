import JSONCoding

#if canImport(FoundationEssentials)
  package import FoundationEssentials
#else
  package import Foundation
#endif

/// A provider's checked address, with or without the version and the method that the API's paths add.
///
/// https is allowed anywhere, http on loopback, other private addresses only with an explicit option, and link-local
/// and metadata addresses never. Numeric hosts are normalized before the check, so that `http://2852039166` is
/// recognized as 169.254.169.254.
///
/// This type checks a name by its spelling; ``GuardedTransport`` checks its addresses.
package struct Endpoint: Sendable, Equatable {
  /// `scheme://host[:port]`, in lower case; a key is bound to it.
  package let origin: String
  package let host: String
  /// Nil for the scheme's default.
  let port: Int?
  /// The path as given, without a trailing slash.
  private let path: String
  /// The version in the query, as in Azure's addresses.
  private let apiVersion: String?
  /// The address without a method.
  private let base: URL

  /// Whether the host is this machine.
  package var isLoopback: Bool { DestinationRule.scope(of: host) == .loopback }

  /// Whether the host is this machine or in its private network.
  var isOnOwnNetwork: Bool {
    let scope = DestinationRule.scope(of: host)
    return scope == .loopback || scope == .privateNetwork
  }

  /// The whole address as text.
  package var text: String { origin + path + (apiVersion.map { "?api-version=\($0)" } ?? "") }

  /// The largest number of characters of an address.
  package static let longest = 2_048

  /// Parses and checks an address.
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
  /// A path that ends in the method is its address; a path with a version (`/v1`, `/v1beta/openai`, `/api/paas/v4`) is
  /// followed directly by the method. Any other path may lack the `v1` that most servers have, or have no version. An
  /// address with another method shows which is the case.
  package func addresses(of method: String) -> [URL] {
    let plain = url(method)
    let isWhole = origin + path != base.absoluteString
    if path.hasSuffix("/\(method)") || hasVersion { return [plain] }
    let versioned = url("v1/\(method)")
    return isWhole ? [plain, versioned] : [versioned, plain]
  }

  /// The address of a path under this one.
  ///
  /// - Parameter version: the default `api-version` if the address has none; nil for none.
  func url(_ path: String, version: String? = nil) -> URL { adding(version, to: base.appending(path: path)) }

  /// The address of a path at this origin, from components with arbitrary characters.
  func url(_ components: some Sequence<String>, version: String? = nil) -> URL {
    var origin = base
    while origin.pathComponents.count > 1 { origin.deleteLastPathComponent() }
    return adding(version, to: components.reduce(origin) { $0.appending(component: $1) })
  }

  private func adding(_ version: String?, to url: URL) -> URL {
    guard let version = apiVersion ?? version else { return url }
    return url.appending(queryItems: [URLQueryItem(name: "api-version", value: version)])
  }

  /// The path components without a method.
  var segments: [Substring] { base.path().split(separator: "/") }

  /// Whether the path has a version (`/v1`, `/v1beta/openai`).
  var hasVersion: Bool { segments.contains(where: Self.isVersion) }

  /// The address of a method outside the versions, such as Ollama's `api/tags`.
  package func unversioned(_ method: String) -> URL {
    let root = base.lastPathComponent == "v1" ? base.deletingLastPathComponent() : base
    return root.appending(path: method)
  }

  /// The method paths in the documentation of servers.
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
