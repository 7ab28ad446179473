import Synchronization

/// Counts what happens in other tasks.
final class Counter: Sendable {
  private let count = Atomic(0)

  var value: Int { count.load(ordering: .relaxed) }

  /// Counts one more; how many there are then.
  @discardableResult
  func add() -> Int { count.add(1, ordering: .relaxed).newValue }
}
