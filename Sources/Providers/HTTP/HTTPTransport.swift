#if canImport(FoundationEssentials)
  package import FoundationEssentials
#else
  package import Foundation
#endif

/// The only access to the network: sends a request and returns the whole answer.
package protocol HTTPTransport: Sendable {
  /// Sends the request once, follows no redirect, and waits for the whole answer, whatever its status.
  ///
  /// - Throws: ``HTTPError`` if there is no whole answer; never for a status of 400 or above.
  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}

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

/// The route of a request to its host.
package enum HTTPRoute: Sendable, Equatable {
  /// Directly, only to one of these addresses; none are needed for a numeric host or this machine.
  case direct([IPAddress])
  /// Through a proxy, which looks up the name itself; the proxy's own addresses are needed unless its host is numeric.
  case proxy(String, [IPAddress])
}

extension HTTPRequest: CustomStringConvertible, CustomReflectable {
  package var description: String { "\(method.rawValue) \(url.absoluteString)" }
  package var customMirror: Mirror { Mirror(self, children: ["method": method.rawValue, "url": url.absoluteString]) }
}

/// A whole answer.
package struct HTTPResponse: Sendable, Equatable {
  /// The largest answer in bytes, after decompression.
  package static let bodyLimit = 32 * 1_048_576

  package var status: Int
  package var headers: HTTPHeaders
  package var body: [UInt8]

  package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Whether the body was sent compressed.
  var isCompressed: Bool { headers["Content-Encoding"].map { !$0.isEmpty && $0.lowercased() != "identity" } ?? false }
}

/// Why a request has no whole answer.
package enum HTTPError: Error, Sendable, Equatable {
  case cancelled
  /// The whole exchange took longer than the request's timeout.
  case timedOut(seconds: Double)
  /// The server stopped sending in the middle of its answer.
  case stalled(seconds: Double)
  /// The host's name has no address.
  case unknownHost
  /// No connection could be made: refused or unreachable.
  case cannotConnect(String)
  /// The connection broke before the answer was complete.
  case connectionLost(String)
  /// No trusted TLS connection could be made.
  case insecure(String)
  /// The server answered with a redirect, which is never followed.
  case redirected(status: Int, location: String)
  /// The answer is larger than the transport's limit in bytes.
  case tooLarge(limit: Int)
  /// The destination is not allowed.
  case forbiddenDestination(String)
  /// The server violated HTTP.
  case malformed(String)
  /// The proxy from the environment refused the request.
  case proxyRefused(String)
  /// A requirement of every request is missing, such as libcurl.
  case unavailable(String)
}
