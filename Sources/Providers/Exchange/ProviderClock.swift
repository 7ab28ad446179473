#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The two clocks used for calls to providers.
package struct ProviderClock: Sendable {
  /// Monotonic time in milliseconds, for latencies.
  package var monotonic: @Sendable () -> Double
  /// Seconds since 1970, for headers with a time of day.
  package var wall: @Sendable () -> Double

  package init(monotonic: @escaping @Sendable () -> Double, wall: @escaping @Sendable () -> Double) {
    self.monotonic = monotonic
    self.wall = wall
  }

  /// The system's clocks.
  package static let system = ProviderClock(
    monotonic: {
      let elapsed = ContinuousClock.now - start
      return Double(elapsed.components.seconds) * 1_000 + Double(elapsed.components.attoseconds) / 1e15
    },
    wall: { Date().timeIntervalSince1970 })

  private static let start = ContinuousClock.now
}
