import Dispatch
import Synchronization

/// How much the connection holds in memory for the client; makes its reader wait when that is too much.
final class Backlog: Sendable {
  /// What a connection holds at most before it stops reading; messages in it are finished, however large.
  static let defaultLimit = 64 << 20

  private struct State {
    var held = 0
    var isReaderWaiting = false
    var isLifted = false
  }

  private let limit: Int
  private let state = Mutex(State())
  private let room = DispatchSemaphore(value: 0)

  /// - Parameter limit: bytes.
  init(limit: Int = Backlog.defaultLimit) {
    self.limit = limit
  }

  /// Adds bytes, or takes them off again.
  func change(by bytes: Int) {
    if bytes != 0 { wakeReader { $0.held += bytes } }
  }

  /// Waits, on the one thread that reads, until what is held is within the limit.
  func waitForRoom() {
    let mustWait = state.withLock { state in
      state.isReaderWaiting = state.held > limit && !state.isLifted
      return state.isReaderWaiting
    }
    if mustWait { room.wait() }
  }

  /// Ends every wait, now and later.
  func lift() {
    wakeReader { $0.isLifted = true }
  }

  private func wakeReader(after update: (inout State) -> Void) {
    let mustWake = state.withLock { state in
      update(&state)
      guard state.isReaderWaiting, state.held <= limit || state.isLifted else { return false }
      state.isReaderWaiting = false
      return true
    }
    if mustWake { room.signal() }
  }
}
