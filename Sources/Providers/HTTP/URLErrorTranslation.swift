import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Says in our terms what URLSession says in its own.
enum URLErrorTranslation {
  static func httpError(_ error: any Error, timeout: Double) -> HTTPError {
    guard let error = error as? URLError else { return .connectionLost("an unknown error") }
    switch error.code {
    case .cancelled: return .cancelled
    case .timedOut: return .timedOut(seconds: timeout)
    case .cannotConnectToHost: return .cannotConnect("the connection was refused")
    case .cannotFindHost, .dnsLookupFailed: return .cannotConnect("the host name is unknown")
    case .notConnectedToInternet: return .cannotConnect("there is no network")
    case .networkConnectionLost: return .connectionLost("it was closed")
    // On Linux also an answer shorter than it was announced.
    case .unknown: return .connectionLost("it ended too early")
    // On Linux also what a server sends that is no HTTP.
    case .badServerResponse: return .connectionLost("it was closed without an answer")
    case .cannotParseResponse, .cannotDecodeRawData, .cannotDecodeContentData, .zeroByteResource:
      return .malformed("its answer cannot be read")
    case .secureConnectionFailed: return .insecure("TLS failed")
    case .serverCertificateUntrusted, .serverCertificateHasBadDate, .serverCertificateHasUnknownRoot,
      .serverCertificateNotYetValid, .clientCertificateRejected, .clientCertificateRequired:
      return .insecure("the certificate is not trusted")
    default: return .connectionLost("URLSession error \(error.code.rawValue)")
    }
  }
}
