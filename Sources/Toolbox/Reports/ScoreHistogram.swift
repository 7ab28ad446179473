import Evaluation
import Store

/// A text plot of the frequency of each score.
enum ScoreHistogram {
  private static let width = 40

  /// A line for each score, best first; nil without scores.
  ///
  /// A mean of several reviews counts as the nearest whole number.
  static func text(_ scores: [Double], scoring: Scoring) -> String? {
    guard !scores.isEmpty, let range = scoring.scorer.scale?.bounds else { return nil }
    let levels = Int(range.lowerBound)...Int(range.upperBound)
    let nearest = scores.map { Int(min(max($0.rounded(), range.lowerBound), range.upperBound)) }
    let counts = levels.reversed().map { level in (level: level, count: nearest.count { $0 == level }) }
    let longest = counts.map(\.count).max() ?? 1
    return counts.map { level, count in
      // Every score that occurs has a visible bar.
      let length = count == 0 ? 0 : max(1, count * width / longest)
      let bar = String(repeating: "#", count: length)
      return "\(level) |\(bar)\(bar.isEmpty ? "" : " ")\(count == 0 ? " 0" : "\(count)")"
    }.joined(separator: "\n")
  }
}
