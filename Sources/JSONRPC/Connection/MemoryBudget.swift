import Dispatch
import Synchronization

/// The bytes that a connection holds in memory; its reader waits while they exceed the limit.
final class MemoryBudget: Sendable {
  /// The bytes at which a connection stops reading; messages already read are finished, however large.
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
  init(limit: Int = MemoryBudget.defaultLimit) {
    self.limit = limit
  }

  /// Adds bytes, or subtracts them.
  func change(by bytes: Int) {
    if bytes != 0 { wakeReader { $0.held += bytes } }
  }

  /// Blocks the reading thread until the bytes held are within the limit.
  func waitForRoom() {
    let mustWait = state.withLock { state in
      state.isReaderWaiting = state.held > limit && !state.isLifted
      return state.isReaderWaiting
    }
    if mustWait { room.wait() }
  }

  /// Ends all waits and prevents new ones.
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
