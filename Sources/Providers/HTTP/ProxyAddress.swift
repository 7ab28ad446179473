/// The address of a proxy, parsed from its URL as by libcurl: `http://user:password@host:3128`, or a part of it.
struct ProxyAddress: Sendable, Equatable {
  /// The host, IPv6 without brackets.
  let host: String
  let port: Int
  let isSOCKS: Bool

  /// - Returns: nil if there is no host.
  init?(_ text: String) {
    var rest = text[...]
    var scheme = "http"
    if let separator = rest.firstRange(of: "://") {
      scheme = rest[..<separator.lowerBound].lowercased()
      rest = rest[separator.upperBound...]
    }
    rest = rest.prefix { !"/?#".contains($0) }
    if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    var port: Int?
    if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") {
      port = Int(rest[rest.index(after: colon)...])
      rest = rest[..<colon]
    }
    if rest.hasPrefix("["), rest.hasSuffix("]") { rest = rest.dropFirst().dropLast() }
    guard !rest.isEmpty else { return nil }
    host = String(rest)
    self.port = port ?? (scheme == "https" ? 443 : 1080)
    isSOCKS = scheme.hasPrefix("socks")
  }
}
