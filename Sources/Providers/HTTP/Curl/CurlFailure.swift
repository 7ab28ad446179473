import CCurl

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Translates libcurl's errors into an ``HTTPError`` with a helpful reason.
enum CurlFailure {
  /// libcurl's details of a failure.
  struct Report {
    var code: Int
    /// libcurl's own message.
    var detail = ""
    /// The `errno` of the last connection.
    var systemError: Int32 = 0
    /// The status of the proxy's answer to CONNECT; 0 if there was none.
    var proxyStatus = 0
    var route = HTTPRoute.direct([])
    /// Whether the answer had begun.
    var hasAnswered = false
    var timeout = 0.0
    /// The file of trusted certificates, if set.
    var certificateFile: String?
  }

  /// The error of a transfer that ended with this code; nil for a complete answer.
  static func error(of transfer: CurlTransfer, code: Int) -> HTTPError? {
    guard let handle = transfer.handle else { return nil }
    let request = transfer.request
    if code == CURLE_OK {
      // Compressed data was cut off before it yielded a byte. An error status is informative even without a body.
      guard let status = transfer.status, status < 300, transfer.received == 0 else { return nil }
      let count = unsafe ccurl_get_long(handle.easy, Int32(CURLINFO_SIZE_DOWNLOAD_T))
      return count > 0 ? .connectionLost("its compressed body was cut off") : nil
    }
    var report = Report(code: code)
    report.detail = handle.errorDetail
    report.systemError = Int32(truncatingIfNeeded: unsafe ccurl_get_long(handle.easy, Int32(CURLINFO_OS_ERRNO)))
    report.proxyStatus = handle.proxyStatus
    report.route = request.route
    report.hasAnswered = transfer.status != nil
    report.timeout = min(request.timeout, transfer.settings.connectTimeout)
    report.certificateFile = handle.certificateFile ?? transfer.settings.certificateFile
    return error(report)
  }

  static func error(_ report: Report) -> HTTPError {
    if report.proxyStatus >= 300, !report.hasAnswered {
      let advice = report.proxyStatus == 407 ? "It wants a user name and a password. " : ""
      return .proxyRefused(
        "the proxy answered \(report.proxyStatus). \(advice)Check https_proxy, or name the host in NO_PROXY")
    }
    let tls = TLSFailure(report.detail, isAtProxy: report.isAtProxy)
    switch report.code {
    case CURLE_COULDNT_RESOLVE_PROXY: return .cannotConnect("the proxy's name is unknown: check https_proxy")
    case CURLE_COULDNT_RESOLVE_HOST: return .unknownHost
    case CURLE_PROXY: return .proxyRefused("the proxy let nothing through. Check https_proxy or all_proxy")
    case CURLE_COULDNT_CONNECT: return .cannotConnect(noConnection(report))
    case CURLE_OPERATION_TIMEDOUT:
      return .cannotConnect(CurlTransfer.noConnection(within: report.timeout, route: report.route))
    case CURLE_PEER_FAILED_VERIFICATION: return tls.verification
    case CURLE_SSL_CACERT_BADFILE: return .insecure(unreadableFile(report.certificateFile))
    case CURLE_SSL_CONNECT_ERROR: return tls.handshake
    case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR: return brokenConnection(report)
    case CURLE_PARTIAL_FILE: return .connectionLost("it was closed in the middle")
    case CURLE_HTTP2, CURLE_HTTP2_STREAM: return .connectionLost("the server gave up the HTTP/2 stream")
    // libcurl refuses to write what it cannot decompress: data after the compressed body, or a second part of it.
    case CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR: return .malformed("its compressed body cannot be read")
    // Servers and proxies do this briefly while they start.
    case CURLE_UNSUPPORTED_PROTOCOL: return .connectionLost("the response was not HTTP")
    case CURLE_WEIRD_SERVER_REPLY: return .malformed("its head is invalid")
    case CURLE_TOO_LARGE, CURLE_OUT_OF_MEMORY:
      return report.hasAnswered
        ? .connectionLost("there is no memory left") : .malformed("its header fields are too large")
    default: return .connectionLost(unsafe String(cString: ccurl_error_text(Int32(report.code))))
    }
  }

  private static func noConnection(_ report: Report) -> String {
    let subject = report.isAtProxy ? "the proxy's " : "the "
    let advice = report.isAtProxy ? ": check https_proxy" : ""
    switch report.systemError {
    case ECONNREFUSED: return "\(subject)connection was refused\(advice)"
    case ENETUNREACH, EHOSTUNREACH: return "\(subject)network is unreachable\(advice)"
    default: return "there is no connection\(report.isAtProxy ? " to the proxy" : "")\(advice)"
    }
  }

  private static func brokenConnection(_ report: Report) -> HTTPError {
    let detail = report.detail.lowercased()
    if report.isAtProxy {
      return .cannotConnect("the proxy closed the connection without an answer: check https_proxy")
    }
    if report.code == CURLE_GOT_NOTHING { return .connectionLost("it was closed without an answer") }
    if detail.contains("chunk") || detail.contains("illegal or missing hexadecimal") {
      return .malformed("its chunks cannot be read")
    }
    return .connectionLost(detail.contains("reset") ? "it was reset" : "it was closed in the middle")
  }

  private static func unreadableFile(_ file: String?) -> String {
    if let file { return "the certificate file \(file) cannot be read" }
    return "this system has no certificates to trust. Install the package ca-certificates, or set SSL_CERT_FILE"
  }
}

extension CurlFailure.Report {
  /// Whether the failure happened on the way to the proxy, before a tunnel existed.
  fileprivate var isAtProxy: Bool {
    guard case .proxy(let proxy, _) = route, proxyStatus == 0 else { return false }
    // A SOCKS proxy does not answer CONNECT, but has an error code of its own for a refusal.
    return ProxyAddress(proxy)?.isSOCKS != true || code == CURLE_COULDNT_CONNECT
  }
}
