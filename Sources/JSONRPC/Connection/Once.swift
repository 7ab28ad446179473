import Synchronization

/// A function that is called at most once.
final class Once: Sendable {
  private let function: Mutex<(@Sendable () -> Void)?>

  init(_ function: @escaping @Sendable () -> Void) {
    self.function = Mutex(function)
  }

  /// Calls the function, unless it was called before.
  func call() {
    let function = self.function.withLock { function in
      defer { function = nil }
      return function
    }
    function?()
  }
}
