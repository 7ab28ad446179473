import CCurl

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Says in our terms, and in words that help, why libcurl has given up.
enum CurlFailure {
  /// What libcurl knows about a failure.
  struct Report {
    var code: Int
    /// Its own words.
    var detail = ""
    /// The system's number for the error of the last connection.
    var systemError: Int32 = 0
    /// The status of the proxy's answer to CONNECT; 0 where there was none.
    var proxyStatus = 0
    var isProxied = false
    /// Whether the answer had begun.
    var hasAnswered = false
    var isEncrypted = false
    var timeout = 0.0
    /// The file with the certificates to trust, where one was named.
    var certificateFile: String?
  }

  /// The error of a transfer that ended with this code; nil for a whole answer.
  static func error(of transfer: CurlTransfer, code: Int) -> HTTPError? {
    guard let handle = transfer.handle else { return nil }
    let request = transfer.request
    if code == CURLE_OK {
      // Compressed data that was cut off before it gave a single byte.
      let count = unsafe ccurl_get_long(handle.easy, Int32(CURLINFO_SIZE_DOWNLOAD_T))
      return count > 0 && transfer.received == 0 ? .connectionLost("its compressed body was cut off") : nil
    }
    var report = Report(code: code)
    report.detail = handle.errorDetail
    report.systemError = Int32(truncatingIfNeeded: unsafe ccurl_get_long(handle.easy, Int32(CURLINFO_OS_ERRNO)))
    report.proxyStatus = unsafe ccurl_get_long(handle.easy, Int32(CURLINFO_HTTP_CONNECTCODE))
    if case .proxy = request.route { report.isProxied = true }
    report.hasAnswered = transfer.hasAnswered
    report.isEncrypted = request.isEncrypted
    report.timeout = min(request.timeout, transfer.settings.connectTimeout)
    report.certificateFile = handle.certificateFile
    return error(report)
  }

  static func error(_ report: Report) -> HTTPError {
    if report.proxyStatus >= 300, !report.hasAnswered {
      let advice = report.proxyStatus == 407 ? "It wants a user name and a password. " : ""
      return .proxyRefused(
        "the proxy answered \(report.proxyStatus). \(advice)Check https_proxy, or name the host in NO_PROXY")
    }
    let detail = report.detail.lowercased()
    let subject = report.isProxied ? "the proxy's " : "the "
    switch report.code {
    case CURLE_COULDNT_RESOLVE_PROXY: return .cannotConnect("the proxy's name is unknown: check https_proxy")
    case CURLE_COULDNT_RESOLVE_HOST: return .unknownHost
    case CURLE_PROXY: return .proxyRefused("the proxy let nothing through. Check https_proxy or all_proxy")
    case CURLE_COULDNT_CONNECT:
      switch report.systemError {
      case ECONNREFUSED: return .cannotConnect("\(subject)connection was refused")
      case ENETUNREACH, EHOSTUNREACH: return .cannotConnect("\(subject)network is unreachable")
      default: return .cannotConnect("there is no connection\(report.isProxied ? " to the proxy" : "")")
      }
    case CURLE_OPERATION_TIMEDOUT:
      return .cannotConnect("there was no connection within \(CurlTransfer.text(report.timeout)) seconds")
    case CURLE_PEER_FAILED_VERIFICATION: return .insecure(certificateFault(detail))
    case CURLE_SSL_CACERT_BADFILE:
      return .insecure("the certificate file \(report.certificateFile ?? "of the system") cannot be read")
    case CURLE_SSL_CONNECT_ERROR: return handshakeFault(detail)
    case CURLE_GOT_NOTHING: return .connectionLost("it was closed without an answer")
    case CURLE_PARTIAL_FILE: return .connectionLost("it was closed in the middle")
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR: return brokenConnection(detail)
    case CURLE_HTTP2, CURLE_HTTP2_STREAM: return .connectionLost("the server gave up the HTTP/2 stream")
    case CURLE_BAD_CONTENT_ENCODING: return .malformed("its compressed body cannot be read")
    // Servers and proxies that are just starting do this for a moment.
    case CURLE_UNSUPPORTED_PROTOCOL: return .connectionLost("what came was no HTTP")
    case CURLE_WEIRD_SERVER_REPLY: return .malformed("its head breaks the rules")
    case CURLE_TOO_LARGE, CURLE_OUT_OF_MEMORY:
      return report.hasAnswered
        ? .connectionLost("there is no memory left") : .malformed("its header fields are too large")
    default: return .connectionLost(unsafe String(cString: ccurl_error_text(Int32(report.code))))
    }
  }

  private static func brokenConnection(_ detail: String) -> HTTPError {
    if detail.contains("chunk") || detail.contains("illegal or missing hexadecimal") {
      return .malformed("its chunks cannot be read")
    }
    return .connectionLost(detail.contains("reset") ? "it was reset" : "it was closed in the middle")
  }

  private static func certificateFault(_ detail: String) -> String {
    if detail.contains("expired") { return "the server's certificate has expired" }
    if detail.contains("not yet valid") {
      return "the server's certificate is not valid yet. Check the clock of this machine"
    }
    if detail.contains("subject name") || detail.contains("does not match") || detail.contains("hostname") {
      return "the server's certificate is for another host name. Check api_endpoint"
    }
    if detail.contains("self-signed") || detail.contains("self signed") {
      return "the server's certificate is self-signed. \(trustAdvice)"
    }
    if detail.contains("issuer") { return "the authority of the server's certificate is unknown. \(trustAdvice)" }
    if detail.contains("revoked") { return "the server's certificate is revoked" }
    return "the server's certificate is not trusted. \(trustAdvice)"
  }

  private static let trustAdvice =
    "To trust it, set the credential's ca_file, or SSL_CERT_FILE of the server, to a file with its authority's certificate"

  private static func handshakeFault(_ detail: String) -> HTTPError {
    if detail.contains("wrong version number") || detail.contains("packet length too long") {
      return .insecure("the server does not speak TLS there. Check whether api_endpoint must begin with http://")
    }
    if detail.contains("alert") || detail.contains("protocol version") || detail.contains("no shared cipher") {
      return .insecure("the server refused the TLS connection")
    }
    return .connectionLost("it was closed during the TLS handshake")
  }
}
