#if canImport(FoundationEssentials)
  package import FoundationEssentials
#else
  package import Foundation
#endif

/// An outgoing request.
///
/// Its description contains only the method and the address, because the headers hold keys and the body holds prompts.
package struct HTTPRequest: Sendable, Equatable {
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }

  package var method: Method
  package var url: URL
  package var headers: HTTPHeaders
  package var body: [UInt8]
  /// Seconds for the whole exchange, from sending to the last byte of the answer.
  package var timeout: Double
  /// The route to the host.
  package var route = HTTPRoute.direct([])
  /// Seconds of the timeout used up before the request is sent.
  var elapsed = 0.0
  /// A file of trusted certificates in PEM; nil for the transport's own.
  package var certificateFile: String?
  /// Whether a streamed answer may have any size and take any time, as long as it does not fall silent.
  package var isOpenEnded = false

  package static let defaultTimeout = 120.0

  package init(
    _ method: Method, _ url: URL, headers: HTTPHeaders = [:], body: [UInt8] = [],
    timeout: Double = HTTPRequest.defaultTimeout, certificateFile: String? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.certificateFile = certificateFile
  }
}

extension HTTPRequest {
  /// The host, IPv6 without brackets.
  var host: String { url.host() ?? "" }
  var isEncrypted: Bool { url.scheme == "https" }
  var port: Int { url.port ?? (isEncrypted ? 443 : 80) }
  var address: String { url.absoluteString }
}

extension HTTPRequest: CustomStringConvertible, CustomReflectable {
  package var description: String { "\(method.rawValue) \(url.absoluteString)" }
  package var customMirror: Mirror { Mirror(self, children: ["method": method.rawValue, "url": url.absoluteString]) }
}
