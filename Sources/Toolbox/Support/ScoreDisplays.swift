import Synchronization

/// The responses whose scores this process has shown, or has listed without their scores.
///
/// A verdict counts as blind only if the response was listed without its score and the score was not shown before. What
/// other processes have shown is not known.
package final class ScoreDisplays: Sendable {
  private struct Responses {
    var shown: Set<Int> = []
    var hidden: Set<Int> = []
    /// Those with a deleted verdict, whose answer told the judge's score.
    var told: Set<Int> = []
  }

  private let responses = Mutex(Responses())

  package init() {}

  /// Records that the scores of responses were shown.
  func show(_ ids: some Sequence<Int>) { responses.withLock { $0.shown.formUnion(ids) } }

  /// Records that responses were listed without their scores.
  func hide(_ ids: some Sequence<Int>) { responses.withLock { $0.hidden.formUnion(ids) } }

  /// Records that a verdict on a response was deleted.
  func tell(_ id: Int) { responses.withLock { _ = $0.told.insert(id) } }

  func hasShown(_ id: Int) -> Bool { responses.withLock { $0.shown.contains(id) } }

  /// Whether a verdict that is given now is blind.
  func isBlind(_ id: Int) -> Bool {
    responses.withLock { $0.hidden.contains(id) && !$0.shown.contains(id) && !$0.told.contains(id) }
  }
}
