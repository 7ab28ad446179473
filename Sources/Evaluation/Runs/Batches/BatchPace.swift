import Providers

/// When the state of batches is asked for.
///
/// Small batches end within seconds, and large ones within hours.
package struct BatchPace: Sendable {
  /// Seconds before each of the first polls.
  private static let first: [Double] = [1, 2, 4, 8, 15]
  private static let growth = 1.5
  private static let longest = 300.0
  private static let longestAsked = 3600.0
  /// Seconds after a submission at which a provider should have ended it: all batches are submitted for a day.
  static let window = 86_400.0
  /// Seconds after the end of a batch for which providers keep its results, so that one that cannot be reached is
  /// asked on.
  static let keeping = 29 * 86_400.0

  /// Seconds between a person's question and the poll before it that lead to another poll.
  package var soonest = 15.0
  /// Seconds for which a submission of unknown outcome is looked for, after which the provider would list it, and for
  /// which a provider must say that it does not have a batch.
  package var certainty = 60.0
  /// Seconds after its end for which a batch is still waited for.
  package var grace = 6 * 3_600.0
  /// Seconds after which a request of another process to cancel is noticed.
  package var attention = 1.0
  /// The factor on all pauses.
  package var scale = 1.0

  package init() {}

  /// The seconds that a provider asks to be left alone for, an hour at most; 0 without a wish.
  static func asked(by error: ProviderError) -> Double {
    guard let seconds = error.retryAfter, seconds > 0 else { return 0 }
    return min(seconds, longestAsked)
  }

  /// Seconds before a poll, the polls since the last submission being counted from 0.
  func pause(before poll: Int) -> Double {
    var seconds = Self.first[min(poll, Self.first.count - 1)]
    for _ in 0..<min(max(poll - Self.first.count + 1, 0), 20) { seconds = min(seconds * Self.growth, Self.longest) }
    return seconds * scale
  }
}
