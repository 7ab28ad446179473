/// The door to the network for answers that are used while they come.
package protocol HTTPStreamingTransport: Sendable {
  /// Sends the request once, follows no redirect, and hands over the answer piece by piece, whatever its status.
  ///
  /// Returns when the answer has ended or the receiver has had enough. The request's timeout is the longest silence: it
  /// begins anew with every piece. Cancelling the task closes the connection at once.
  /// - Throws: ``HTTPError`` when the answer did not come to its end.
  func stream(_ request: HTTPRequest, to receiver: any HTTPStreamReceiver) async throws(HTTPError)
}

/// Takes an answer while it comes.
///
/// Its methods are called one after the other. They must be short and must not wait: while they work nothing more is
/// read, which is what keeps a fast server from filling the memory.
package protocol HTTPStreamReceiver: Sendable {
  /// The answer has begun; called once, before its first piece.
  func begin(status: Int, headers: HTTPHeaders)
  /// A piece of the body has come.
  func receive(_ bytes: [UInt8]) -> HTTPStreamAppetite
}

/// What a receiver wants after a piece.
package enum HTTPStreamAppetite: Sendable, Equatable {
  case more
  /// All that matters is there: the end is awaited for a moment, so that the connection can be used again.
  case end
  /// Nothing more is of use: the connection is to be closed.
  case nothing
}

/// Streams over a transport that knows whole answers only: each comes as one piece.
struct WholeAnswerStreaming: HTTPStreamingTransport {
  let transport: any HTTPTransport

  func stream(_ request: HTTPRequest, to receiver: any HTTPStreamReceiver) async throws(HTTPError) {
    let response = try await transport.send(request)
    receiver.begin(status: response.status, headers: response.headers)
    _ = receiver.receive(response.body)
  }
}
