import Synchronization

/// Receives an answer on the loop's thread.
protocol BodyReceiver: Sendable {
  /// Whether the answer is used as it arrives, so that silence counts and a full sink pauses the connection.
  var isStream: Bool { get }
  func begin(_ head: HTTPHead)
  /// Accepts a piece of the body; false if there is no room, and the same piece is offered again later.
  func take(_ bytes: UnsafeRawBufferPointer) -> Bool
  /// Ends the answer; called once, as the last call.
  func end(_ error: HTTPError?)
}

/// Collects a whole answer.
///
/// One thread fills it for one waiter, who is resumed after the last change.
final class WholeAnswer: BodyReceiver, @unchecked Sendable {
  private static let partSize = 262_144

  private var head: HTTPHead?
  /// The parts of the body, because a growing array is copied again and again.
  private var parts: [[UInt8]] = []
  private var waiter: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>?

  /// Waits for the whole answer.
  ///
  /// - Parameter begin: starts the transfer.
  func result(begin: () -> Void) async -> Result<HTTPResponse, HTTPError> {
    await withCheckedContinuation { waiter in
      self.waiter = waiter
      begin()
    }
  }

  var isStream: Bool { false }

  func begin(_ head: HTTPHead) {
    self.head = head
  }

  func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if let last = parts.last, last.count < Self.partSize {
      unsafe parts[parts.count - 1].append(contentsOf: bytes)
    } else {
      unsafe parts.append(Array(bytes))
    }
    return true
  }

  func end(_ error: HTTPError?) {
    if let head, error == nil {
      waiter?.resume(returning: .success(HTTPResponse(status: head.status, headers: head.headers, body: joined())))
    } else {
      waiter?.resume(returning: .failure(error ?? .connectionLost("it was closed within the head")))
    }
    parts = []
    waiter = nil
  }

  /// The body in one piece; the parts are released on the way.
  private func joined() -> [UInt8] {
    if parts.count < 2 { return parts.first ?? [] }
    var body: [UInt8] = []
    body.reserveCapacity(parts.reduce(0) { $0 + $1.count })
    for index in parts.indices {
      body += parts[index]
      parts[index] = []
    }
    return body
  }
}

/// Buffers a stream until its reader takes it, up to a limit.
final class StreamMailbox: BodyReceiver {
  /// The data since the last delivery.
  struct Delivery: Sendable {
    var head: HTTPHead?
    var bytes: [UInt8] = []
    /// Whether the connection is paused for lack of room.
    var isPaused = false
    /// The end of the answer, once it has ended.
    var end: Result<Void, HTTPError>?

    fileprivate var isEmpty: Bool { head == nil && bytes.isEmpty && end == nil }
  }

  private struct State {
    var pending = Delivery()
    var reader: CheckedContinuation<Delivery, Never>?
  }

  private let state = Mutex(State())
  private let limit: Int

  /// - Parameter limit: the number of bytes after which no more are accepted.
  init(limit: Int) {
    self.limit = limit
  }

  /// Waits for new data; one reader at a time.
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
