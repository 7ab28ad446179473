import Synchronization

/// Forwards reports at most ten times a second: each time the newest one, and always the last one.
struct ProgressThrottle<Report: Sendable>: Sendable {
  let clock: any Clock<Duration>
  let send: @Sendable (Report) -> Void

  private static var pause: Duration { .milliseconds(100) }

  init(clock: any Clock<Duration>, send: @escaping @Sendable (Report) -> Void) {
    self.clock = clock
    self.send = send
  }

  /// The newest report that has not been forwarded.
  private final class Newest: Sendable {
    private let report = Mutex<Report?>(nil)

    func put(_ report: Report) { self.report.withLock { $0 = report } }
    func take() -> Report? {
      report.withLock { report in
        defer { report = nil }
        return report
      }
    }
  }

  /// Runs work that reports its progress.
  func follow(_ work: (_ report: @escaping @Sendable (Report) -> Void) async throws -> Void) async throws {
    let newest = Newest()
    let (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for await _ in bells {
          if let report = newest.take() { send(report) }
          do { try await clock.sleep(for: Self.pause) } catch { return }
        }
      }
      defer { group.cancelAll() }
      try await work { report in
        newest.put(report)
        bell.yield()
      }
    }
    if let report = newest.take() { send(report) }
  }
}
