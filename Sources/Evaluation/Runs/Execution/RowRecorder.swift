import Synchronization

/// Writes finished rows to disk in their order; rows that gather during a write are written together.
final class RowRecorder: Sendable {
  private struct Handover {
    let row: RowWorker.AnsweredRow
    /// The caller that waits for the row.
    let waiter: CheckedContinuation<Void, Never>?
  }

  private struct State {
    var waiting: [Handover] = []
    /// The number of rows not yet on disk.
    var outstanding = 0
    var isFinished = false
    /// The callers that wait until all rows are on disk.
    var drains: [CheckedContinuation<Void, Never>] = []
    /// The continuation of the idle recorder.
    var sleeper: CheckedContinuation<Void, Never>?
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: the number of rows that may be outstanding; a caller that adds another one waits.
  init(limit: Int) {
    self.limit = limit
  }

  /// Queues a row for writing.
  func take(_ row: RowWorker.AnsweredRow) async {
    let mustWait = state.withLock { state in
      state.outstanding += 1
      return state.outstanding >= limit
    }
    if mustWait {
      await withCheckedContinuation { append(Handover(row: row, waiter: $0)) }
    } else {
      append(Handover(row: row, waiter: nil))
    }
  }

  private func append(_ handover: Handover) {
    wake { $0.waiting.append(handover) }
  }

  /// Returns when every row that was queued is on disk, or could not be written.
  func drain() async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if state.outstanding == 0 { return true }
        state.drains.append(continuation)
        return false
      }
      if isDone { continuation.resume() }
    }
  }

  /// Marks the end of the rows.
  func finish() {
    wake { $0.isFinished = true }
  }

  private func wake(after change: (inout State) -> Void) {
    let sleeper = state.withLock { state in
      change(&state)
      defer { state.sleeper = nil }
      return state.sleeper
    }
    sleeper?.resume()
  }

  /// Records rows until ``finish()``.
  ///
  /// Cancellation does not end it early, because the rows are paid for.
  func run(_ record: ([RowWorker.AnsweredRow]) async -> Void) async {
    while let handovers = await next() {
      await record(handovers.map(\.row))
      let drains = state.withLock { state in
        state.outstanding -= handovers.count
        guard state.outstanding == 0 else { return [CheckedContinuation<Void, Never>]() }
        defer { state.drains = [] }
        return state.drains
      }
      for waiter in handovers.map(\.waiter) + drains { waiter?.resume() }
    }
  }

  /// The gathered rows; nil after the last one.
  private func next() async -> [Handover]? {
    while true {
      let (handovers, isFinished) = state.withLock { state in
        defer { state.waiting = [] }
        return (state.waiting, state.isFinished)
      }
      if !handovers.isEmpty { return handovers }
      if isFinished { return nil }
      await withCheckedContinuation { continuation in
        let isNeeded = state.withLock { state in
          if !state.waiting.isEmpty || state.isFinished { return true }
          state.sleeper = continuation
          return false
        }
        if isNeeded { continuation.resume() }
      }
    }
  }
}
