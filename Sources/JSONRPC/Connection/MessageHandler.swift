package import JSONCoding

/// When a request is begun, relative to those that arrived before it.
package enum RequestOrdering: Sendable {
  /// After every earlier ordered request was answered.
  case ordered
  /// After every earlier ordered request was answered, but without holding up the later ones.
  case concurrent
  /// As ``concurrent``, and not awaited even where every request is answered before the next is begun.
  case detached
}

/// Answers the messages of a connection: the protocol above JSON-RPC.
package protocol MessageHandler: Sendable {
  /// Whether an array of messages on one line is served now (MCP: only when 2025-03-26 was negotiated).
  var acceptsBatches: Bool { get }

  /// How the request is scheduled; called at most once, before ``respond(to:in:)``.
  func ordering(of request: Request) -> RequestOrdering

  /// Whether the client may cancel the request (MCP: all but `initialize`); called on arrival.
  func isCancellable(_ request: Request) -> Bool

  /// The id of the request that this notification cancels; nil if it is no cancellation.
  ///
  /// Called on arrival, ahead of everything queued.
  func cancellation(in notification: Notification) -> RequestID?

  /// Answers a request. The task is cancelled when the client cancels the request; what is returned then is not sent.
  func respond(to request: Request, in context: RequestContext) async throws(RPCError) -> JSONObject

  /// Receives the function that sends notifications of no request; called once, before anything else.
  func connected(notify: @escaping @Sendable (Notification) -> Void)

  /// Called at the end of input, so that requests that wait for events can be answered.
  func inputEnded()

  /// Handles a notification other than a cancellation, in arrival order; later messages wait until this returns.
  func receive(_ notification: Notification) async
}

extension MessageHandler {
  package func connected(notify: @escaping @Sendable (Notification) -> Void) {}
  package func inputEnded() {}
}

/// The client as one request in flight may use it.
package struct RequestContext: Sendable {
  package let id: RequestID
  package typealias Asking = @Sendable (_ method: String, _ params: JSONObject) async -> ClientResponse?

  private let send: @Sendable (Notification) -> Void
  private let asking: Asking

  package init(
    id: RequestID, send: @escaping @Sendable (Notification) -> Void, ask: @escaping Asking = { _, _ in nil }
  ) {
    self.id = id
    self.send = send
    asking = ask
  }

  /// Sends a notification that belongs to the request; dropped silently once the request was answered or cancelled.
  package func notify(_ notification: Notification) { send(notification) }

  /// Sends a request to the client and waits for its answer.
  ///
  /// Nil if the request was cancelled or the client sends nothing more.
  package func ask(_ method: String, _ params: JSONObject) async -> ClientResponse? { await asking(method, params) }
}
