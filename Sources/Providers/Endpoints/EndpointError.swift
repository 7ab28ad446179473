import JSONCoding

/// Why a text is not a valid endpoint.
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
      "\"\(text)\" is not an address: write it like https://host/path or http://localhost:11434."
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
