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
