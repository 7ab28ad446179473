import JSONCoding
import Synchronization

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

/// Turns bytes into messages, handles cancellations at once and gives the rest to the scheduler.
final class InboundReader: Sendable {
  /// Estimated bytes of overhead for each queued message.
  private static let overhead = 1024
  private static let readSize = 1 << 16

  private struct Input {
    var splitter = LineSplitter()
    var buffer = [UInt8](repeating: 0, count: InboundReader.readSize)
    /// Whether nothing more is read.
    var hasEnded = false
  }

  /// Why nothing more is read.
  private enum End {
    case endOfInput
    case disconnected
    /// The other thread has found out.
    case known
  }

  private let transport: any Transport
  private let handler: any MessageHandler
  private let writer: OutboundWriter
  private let budget: MemoryBudget
  private let scheduler: RequestScheduler
  private let threads: ReadingThreads
  /// Used by the thread whose turn it is to read.
  private let input = Mutex(Input())

  init(
    transport: any Transport, handler: any MessageHandler, writer: OutboundWriter, budget: MemoryBudget,
    scheduler: RequestScheduler, threads: ReadingThreads
  ) {
    self.transport = transport
    self.handler = handler
    self.writer = writer
    self.budget = budget
    self.scheduler = scheduler
    self.threads = threads
  }

  /// Starts the threads, which read to the end of input; one then waits until the client stops reading.
  func start() {
    for _ in 0..<ReadingThreads.count { SystemThread.start { self.run() } }
  }

  private func run() {
    while true {
      threads.waitForTurn()
      repeat {
        let end = input.withLock { read(&$0) }
        guard let end else { continue }
        threads.endTurn()
        switch end {
        case .endOfInput: return endInput()
        case .disconnected: return disconnect()
        case .known: return
        }
      } while threads.runKept()
    }
  }

  private func endInput() {
    writer.outgoing.close()
    handler.inputEnded()
    scheduler.finish()
    do throws(TransportError) { try transport.waitForDisconnection() } catch { disconnect() }
  }

  private func disconnect() {
    writer.end()
    scheduler.finish()
  }

  /// Reads once, and delivers what is complete.
  ///
  /// - Returns: nil if there may be more to read.
  private func read(_ input: inout Input) -> End? {
    if input.hasEnded { return .known }
    let end = read(with: &input.splitter, into: &input.buffer)
    input.hasEnded = end != nil
    return end
  }

  private func read(with splitter: inout LineSplitter, into buffer: inout [UInt8]) -> End? {
    budget.waitForRoom()
    let count: Int
    do throws(TransportError) { count = try transport.read(into: &buffer) } catch { return .disconnected }
    if count == 0 {
      splitter.finish(line: take)
      return .endOfInput
    }
    threads.beginKeeping()
    splitter.split(buffer.span.extracting(0..<count), line: take, overlong: refuseOverlongLine)
    return nil
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
