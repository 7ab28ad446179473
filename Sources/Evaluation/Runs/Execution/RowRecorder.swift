import Synchronization

/// Writes finished rows to disk in their order; rows that gather during a write are written together.
final class RowRecorder: Sendable {
  private struct Handover {
    let row: RowWorker.AnsweredRow
    /// The caller that waits for the row.
    let waiter: CheckedContinuation<Void, Never>
  }

  private struct State {
    var waiting: [Handover] = []
    var isFinished = false
    /// The continuation of the idle recorder.
    var sleeper: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Returns when a row is on disk, or could not be written.
  ///
  /// Whoever asks for the next answer only then loses one answer at most if the process is killed.
  func take(_ row: RowWorker.AnsweredRow) async {
    await withCheckedContinuation { continuation in
      wake { $0.waiting.append(Handover(row: row, waiter: continuation)) }
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
      for handover in handovers { handover.waiter.resume() }
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
