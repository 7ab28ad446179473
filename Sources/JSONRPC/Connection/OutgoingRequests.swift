import Synchronization

/// The server's requests that the client has not yet answered.
///
/// Each is made on behalf of a request of the client and ends with it.
final class OutgoingRequests: Sendable {
  private typealias Waiter = CheckedContinuation<ClientResponse?, Never>

  private struct State {
    var lastNumber = 0
    var waiting: [RequestID: Waiter] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())

  /// Waits for the answer; nil if there can be none any more, or if the task is cancelled.
  ///
  /// - Parameters:
  ///   - send: sends the request, or returns false; called once.
  ///   - withdraw: tells the client that the answer is no longer needed.
  func ask(
    send: @Sendable (RequestID) -> Bool, withdraw: @escaping @Sendable (RequestID) -> Void
  ) async -> ClientResponse? {
    // The ids are strings, so that they never equal a client's numeric ids.
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
          // The task was cancelled before the wait was registered.
          withdraw(id)
        }
      }
    } onCancel: {
      if settle(id, nil) { withdraw(id) }
    }
  }

  /// Delivers an answer; false if nobody waits for it.
  @discardableResult
  func settle(_ id: RequestID, _ answer: ClientResponse?) -> Bool {
    let waiter = state.withLock { $0.waiting.removeValue(forKey: id) }
    waiter?.resume(returning: answer)
    return waiter != nil
  }

  /// Ends all waits and prevents new ones, because the client sends nothing more.
  func close() {
    let waiters = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for waiter in waiters { waiter.resume(returning: nil) }
  }
}
