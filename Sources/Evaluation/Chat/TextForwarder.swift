import Synchronization

/// Forwards a model's text as it arrives, paced by a ``TextThrottle``.
final class TextForwarder: Sendable {
  private let clock: any Clock<Duration>
  /// Milliseconds since the beginning.
  private let now: @Sendable () -> Double
  private let forward: @Sendable (String) -> Void
  private let throttle = Mutex(TextThrottle())
  /// The delays until held text is due.
  private let delays = AsyncStream.makeStream(of: Double.self)

  /// - Parameter forward: receives the texts in order; must not block.
  init(clock: any Clock<Duration>, forward: @escaping @Sendable (String) -> Void) {
    self.clock = clock
    self.forward = forward
    now = Self.stopwatch(clock)
  }

  private static func stopwatch(_ clock: some Clock<Duration>) -> @Sendable () -> Double {
    let start = clock.now
    return { start.duration(to: clock.now) / .milliseconds(1) }
  }

  /// Runs the work, which passes its text to ``take(_:)``, and forwards any held text at the end.
  func run<Value: Sendable>(_ work: () async -> Value) async -> Value {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.releaseInTime() }
      let value = await work()
      group.cancelAll()
      throttle.withLock { throttle in
        if let text = throttle.rest() { forward(text) }
      }
      return value
    }
  }

  /// Accepts the next part of the text.
  ///
  /// Texts are forwarded under the lock, here and below, so that they keep their order.
  func take(_ part: String) {
    let delay: Double? = throttle.withLock { throttle in
      switch throttle.add(part, at: now()) {
      case .forward(let text):
        forward(text)
        return nil
      case .hold(let delay): return delay
      case .held: return nil
      }
    }
    if let delay { delays.continuation.yield(delay) }
  }

  private func releaseInTime() async {
    for await delay in delays.stream {
      do { try await clock.sleep(for: .milliseconds(delay)) } catch { return }
      throttle.withLock { throttle in
        // `sleep` may return slightly before `now()` reaches the deadline; its return counts as the deadline.
        if let text = throttle.release(at: max(now(), throttle.next)) { forward(text) }
      }
    }
  }
}
