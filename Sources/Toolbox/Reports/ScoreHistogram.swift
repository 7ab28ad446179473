import Evaluation
import Store

/// A text plot of the frequency of each score.
enum ScoreHistogram {
  private static let width = 40

  /// A line for each score, best first; nil without scores.
  static func text(_ scores: [Double], scoring: Scoring) -> String? {
    guard let counts = levels(scores, scoring: scoring) else { return nil }
    let longest = counts.map(\.count).max() ?? 1
    return counts.map { level, count in
      // Every score that occurs has a visible bar.
      let length = count == 0 ? 0 : max(1, count * width / longest)
      let bar = String(repeating: "#", count: length)
      return "\(level) |\(bar)\(bar.isEmpty ? "" : " ")\(count == 0 ? " 0" : "\(count)")"
    }.joined(separator: "\n")
  }

  /// The number of answers with each score, best first; nil without scores.
  ///
  /// A mean of several reviews counts as the nearest whole number, a mean of checks as the nearest quarter.
  static func levels(_ scores: [Double], scoring: Scoring) -> [(level: String, count: Int)]? {
    guard !scores.isEmpty, let scale = scoring.scorer.scale else { return nil }
    let steps = scale == .bounded(0...1) ? 4.0 : 1
    let levels = Int(scale.bounds.lowerBound * steps)...Int(scale.bounds.upperBound * steps)
    let nearest = scores.map { min(max(Int(($0 * steps).rounded()), levels.lowerBound), levels.upperBound) }
    return levels.reversed().map { level in
      (level: Self.label(Double(level) / steps, hasSteps: steps > 1), count: nearest.count { $0 == level })
    }
  }

  private static func label(_ level: Double, hasSteps: Bool) -> String {
    hasSteps ? Figure.fixed(level, places: 2) : level.shortText
  }
}
