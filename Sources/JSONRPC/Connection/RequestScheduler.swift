import JSONCoding
import Synchronization

/// Handles messages in order of arrival.
///
/// Each request has a task of its own, which the thread that delivers the message starts directly, and runs itself if
/// it can: waking a thread is most of the cost of a small request. A message that must be awaited keeps the later ones
/// in a queue; its end handles the next one.
final class RequestScheduler: Sendable {
  private struct State {
    var queue = OutputQueue<Delivery>()
    /// Whether a message is being handled for which the later ones wait.
    var isBusy = false
    /// The number of requests in progress.
    var active = 0
    /// Whether no more messages arrive.
    var isFinished = false
    var waiter: CheckedContinuation<Void, Never>?

    var isDone: Bool { isFinished && !isBusy && active == 0 }

    /// Removes and returns the waiter, if nothing is left to handle.
    mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
      guard isDone else { return nil }
      defer { waiter = nil }
      return waiter
    }
  }

  /// What waits for a request.
  private enum Successor: Sendable {
    case nothing
    /// The next message.
    case message
    /// The batch that contains the request.
    case batch(CheckedContinuation<Void, Never>)
  }

  private let handler: any MessageHandler
  private let inOrder: Bool
  private let observe: @Sendable (Answer) -> Void
  private let writer: OutboundWriter
  private let budget: MemoryBudget
  private let threads: ReadingThreads
  private let state = Mutex(State())

  init(
    handler: any MessageHandler, inOrder: Bool, observe: @escaping @Sendable (Answer) -> Void, writer: OutboundWriter,
    budget: MemoryBudget, threads: ReadingThreads
  ) {
    self.handler = handler
    self.inOrder = inOrder
    self.observe = observe
    self.writer = writer
    self.budget = budget
    self.threads = threads
  }

  /// Handles a message, or queues it behind one that must be awaited.
  func deliver(_ delivery: Delivery) {
    let isFree = state.withLock { state in
      if state.isBusy { _ = state.queue.append(delivery) }
      defer { state.isBusy = true }
      return !state.isBusy
    }
    if isFree { handle(delivery) }
  }

  /// Called after the last message.
  func finish() {
    let waiter = state.withLock { state in
      state.isFinished = true
      return state.takeWaiter()
    }
    waiter?.resume()
  }

  /// Returns when every message is handled and every request is answered, or when the connection has ended.
  func waitForEnd() async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if !state.isDone { state.waiter = continuation }
        return state.isDone
      }
      if isDone { continuation.resume() }
    }
  }

  // MARK: Messages

  /// Handles a message and those behind it, up to one that must be awaited.
  private func handle(_ first: Delivery) {
    var next: Delivery? = first
    while let delivery = next {
      guard begin(delivery) else { return }
      next = takeNext()
    }
  }

  /// The next message; nil if none is queued, so that the next one to arrive is handled at once.
  private func takeNext() -> Delivery? {
    let hasEnded = writer.hasEnded
    let (next, waiter): (Delivery?, CheckedContinuation<Void, Never>?) = state.withLock { state in
      if hasEnded { state.queue = OutputQueue() }
      if let next = state.queue.popFirst() { return (next, nil) }
      state.isBusy = false
      return (nil, state.takeWaiter())
    }
    waiter?.resume()
    return next
  }

  /// Begins to handle a message.
  ///
  /// - Returns: whether the next message may be handled now; otherwise the end of this one handles it.
  private func begin(_ delivery: Delivery) -> Bool {
    switch delivery.content {
    case .invalid(let error, let id):
      refuse(error, id: id)
      budget.change(by: -delivery.cost)
      return true
    case .request(let request, let ticket) where writer.hasRoom:
      return begin(request, ticket, cost: delivery.cost)
    case .request, .notification, .batch:
      // The task that ends the wait continues with the next message.
      Task {
        if await take(delivery.content, cost: delivery.cost), let next = takeNext() { handle(next) }
      }
      return false
    }
  }

  /// Handles a message for which something must be awaited first.
  ///
  /// - Returns: whether the next message may be handled now; otherwise the end of this one handles it.
  private func take(_ content: Delivery.Content, cost: Int) async -> Bool {
    switch content {
    case .request(let request, let ticket):
      await writer.waitForRoom()
      return begin(request, ticket, cost: cost)
    case .notification(let notification): await handler.receive(notification)
    case .invalid(let error, let id): refuse(error, id: id)
    case .batch(let contents, let ticket): await take(contents, in: ticket)
    }
    budget.change(by: -cost)
    return true
  }

  /// Handles the messages of a batch.
  ///
  /// Requests do not wait for room: the responses are sent together, so the wait would never end.
  private func take(_ contents: [Delivery.Content], in batch: InFlightRequests.BatchTicket) async {
    guard handler.acceptsBatches else {
      writer.withdraw(batch)
      refuse(.invalidRequest("Batches are not served in this version of the protocol."), id: nil)
      return
    }
    for content in contents {
      switch content {
      case .request(let request, let ticket):
        let ordering = handler.ordering(of: request)
        guard isAwaited(ordering) else {
          start(request, ticket, ordering, cost: 0, before: .nothing)
          continue
        }
        await withCheckedContinuation { continuation in
          let isStarted = start(request, ticket, ordering, cost: 0, before: .batch(continuation))
          if !isStarted { continuation.resume() }
        }
      case .notification(let notification): await handler.receive(notification)
      case .invalid(let error, let id): refuse(error, id: id, in: batch)
      // A batch contains no batch.
      case .batch: break
      }
    }
    writer.seal(batch)
  }

  private func refuse(_ error: RPCError, id: RequestID?, in batch: InFlightRequests.BatchTicket? = nil) {
    observe(Answer(id: id, request: nil, outcome: .failure(error)))
    writer.refuse(error, id: id, in: batch)
  }

  // MARK: Requests

  /// Begins a request.
  ///
  /// - Returns: whether the next message may be handled now; otherwise the request handles it when it may begin.
  private func begin(_ request: Request, _ ticket: InFlightRequests.Ticket, cost: Int) -> Bool {
    let ordering = handler.ordering(of: request)
    guard isAwaited(ordering) else {
      start(request, ticket, ordering, cost: cost, before: .nothing)
      return true
    }
    return !start(request, ticket, ordering, cost: cost, before: .message)
  }

  /// Whether later messages wait for a request with this ordering.
  private func isAwaited(_ ordering: RequestOrdering) -> Bool {
    switch ordering {
    case .ordered, .orderedUntilBegun: true
    case .concurrent: inOrder
    case .detached: false
    }
  }

  /// Starts the task of a request.
  ///
  /// - Parameter successor: what begins once this request is answered, or lets later ones begin.
  /// - Returns: false if the request was cancelled, so that nothing begins.
  @discardableResult
  private func start(
    _ request: Request, _ ticket: InFlightRequests.Ticket, _ ordering: RequestOrdering, cost: Int,
    before successor: Successor
  ) -> Bool {
    state.withLock { $0.active += 1 }
    let early = ordering == .orderedUntilBegun && !inOrder ? Once { [self] in begin(successor) } : nil
    let isStarted = writer.begin(ticket, isAwaited: ordering != .detached) {
      Task(executorPreference: threads.preference) { [self] in
        let line = await response(to: request, ticket, early)
        var isFree = false
        writer.answer(ticket, line: line) { isFree = early == nil && freeUnlessQueued(for: successor) }
        end(cost: cost)
        if let early { early.call() } else if !isFree { begin(successor) }
      }
    }
    if !isStarted { end(cost: cost) }
    return isStarted
  }

  private func begin(_ successor: Successor) {
    switch successor {
    case .nothing: break
    case .message: if let next = takeNext() { handle(next) }
    case .batch(let continuation): continuation.resume()
    }
  }

  /// Lets the next message be handled on arrival, unless one is queued already.
  ///
  /// A client that has read an answer may send the next request before the answering thread goes on. If that request had
  /// to wait for the thread, it could not be run by the thread that has read it.
  private func freeUnlessQueued(for successor: Successor) -> Bool {
    guard case .message = successor else { return false }
    return state.withLock { state in
      guard state.queue.isEmpty else { return false }
      state.isBusy = false
      return true
    }
  }

  private func end(cost: Int) {
    budget.change(by: -cost)
    let waiter = state.withLock { state in
      state.active -= 1
      return state.takeWaiter()
    }
    waiter?.resume()
  }

  private func response(to request: Request, _ ticket: InFlightRequests.Ticket, _ begun: Once?) async -> [UInt8] {
    let context = RequestContext(
      id: request.id, send: { [writer] in writer.notify($0, for: ticket) },
      ask: { [writer] in await writer.ask($0, $1, for: ticket) }, release: { begun?.call() })
    do throws(RPCError) {
      let result = try await handler.respond(to: request, in: context)
      report(.success(result), of: request)
      return MessageEncoder.result(result, id: request.id)
    } catch {
      report(.failure(error), of: request)
      return MessageEncoder.error(error, id: request.id)
    }
  }

  /// The answer to a cancelled request is not sent.
  private func report(_ outcome: Result<JSONObject, RPCError>, of request: Request) {
    if !Task.isCancelled { observe(Answer(id: request.id, request: request, outcome: outcome)) }
  }
}
