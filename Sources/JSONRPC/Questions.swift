import Synchronization

/// The requests of the server that the client has not answered yet.
///
/// Each belongs to a request of the client's, and is given up with it.
final class Questions: Sendable {
  private typealias Waiter = CheckedContinuation<ClientAnswer?, Never>

  private struct State {
    var lastNumber = 0
    var waiting: [RequestID: Waiter] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())

  /// Waits for the answer; nil if none can come any more, or the task is cancelled.
  ///
  /// - Parameters:
  ///   - send: puts the request on its way, or says that it cannot; called once.
  ///   - withdraw: tells the client that nobody waits for the answer any more.
  func ask(
    send: @Sendable (RequestID) -> Bool, withdraw: @escaping @Sendable (RequestID) -> Void
  ) async -> ClientAnswer? {
    // Words, so that a client's own numbers cannot be confused with them.
    let id = state.withLock { state in
      state.lastNumber += 1
      return RequestID.string("server-\(state.lastNumber)")
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isClosed = state.withLock { state in
          if !state.isClosed { state.waiting[id] = continuation }
          return state.isClosed
        }
        if isClosed { return continuation.resume(returning: nil) }
        if !send(id) {
          settle(id, nil)
        } else if Task.isCancelled, settle(id, nil) {
          // The cancellation came before the question was noted, and found nobody waiting.
          withdraw(id)
        }
      }
    } onCancel: {
      if settle(id, nil) { withdraw(id) }
    }
  }

  /// Hands over an answer; false if nobody waits for it.
  @discardableResult
  func settle(_ id: RequestID, _ answer: ClientAnswer?) -> Bool {
    let waiter = state.withLock { $0.waiting.removeValue(forKey: id) }
    waiter?.resume(returning: answer)
    return waiter != nil
  }

  /// Ends every wait, now and later: the client says nothing more.
  func close() {
    let waiters = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for waiter in waiters { waiter.resume(returning: nil) }
  }
}
