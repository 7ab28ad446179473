/// The contents of one line from the client.
enum IncomingLine: Equatable {
  case single(IncomingMessage)
  /// The elements of an array; never empty.
  case batch([IncomingMessage])
}

/// A message from the client.
enum IncomingMessage: Equatable {
  case request(Request)
  case notification(Notification)
  /// The response to a request of the server; the id is nil if the server cannot have used it.
  case response(ClientResponse, id: RequestID?)
  /// An invalid message, with the id for its error response if one could be read.
  case invalid(RPCError, id: RequestID?)
}
