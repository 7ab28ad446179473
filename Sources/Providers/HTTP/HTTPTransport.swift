/// The only access to the network: sends a request and returns the whole answer.
package protocol HTTPTransport: Sendable {
  /// Sends the request once, follows no redirect, and waits for the whole answer, whatever its status.
  ///
  /// - Throws: ``HTTPError`` if there is no whole answer; never for a status of 400 or above.
  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}

/// The route of a request to its host.
package enum HTTPRoute: Sendable, Equatable {
  /// Directly, only to one of these addresses; none are needed for a numeric host or this machine.
  case direct([IPAddress])
  /// Through a proxy, which looks up the name itself; the proxy's own addresses are needed unless its host is numeric.
  case proxy(String, [IPAddress])
}
