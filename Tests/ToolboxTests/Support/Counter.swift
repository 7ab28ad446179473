import Synchronization

/// Counts events of other tasks.
final class Counter: Sendable {
  private let count = Atomic(0)

  var value: Int { count.load(ordering: .relaxed) }

  /// Increments the count and returns it.
  @discardableResult
  func add() -> Int { count.add(1, ordering: .relaxed).newValue }
}
