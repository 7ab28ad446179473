import Dispatch
import JSONCoding
import Synchronization

/// Guards the requests in flight with a lock and writes their lines to the transport.
///
/// Each line is written as a whole and in order. The sender writes it directly while the client keeps up. Otherwise a
/// separate thread writes it, so that a client that stops reading delays only its own lines. One of them writes at a time,
/// without the lock: whoever else sends a line meanwhile leaves it to that one. A client that reads a line can send the
/// next request, which takes the lock, before the call that wrote the line returns.
final class OutboundWriter: Sendable {
  private struct State {
    var requests = InFlightRequests()
    /// Whether a sender or the thread is writing, or the thread has been woken; nobody else writes then.
    var isWriting = false
    /// The rest of a partly written line.
    var rest: Line?
    var hasEnded = false
    var drainWaiters: [CheckedContinuation<Void, Never>] = []
    /// Requests that wait for the client to read some of its lines before they begin.
    var roomWaiters: [CheckedContinuation<Void, Never>] = []

    var hasRoom: Bool { hasEnded || requests.waitingBytes + requests.reservedBytes <= OutboundWriter.limit }

    /// Removes and returns the waiters.
    mutating func takeRoomWaiters() -> [CheckedContinuation<Void, Never>] {
      guard hasRoom, !roomWaiters.isEmpty else { return [] }
      defer { roomWaiters = [] }
      return roomWaiters
    }
  }

  private struct Line {
    let bytes: [UInt8]
    var written: Int
  }

  /// The number of waiting bytes at which no more requests begin.
  static let limit = 64 << 20
  /// The bytes reserved for the answer of a request in progress.
  static let reserve = 1 << 16

  /// The number of bytes of a line that its sender writes itself before it leaves the rest to the thread.
  private static let inlineLimit = 1 << 16

  let outgoing = OutgoingRequests()
  private let transport: any Transport
  private let budget: MemoryBudget
  private let state = Mutex(State())
  private let work = DispatchSemaphore(value: 0)

  init(transport: any Transport, budget: MemoryBudget) {
    self.transport = transport
    self.budget = budget
  }

  // MARK: Requests

  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  func admit(_ id: RequestID, isCancellable: Bool, in batch: InFlightRequests.BatchTicket? = nil) -> InFlightRequests
    .Ticket?
  {
    state.withLock { $0.requests.admit(id, isCancellable: isCancellable, in: batch) }
  }

  /// Starts the task of a request; false if the request was cancelled, so that nothing is called.
  ///
  /// - Parameter isAwaited: whether an answer is expected soon, so that bytes are reserved for it.
  func begin(
    _ ticket: InFlightRequests.Ticket, isAwaited: Bool = true, _ start: @Sendable () -> Task<Void, Never>
  ) -> Bool {
    let mayBegin = state.withLock {
      !$0.hasEnded && $0.requests.begin(ticket, reserving: isAwaited ? Self.reserve : 0)
    }
    guard mayBegin else { return false }
    // Outside the lock, because the thread that is woken for the task could preempt this one.
    let task = start()
    if !state.withLock({ $0.requests.assign(task, to: ticket) }) { task.cancel() }
    return true
  }

  /// Whether a request may begin: the waiting and the reserved bytes are within the limit.
  var hasRoom: Bool { state.withLock { $0.hasRoom } }

  /// Returns when another request may begin, or after the end of the connection.
  func waitForRoom() async {
    while !hasRoom {
      await withCheckedContinuation { continuation in
        let hasRoom = state.withLock { state in
          if state.hasRoom { return true }
          state.roomWaiters.append(continuation)
          return false
        }
        if hasRoom { continuation.resume() }
      }
    }
  }

  func cancel(_ id: RequestID) {
    // Outside the lock, because cancelling runs the request's own handlers.
    let task = send { $0.cancel(id) } ?? nil
    task?.cancel()
  }

  // MARK: Lines

  func notify(_ notification: Notification, for ticket: InFlightRequests.Ticket? = nil) {
    let line = MessageEncoder.notification(notification)
    send { $0.notify(notification, line: line, for: ticket) }
  }

  /// Sends a request to the client on behalf of one of the client's own, and waits for the answer.
  ///
  /// Nil if the request has ended or the client sends nothing more.
  func ask(_ method: String, _ params: JSONObject, for ticket: InFlightRequests.Ticket) async -> ClientResponse? {
    await outgoing.ask { id in
      let line = MessageEncoder.request(Request(id: id, method: method, params: params))
      return send { $0.ask(line: line, for: ticket) } ?? false
    } withdraw: { [self] id in
      notify(Notification(method: "notifications/cancelled", params: ["requestId": id.json]))
    }
  }

  /// - Parameter queued: called when the line has its place among the others, and before the client can read it.
  func answer(_ ticket: InFlightRequests.Ticket, line: [UInt8], queued: () -> Void = {}) {
    send({ $0.answer(ticket, line: line) }, queued: queued)
  }

  func refuse(_ error: RPCError, id: RequestID?, in batch: InFlightRequests.BatchTicket? = nil) {
    send { $0.refuse(error, id: id, in: batch) }
  }

  // MARK: Batches

  func openBatch() -> InFlightRequests.BatchTicket { state.withLock { $0.requests.openBatch() } }
  func seal(_ batch: InFlightRequests.BatchTicket) { send { $0.seal(batch) } }
  func withdraw(_ batch: InFlightRequests.BatchTicket) { state.withLock { $0.requests.withdraw(batch) } }

  // MARK: End

  /// Returns when no line waits to be written.
  func drain() async {
    await withCheckedContinuation { continuation in
      let isDrained = state.withLock { state in
        if state.hasEnded || !state.isWriting { return true }
        state.drainWaiters.append(continuation)
        return false
      }
      if isDrained { continuation.resume() }
    }
  }

  /// Cancels every request, drops every line and closes the transport.
  func end() {
    let (tasks, waiters) = state.withLock { state in
      state.hasEnded = true
      state.rest = nil
      defer { (state.drainWaiters, state.roomWaiters) = ([], []) }
      return (state.requests.cancelAll(), state.drainWaiters + state.roomWaiters)
    }
    for task in tasks { task.cancel() }
    outgoing.close()
    transport.close()
    budget.lift()
    work.signal()
    for waiter in waiters { waiter.resume() }
  }

  // MARK: Writing

  @discardableResult
  private func send<Outcome: Sendable>(
    _ update: @Sendable (inout InFlightRequests) -> Outcome, queued: () -> Void = {}
  ) -> Outcome? {
    var line: Line?
    var waiters: [CheckedContinuation<Void, Never>] = []
    let outcome: Outcome? = state.withLock { state in
      if state.hasEnded { return nil }
      let before = state.requests.waitingBytes
      let outcome = update(&state.requests)
      if !state.isWriting, let bytes = state.requests.nextLine() {
        state.isWriting = true
        line = Line(bytes: bytes, written: 0)
      }
      budget.change(by: state.requests.waitingBytes - before)
      waiters = state.takeRoomWaiters()
      return outcome
    }
    for waiter in waiters { waiter.resume() }
    queued()
    if let line { writeAvailable(line) }
    return outcome
  }

  /// Writes a line and those that are queued meanwhile, as far as the client takes them without blocking, and leaves the
  /// rest to the thread.
  private func writeAvailable(_ first: Line) {
    var next: Line? = first
    while let line = next {
      do throws(TransportError) {
        let count = min(line.bytes.count, Self.inlineLimit)
        let written = try transport.writeAvailable(line.bytes.span.extracting(0..<count))
        if written < line.bytes.count {
          state.withLock { $0.rest = Line(bytes: line.bytes, written: written) }
          work.signal()
          return
        }
        next = nextLine()
      } catch {
        end()
        return
      }
    }
  }

  /// The writer thread's loop.
  func writeQueuedLines() {
    do throws(TransportError) {
      while !hasEnded {
        work.wait()
        while let line = nextLine() { try write(line) }
      }
    } catch {
      end()
    }
  }

  private func write(_ line: Line) throws(TransportError) {
    var written = line.written
    while written < line.bytes.count && !hasEnded {
      let count = try transport.writeAvailable(line.bytes.span.extracting(written..<line.bytes.count))
      written += count
      if count == 0 { transport.waitForRoom() }
    }
  }

  private func nextLine() -> Line? {
    let (line, waiters): (Line?, [CheckedContinuation<Void, Never>]) = state.withLock { state in
      if let rest = state.rest {
        state.rest = nil
        return (rest, [])
      }
      let before = state.requests.waitingBytes
      let bytes = state.requests.nextLine()
      budget.change(by: state.requests.waitingBytes - before)
      if let bytes { return (Line(bytes: bytes, written: 0), state.takeRoomWaiters()) }
      state.isWriting = false
      defer { state.drainWaiters = [] }
      return (nil, state.drainWaiters)
    }
    for waiter in waiters { waiter.resume() }
    return line
  }
}
