import Synchronization

/// A function that is called at most once.
final class Once: Sendable {
  private let function: @Sendable () -> Void
  private let wasCalled = Atomic(false)

  init(_ function: @escaping @Sendable () -> Void) {
    self.function = function
  }

  /// Calls the function, unless it was called before.
  func call() {
    if !wasCalled.exchange(true, ordering: .acquiringAndReleasing) { function() }
  }
}
