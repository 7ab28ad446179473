/// The requests in flight and the queue of lines to write.
///
/// A request is open, then answered or cancelled; nothing is sent for it afterwards. It can be cancelled, and its id is
/// taken, until its answer leaves the queue.
struct InFlightRequests {
  /// One request in flight; unlike an id, a ticket is never reused.
  struct Ticket: Hashable {
    fileprivate let number: Int
  }

  /// One batch whose reply has not been written.
  struct BatchTicket: Hashable {
    fileprivate let number: Int
  }

  private enum Phase {
    case waiting
    /// Its task is nil until it is known.
    case running(Task<Void, Never>?)
    case answered
  }

  private struct Flight {
    let id: RequestID
    let isCancellable: Bool
    let batch: BatchTicket?
    /// Bytes reserved for the answer while the request is handled.
    var reserved = 0
    var phase = Phase.waiting
    /// The last queued notification, if a newer one of this method may replace it.
    var replaceable: (method: String, position: Int)?

    var isOpen: Bool {
      if case .answered = phase { false } else { true }
    }
  }

  private struct Batch {
    var tickets: Set<Ticket> = []
    /// Unanswered requests, plus one until the batch has been read, so that it cannot close early.
    var open = 1
    var replies: [(ticket: Ticket?, line: [UInt8])] = []
  }

  private enum Output {
    /// A line that may always be sent.
    case unconditional([UInt8])
    case notification([UInt8], Ticket)
    case reply([UInt8], Ticket)
    case batch(BatchTicket, size: Int)

    var size: Int {
      switch self {
      case .unconditional(let line), .notification(let line, _), .reply(let line, _): line.count
      case .batch(_, let size): size
      }
    }
  }

  private var lastNumber = 0
  private var tickets: [RequestID: Ticket] = [:]
  private var flights: [Ticket: Flight] = [:]
  private var batches: [BatchTicket: Batch] = [:]
  private var queue = OutputQueue<Output>()
  /// Bytes of the queued lines.
  private(set) var waitingBytes = 0
  /// Bytes reserved for the answers of requests in progress.
  private(set) var reservedBytes = 0

  // MARK: Requests

  /// Registers a request; nil if a request with this id is in flight.
  mutating func admit(_ id: RequestID, isCancellable: Bool = true, in batch: BatchTicket? = nil) -> Ticket? {
    guard tickets[id] == nil else { return nil }
    let ticket = Ticket(number: nextNumber())
    tickets[id] = ticket
    flights[ticket] = Flight(id: id, isCancellable: isCancellable, batch: batch)
    if let batch {
      batches[batch]?.tickets.insert(ticket)
      batches[batch]?.open += 1
    }
    return ticket
  }

  /// Notes that the work on a request begins; false if the request was cancelled, so that it must not begin.
  ///
  /// - Parameter reserving: bytes to reserve for the answer until it is ready.
  mutating func begin(_ ticket: Ticket, reserving bytes: Int = 0) -> Bool {
    guard flights[ticket] != nil else { return false }
    flights[ticket]?.phase = .running(nil)
    flights[ticket]?.reserved = bytes
    reservedBytes += bytes
    return true
  }

  /// Notes the task of a request that has begun; false if nobody can cancel it anymore, because the request was cancelled
  /// or answered.
  mutating func assign(_ task: Task<Void, Never>, to ticket: Ticket) -> Bool {
    guard let flight = flights[ticket], flight.isOpen else { return false }
    flights[ticket]?.phase = .running(task)
    return true
  }

  private mutating func release(_ ticket: Ticket) {
    reservedBytes -= flights[ticket]?.reserved ?? 0
    flights[ticket]?.reserved = 0
  }

  /// Cancels the request with this id, if it can be cancelled, and returns its task if the work has begun.
  mutating func cancel(_ id: RequestID) -> Task<Void, Never>? {
    guard let ticket = tickets[id], flights[ticket]?.isCancellable == true, let flight = remove(ticket) else {
      return nil
    }
    if let batch = flight.batch {
      batches[batch]?.tickets.remove(ticket)
      batches[batch]?.replies.removeAll { $0.ticket == ticket }
      if case .answered = flight.phase {} else { closeOne(of: batch) }
    }
    if case .running(let task) = flight.phase { return task }
    return nil
  }

  /// Drops all requests and lines, and returns the tasks to cancel.
  mutating func cancelAll() -> [Task<Void, Never>] {
    let tasks = flights.values.compactMap { flight in
      if case .running(let task?) = flight.phase { task } else { nil }
    }
    tickets = [:]
    flights = [:]
    batches = [:]
    queue = OutputQueue()
    waitingBytes = 0
    reservedBytes = 0
    return tasks
  }

  // MARK: Lines

  /// Queues a notification; one that belongs to a request only while the request is open.
  mutating func notify(_ notification: Notification, line: [UInt8], for ticket: Ticket?) {
    guard let ticket else { return enqueue(.unconditional(line)) }
    guard let flight = flights[ticket], flight.isOpen else { return }
    let output = Output.notification(line, ticket)
    if notification.supersedesEarlier, let last = flight.replaceable, last.method == notification.method,
      let old = queue.replace(at: last.position, with: output)
    {
      waitingBytes += output.size - old.size
      return
    }
    let position = queue.append(output)
    waitingBytes += output.size
    flights[ticket]?.replaceable = notification.supersedesEarlier ? (notification.method, position) : nil
  }

  /// Queues a request of the server on behalf of an open request; false, without queuing, if that request has ended.
  mutating func ask(line: [UInt8], for ticket: Ticket) -> Bool {
    guard let flight = flights[ticket], flight.isOpen else { return false }
    enqueue(.notification(line, ticket))
    return true
  }

  /// Queues the answer to a request, unless it was cancelled.
  mutating func answer(_ ticket: Ticket, line: [UInt8]) {
    guard let flight = flights[ticket], flight.isOpen else { return }
    flights[ticket]?.phase = .answered
    release(ticket)
    guard let batch = flight.batch else { return enqueue(.reply(line, ticket)) }
    batches[batch]?.replies.append((ticket, line))
    closeOne(of: batch)
  }

  /// Queues an error for a message that is not a request, or a request that cannot be registered.
  ///
  /// The id is null if a request with this id is in flight, because only that request may be answered under the id.
  mutating func refuse(_ error: RPCError, id: RequestID?, in batch: BatchTicket? = nil) {
    let usableID = id.flatMap { tickets[$0] == nil ? $0 : nil }
    let line = MessageEncoder.error(error, id: usableID)
    guard let batch else { return enqueue(.unconditional(line)) }
    batches[batch]?.replies.append((nil, line))
  }

  /// The next line to write, which counts as sent from now on; nil if the queue is empty.
  mutating func nextLine() -> [UInt8]? {
    while let output = queue.popFirst() {
      waitingBytes -= output.size
      switch output {
      case .unconditional(let line): return line
      case .notification(let line, let ticket): if flights[ticket] != nil { return line }
      case .reply(let line, let ticket): if remove(ticket) != nil { return line }
      case .batch(let ticket, _): if let line = close(ticket) { return line }
      }
    }
    return nil
  }

  // MARK: Batches

  mutating func openBatch() -> BatchTicket {
    let ticket = BatchTicket(number: nextNumber())
    batches[ticket] = Batch()
    return ticket
  }

  /// Marks a batch as complete; its reply is sent once its requests are answered.
  mutating func seal(_ batch: BatchTicket) {
    closeOne(of: batch)
  }

  /// Drops a batch and its requests, none of which has begun.
  mutating func withdraw(_ batch: BatchTicket) {
    for ticket in batches.removeValue(forKey: batch)?.tickets ?? [] { _ = remove(ticket) }
  }

  private mutating func closeOne(of ticket: BatchTicket) {
    batches[ticket]?.open -= 1
    guard let batch = batches[ticket], batch.open == 0 else { return }
    if batch.replies.isEmpty {
      batches[ticket] = nil
    } else {
      enqueue(.batch(ticket, size: batch.replies.reduce(0) { $0 + $1.line.count }))
    }
  }

  private mutating func close(_ ticket: BatchTicket) -> [UInt8]? {
    guard let batch = batches.removeValue(forKey: ticket) else { return nil }
    for ticket in batch.tickets { _ = remove(ticket) }
    return batch.replies.isEmpty ? nil : MessageEncoder.batch(batch.replies.map(\.line))
  }

  // MARK: Parts

  private mutating func nextNumber() -> Int {
    lastNumber += 1
    return lastNumber
  }

  private mutating func enqueue(_ output: Output) {
    _ = queue.append(output)
    waitingBytes += output.size
  }

  private mutating func remove(_ ticket: Ticket) -> Flight? {
    release(ticket)
    guard let flight = flights.removeValue(forKey: ticket) else { return nil }
    tickets[flight.id] = nil
    return flight
  }
}
