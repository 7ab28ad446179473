package import JSONCoding

/// The start of a request relative to those that arrived before it.
package enum RequestOrdering: Sendable {
  /// After every earlier ordered request was answered.
  case ordered
  /// After every earlier ordered request was answered; later ones wait until it calls ``RequestContext/begun()``.
  case orderedUntilBegun
  /// After every earlier ordered request was answered, without delaying later ones.
  case concurrent
  /// Like ``concurrent``, and not awaited even if requests are otherwise answered one by one.
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

  /// The id of the request that this notification cancels; nil for any other notification.
  ///
  /// Called on arrival, before everything queued.
  func cancellation(in notification: Notification) -> RequestID?

  /// Answers a request.
  ///
  /// The task is cancelled when the client cancels the request; its result is then not sent.
  func respond(to request: Request, in context: RequestContext) async throws(RPCError) -> JSONObject

  /// Receives the function for notifications that belong to no request; called once, before anything else.
  func connected(notify: @escaping @Sendable (Notification) -> Void)

  /// Called at the end of input, so that waiting requests can be answered.
  func inputEnded()

  /// Handles a notification other than a cancellation, in arrival order; later messages wait until this returns.
  func receive(_ notification: Notification) async
}

extension MessageHandler {
  package func connected(notify: @escaping @Sendable (Notification) -> Void) {}
  package func inputEnded() {}
}

/// The access to the client of one request in flight.
package struct RequestContext: Sendable {
  package let id: RequestID
  package typealias Asking = @Sendable (_ method: String, _ params: JSONObject) async -> ClientResponse?

  private let send: @Sendable (Notification) -> Void
  private let asking: Asking
  private let release: @Sendable () -> Void

  /// - Parameter release: lets later requests begin that wait for this one; called any number of times.
  package init(
    id: RequestID, send: @escaping @Sendable (Notification) -> Void, ask: @escaping Asking = { _, _ in nil },
    release: @escaping @Sendable () -> Void = {}
  ) {
    self.id = id
    self.send = send
    asking = ask
    self.release = release
  }

  /// Lets the later requests begin, if they wait for an ``RequestOrdering/orderedUntilBegun`` request.
  ///
  /// They see what this request has begun. Without this call, they wait for its answer.
  package func begun() { release() }

  /// Sends a notification that belongs to the request; ignored once the request was answered or cancelled.
  package func notify(_ notification: Notification) { send(notification) }

  /// Sends a request to the client and waits for its answer.
  ///
  /// Returns nil if the request was cancelled or the client sends nothing more.
  package func ask(_ method: String, _ params: JSONObject) async -> ClientResponse? { await asking(method, params) }
}
