/// A connection to one client: reads its messages, has them handled in order and writes the responses.
///
/// Separate threads read and decode. Cancellations take effect there. Everything else goes in order to one
/// scheduler, which awaits ``RequestOrdering/ordered`` requests and runs ``RequestOrdering/concurrent`` ones in
/// parallel. After a request was answered or cancelled, nothing more is sent for it.
package final class Connection: Sendable {
  private let transport: any Transport
  private let handler: any MessageHandler
  private let inOrder: Bool
  private let observe: @Sendable (Answer) -> Void
  private let budget: MemoryBudget
  private let writer: OutboundWriter

  /// - Parameters:
  ///   - inOrder: whether every request is answered before the next one begins, whatever its ordering.
  ///   - observe: called with every answer before it is written.
  package init(
    transport: any Transport, handler: any MessageHandler, inOrder: Bool = false,
    observe: @escaping @Sendable (Answer) -> Void = { _ in }
  ) {
    self.transport = transport
    self.handler = handler
    self.inOrder = inOrder
    self.observe = observe
    budget = MemoryBudget()
    writer = OutboundWriter(transport: transport, budget: budget)
  }

  /// Serves the client; called once.
  ///
  /// Returns when the input has ended and every response is written. It returns early, once the handler releases its
  /// cancelled requests, after ``stop()``, after cancellation of the task, or when the client stops reading.
  ///
  /// - Returns: whether every response was written; false after an early end.
  @concurrent @discardableResult
  package func run() async -> Bool {
    let threads = ReadingThreads()
    let scheduler = RequestScheduler(
      handler: handler, inOrder: inOrder, observe: observe, writer: writer, budget: budget, threads: threads)
    let reader = InboundReader(
      transport: transport, handler: handler, writer: writer, budget: budget, scheduler: scheduler, threads: threads)
    handler.connected { [writer] in writer.notify($0) }
    reader.start()
    SystemThread.start { [writer] in writer.writeQueuedLines() }
    await withTaskCancellationHandler {
      await scheduler.waitForEnd()
      await writer.drain()
    } onCancel: {
      stop()
    }
    let isWhole = !writer.hasEnded
    writer.end()
    return isWhole
  }

  /// Cancels everything and ends the connection.
  package func stop() {
    writer.end()
  }
}
