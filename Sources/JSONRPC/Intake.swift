import JSONCoding

/// What the reader hands to the lane.
struct Delivery: Sendable {
  enum Content: Sendable {
    case request(Request, Exchange.Ticket)
    case notification(Notification)
    /// A message to refuse, with the id to use if it is free.
    case invalid(RPCError, id: RequestID?)
    case batch([Content], Exchange.BatchTicket)
  }

  let content: Content
  /// Bytes it holds of the backlog until it is dealt with.
  let cost: Int
}

/// The work of the reading thread: bytes to lines to messages, cancellations at once, the rest to the lane.
struct Intake: Sendable {
  /// What a message takes beside its text.
  private static let overhead = 1024
  private static let readSize = 1 << 16

  let transport: any Transport
  let handler: any MessageHandler
  let outlet: Outlet
  let backlog: Backlog
  let deliveries: AsyncStream<Delivery>.Continuation

  /// Reads to the end of input, and then stays to see whether the client still listens.
  func run() {
    do throws(TransportError) {
      try readLines()
      outlet.questions.close()
      handler.inputEnded()
      deliveries.finish()
      try transport.waitForDisconnection()
    } catch {
      outlet.end()
      deliveries.finish()
    }
  }

  private func readLines() throws(TransportError) {
    var splitter = LineSplitter()
    var buffer = [UInt8](repeating: 0, count: Self.readSize)
    while true {
      let count = try transport.read(into: &buffer)
      if count == 0 { break }
      splitter.split(buffer.span.extracting(0..<count), line: take, overlong: refuseOverlongLine)
      backlog.waitForRoom()
    }
    splitter.finish(line: take)
  }

  private func take(_ line: Span<UInt8>) {
    switch MessageDecoder.decode(line) {
    case .single(let message): if let content = content(of: message) { deliver(content, size: line.count) }
    case .batch(let messages):
      let batch = outlet.openBatch()
      deliver(.batch(messages.compactMap { content(of: $0, in: batch) }, batch), size: line.count)
    }
  }

  private func content(of message: IncomingMessage, in batch: Exchange.BatchTicket? = nil) -> Delivery.Content? {
    switch message {
    case .request(let request):
      let isCancellable = handler.isCancellable(request)
      if let ticket = outlet.admit(request.id, isCancellable: isCancellable, in: batch) {
        return .request(request, ticket)
      }
      // With the id, this would be taken for the answer to the request that has it.
      return .invalid(.invalidRequest("A request with the id \(request.id.json.text) is in flight."), id: nil)
    case .notification(let notification):
      guard let id = handler.cancellation(in: notification) else { return .notification(notification) }
      if batch == nil || handler.acceptsBatches { outlet.cancel(id) }
      return nil
    case .response(let answer, let id):
      if let id { outlet.questions.settle(id, answer) }
      return nil
    case .invalid(let error, let id): return .invalid(error, id: id)
    }
  }

  private func refuseOverlongLine() {
    let limit = LineSplitter.defaultLimit
    deliver(.invalid(.invalidRequest("A message may have \(limit) bytes at most."), id: nil), size: 0)
  }

  private func deliver(_ content: Delivery.Content, size: Int) {
    let cost = size + Self.overhead
    backlog.change(by: cost)
    deliveries.yield(Delivery(content: content, cost: cost))
  }
}
