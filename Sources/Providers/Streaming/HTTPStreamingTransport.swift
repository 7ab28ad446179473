/// The only access to the network for answers that are used as they arrive.
package protocol HTTPStreamingTransport: Sendable {
  /// Sends the request once, follows no redirect, and delivers the answer piece by piece, whatever its status.
  ///
  /// Returns when the answer has ended or the receiver needs no more. The request's timeout is the longest silence; it
  /// restarts with every piece. The time that the receiver takes does not count. Cancelling the task closes the
  /// connection at once.
  /// - Throws: ``HTTPError`` if the answer is incomplete.
  func stream(_ request: HTTPRequest, to receiver: any HTTPStreamReceiver) async throws(HTTPError)
}

/// Receives an answer as it arrives.
///
/// Its methods are called one after another. Nothing more is read until they return, which keeps a fast server from
/// filling the memory. They may suspend but must not block.
package protocol HTTPStreamReceiver: Sendable {
  /// Called once, before the first piece.
  func begin(status: Int, headers: HTTPHeaders)
  /// Called with each piece of the body.
  func receive(_ bytes: [UInt8]) async -> HTTPStreamDemand
}

/// What a receiver needs after a piece.
package enum HTTPStreamDemand: Sendable, Equatable {
  case more
  /// Everything that matters has arrived; the end is awaited briefly, so that the connection can be reused.
  case end
  /// Nothing more is needed; the connection is closed.
  case nothing
}

/// Streams over a transport of whole answers; each arrives as one piece.
struct WholeAnswerStreaming: HTTPStreamingTransport {
  let transport: any HTTPTransport

  func stream(_ request: HTTPRequest, to receiver: any HTTPStreamReceiver) async throws(HTTPError) {
    let response = try await transport.send(request)
    receiver.begin(status: response.status, headers: response.headers)
    _ = await receiver.receive(response.body)
  }
}
