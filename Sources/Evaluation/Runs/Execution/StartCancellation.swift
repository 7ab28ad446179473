import Synchronization

/// Whether a start was cancelled while it was being planned.
package final class StartCancellation: Sendable {
  private let flag = Atomic(false)

  /// Whether it was.
  var isAsked: Bool { flag.load(ordering: .acquiring) }

  func ask() { flag.store(true, ordering: .releasing) }

  /// - Throws: ``EvaluationError`` for a cancelled restart, which must not discard what nothing would replace.
  func check(restartOf run: Int) throws(EvaluationError) {
    guard isAsked else { return }
    throw EvaluationError("Run \(run) was cancelled before it began again, so its responses are kept.")
  }
}
