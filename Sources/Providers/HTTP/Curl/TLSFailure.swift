/// Explains a failed TLS connection, from libcurl's message, which is that of its TLS library.
struct TLSFailure {
  private let words: String
  private let detail: String
  private let isAtProxy: Bool

  /// - Parameter isAtProxy: whether the peer is the proxy.
  init(_ words: String, isAtProxy: Bool = false) {
    self.words = words
    detail = words.lowercased()
    self.isAtProxy = isAtProxy
  }

  private var party: String { isAtProxy ? "the proxy" : "the server" }
  private var setting: String { isAtProxy ? "https_proxy" : "api_endpoint" }

  private var trustAdvice: String {
    let place = isAtProxy ? "SSL_CERT_FILE" : "the credential's ca_file, or SSL_CERT_FILE of the server,"
    return "To trust it, set \(place) to a file with its authority's certificate"
  }

  private func mentions(_ parts: String...) -> Bool { parts.contains { detail.contains($0) } }

  /// The error of a rejected certificate.
  var verification: HTTPError {
    let subject = "\(party)'s certificate"
    if mentions("expired") { return .insecure("\(subject) has expired") }
    if mentions("not yet valid") { return .insecure("\(subject) is not valid yet. Check the clock of this machine") }
    if mentions("subject name", "does not match", "hostname") {
      return .insecure("\(subject) is for another host name. Check \(setting)")
    }
    if mentions("self-signed", "self signed") { return .insecure("\(subject) is self-signed. \(trustAdvice)") }
    if mentions("issuer") { return .insecure("the authority of \(subject) is unknown. \(trustAdvice)") }
    if mentions("revoked") { return .insecure("\(subject) is revoked") }
    return .insecure(
      "\(subject) is not trusted. Check that it has not expired and that \(setting) has the right host. \(trustAdvice)")
  }

  /// The error of a failed handshake; only a closed connection is worth a retry.
  var handshake: HTTPError {
    if mentions("wrong version number", "packet length too long", "unexpected tls packet") {
      return .insecure("\(party) does not speak TLS there. Check whether \(setting) must begin with http://")
    }
    if mentions("alert", "protocol version", "no shared cipher") {
      return .insecure("\(party) refused the TLS connection")
    }
    let isClosed =
      detail.isEmpty || mentions("syscall", "reset", "eof", "closed", "pipe")
      // GnuTLS wording.
      || mentions("terminated", "pull function", "push function")
    if isClosed {
      return isAtProxy
        ? .cannotConnect("the proxy closed the connection during the TLS handshake: check https_proxy")
        : .connectionLost("it was closed during the TLS handshake")
    }
    return .insecure("the TLS handshake with \(party) failed (\(words)). \(trustAdvice)")
  }
}
