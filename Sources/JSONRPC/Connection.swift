/// One client: reads its messages, has them answered in order, and writes what is to be said.
///
/// A thread of its own reads and decodes. Cancellations take effect there; everything else goes in order to one lane,
/// which awaits ``RequestOrdering/ordered`` requests and runs ``RequestOrdering/concurrent`` ones beside itself. After a
/// request was answered or cancelled nothing more is sent for it.
package final class Connection: Sendable {
  private let transport: any Transport
  private let handler: any MessageHandler
  private let inOrder: Bool
  private let backlog: Backlog
  private let outlet: Outlet

  /// - Parameter inOrder: whether every request is answered before the next is begun, whatever its ordering.
  package init(transport: any Transport, handler: any MessageHandler, inOrder: Bool = false) {
    self.transport = transport
    self.handler = handler
    self.inOrder = inOrder
    backlog = Backlog()
    outlet = Outlet(transport: transport, backlog: backlog)
  }

  /// Serves the client; called once.
  ///
  /// Returns when the input has ended and all of it is answered and written; or, as soon as the handler lets go of its
  /// cancelled requests, after ``stop()``, after the cancellation of the task, or when the client reads no more.
  @concurrent
  package func run() async {
    let (deliveries, source) = AsyncStream.makeStream(of: Delivery.self)
    let intake = Intake(
      transport: transport, handler: handler, outlet: outlet, backlog: backlog, deliveries: source)
    handler.connected { [outlet] in outlet.notify($0) }
    SystemThread.start { intake.run() }
    SystemThread.start { [outlet] in outlet.writeQueuedLines() }
    await withTaskCancellationHandler {
      let lane = Lane(handler: handler, inOrder: inOrder, outlet: outlet, backlog: backlog)
      await lane.run(deliveries)
      await outlet.drain()
    } onCancel: {
      stop()
    }
    outlet.end()
  }

  /// Cancels everything and ends the connection.
  package func stop() {
    outlet.end()
  }
}
