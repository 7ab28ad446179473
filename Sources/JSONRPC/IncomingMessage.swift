/// What one line from the client turned out to be.
enum IncomingLine: Equatable {
  case single(IncomingMessage)
  /// The elements of an array; never empty.
  case batch([IncomingMessage])
}

/// A message from the client.
enum IncomingMessage: Equatable {
  case request(Request)
  case notification(Notification)
  /// The answer to a request of the server's; the id is nil if it is none that the server could have used.
  case response(ClientAnswer, id: RequestID?)
  /// What is none of these, with the id to answer it with as far as one could be read.
  case invalid(RPCError, id: RequestID?)
}
