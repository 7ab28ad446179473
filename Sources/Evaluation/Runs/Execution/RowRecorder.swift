import Synchronization

/// Puts rows whose calls are through on the disk, in their order: all that have gathered while it was busy at once.
final class RowRecorder: Sendable {
  private struct Handover {
    let row: RowWorker.AnsweredRow
    /// Who waits for it.
    let waiter: CheckedContinuation<Void, Never>?
  }

  private struct State {
    var waiting: [Handover] = []
    /// Rows that are not yet on the disk.
    var outstanding = 0
    var isFinished = false
    /// The recorder, while it has nothing to do.
    var sleeper: CheckedContinuation<Void, Never>?
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: so many rows may be outstanding; who hands over one more waits for it.
  init(limit: Int) {
    self.limit = limit
  }

  /// Hands a row over.
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

  /// Says that no more rows come.
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

  /// Records what comes until ``finish()``; it does not end before, cancelled or not, because the rows are paid for.
  func run(_ record: ([RowWorker.AnsweredRow]) async -> Void) async {
    while let handovers = await next() {
      await record(handovers.map(\.row))
      state.withLock { $0.outstanding -= handovers.count }
      for handover in handovers { handover.waiter?.resume() }
    }
  }

  /// What has gathered; nil when nothing more comes.
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
