import Synchronization

/// Takes an answer from the loop's thread.
protocol AnswerSink: Sendable {
  /// Whether the answer is used while it comes, so that silence counts and a full sink pauses the connection.
  var isStream: Bool { get }
  func begin(_ head: HTTPHead)
  /// Takes a piece of the body; false when there is no room, and then the same piece is offered again later.
  func take(_ bytes: UnsafeRawBufferPointer) -> Bool
  /// The answer is over; called once, after everything else.
  func end(_ error: HTTPError?)
}

/// Collects a whole answer.
///
/// It is filled by one thread, for one waiter, who is resumed after the last change.
final class WholeAnswer: AnswerSink, @unchecked Sendable {
  private var head: HTTPHead?
  private var body: [UInt8] = []
  private var waiter: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>?

  /// Waits for the whole answer.
  ///
  /// - Parameter begin: begins the transfer.
  func result(begin: () -> Void) async -> Result<HTTPResponse, HTTPError> {
    await withCheckedContinuation { waiter in
      self.waiter = waiter
      begin()
    }
  }

  var isStream: Bool { false }

  func begin(_ head: HTTPHead) {
    self.head = head
    if let length = head.headers["content-length"].flatMap({ Int($0) }) {
      // An announcement is believed only so far.
      body.reserveCapacity(min(max(length, 0), 65_536))
    }
  }

  func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    unsafe body.append(contentsOf: bytes)
    return true
  }

  func end(_ error: HTTPError?) {
    if let head, error == nil {
      waiter?.resume(returning: .success(HTTPResponse(status: head.status, headers: head.headers, body: body)))
    } else {
      waiter?.resume(returning: .failure(error ?? .connectionLost("it was closed within the head")))
    }
    body = []
    waiter = nil
  }
}

/// Keeps what has come of a stream until its reader takes it, up to a limit.
final class StreamMailbox: AnswerSink {
  /// What has come since the last time.
  struct Delivery: Sendable {
    var head: HTTPHead?
    var bytes: [UInt8] = []
    /// Whether the connection waits for room.
    var isPaused = false
    /// How the answer ended, once it has.
    var end: Result<Void, HTTPError>?

    fileprivate var isEmpty: Bool { head == nil && bytes.isEmpty && end == nil }
  }

  private struct State {
    var pending = Delivery()
    var reader: CheckedContinuation<Delivery, Never>?
  }

  private let state = Mutex(State())
  private let limit: Int

  /// - Parameter limit: bytes after which no more are taken.
  init(limit: Int) {
    self.limit = limit
  }

  /// Waits until something has come; one reader at a time.
  func next() async -> Delivery {
    await withCheckedContinuation { reader in
      let delivery: Delivery? = state.withLock { state in
        if state.pending.isEmpty {
          state.reader = reader
          return nil
        }
        return Self.handOver(&state)
      }
      if let delivery { reader.resume(returning: delivery) }
    }
  }

  var isStream: Bool { true }

  func begin(_ head: HTTPHead) {
    add { $0.head = head }
  }

  func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let isFull = state.withLock { state in
      state.pending.isPaused = state.pending.bytes.count >= limit
      return state.pending.isPaused
    }
    if isFull { return false }
    add { unsafe $0.bytes.append(contentsOf: bytes) }
    return true
  }

  func end(_ error: HTTPError?) {
    add { $0.end = error.map { .failure($0) } ?? .success(()) }
  }

  private func add(_ change: (inout Delivery) -> Void) {
    let (reader, delivery): (CheckedContinuation<Delivery, Never>?, Delivery) = state.withLock { state in
      change(&state.pending)
      guard let reader = state.reader else { return (nil, Delivery()) }
      state.reader = nil
      return (reader, Self.handOver(&state))
    }
    reader?.resume(returning: delivery)
  }

  private static func handOver(_ state: inout State) -> Delivery {
    defer { state.pending = Delivery() }
    return state.pending
  }
}
