import JSONCoding

/// A message between the reader and the scheduler.
struct Delivery: Sendable {
  enum Content: Sendable {
    case request(Request, InFlightRequests.Ticket)
    case notification(Notification)
    /// A message to refuse, with the id to use if it is free.
    case invalid(RPCError, id: RequestID?)
    case batch([Content], InFlightRequests.BatchTicket)
  }

  let content: Content
  /// The bytes that it uses of the memory budget until it is handled.
  let cost: Int
}

/// The reading thread: turns bytes into messages, handles cancellations at once and gives the rest to the scheduler.
struct InboundReader: Sendable {
  /// Estimated bytes of overhead for each queued message.
  private static let overhead = 1024
  private static let readSize = 1 << 16

  let transport: any Transport
  let handler: any MessageHandler
  let writer: OutboundWriter
  let budget: MemoryBudget
  let scheduler: RequestScheduler

  /// Reads to the end of input, then waits until the client stops reading.
  func run() {
    do throws(TransportError) {
      try readLines()
      writer.outgoing.close()
      handler.inputEnded()
      scheduler.finish()
      try transport.waitForDisconnection()
    } catch {
      writer.end()
      scheduler.finish()
    }
  }

  private func readLines() throws(TransportError) {
    var splitter = LineSplitter()
    var buffer = [UInt8](repeating: 0, count: Self.readSize)
    while true {
      let count = try transport.read(into: &buffer)
      if count == 0 { break }
      splitter.split(buffer.span.extracting(0..<count), line: take, overlong: refuseOverlongLine)
      budget.waitForRoom()
    }
    splitter.finish(line: take)
  }

  private func take(_ line: Span<UInt8>) {
    switch MessageDecoder.decode(line) {
    case .single(let message): if let content = content(of: message) { deliver(content, size: line.count) }
    case .batch(let messages):
      let batch = writer.openBatch()
      deliver(.batch(messages.compactMap { content(of: $0, in: batch) }, batch), size: line.count)
    }
  }

  private func content(of message: IncomingMessage, in batch: InFlightRequests.BatchTicket? = nil) -> Delivery.Content?
  {
    switch message {
    case .request(let request):
      let isCancellable = handler.isCancellable(request)
      if let ticket = writer.admit(request.id, isCancellable: isCancellable, in: batch) {
        return .request(request, ticket)
      }
      // With the id, the client would take this for the response to the request in flight.
      return .invalid(.invalidRequest("A request with the id \(request.id.json.text) is in flight."), id: nil)
    case .notification(let notification):
      guard let id = handler.cancellation(in: notification) else { return .notification(notification) }
      if batch == nil || handler.acceptsBatches { writer.cancel(id) }
      return nil
    case .response(let answer, let id):
      if let id { writer.outgoing.settle(id, answer) }
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
    budget.change(by: cost)
    scheduler.deliver(Delivery(content: content, cost: cost))
  }
}
