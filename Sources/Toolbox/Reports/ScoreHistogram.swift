import Evaluation
import Store

/// How often each score occurs, as a plot in letters.
enum ScoreHistogram {
  private static let width = 40

  /// A line for each score, the best first; nil where there is no score.
  ///
  /// A mean of several reviews counts for the whole number that is nearest to it.
  static func text(_ scores: [Double], scoring: Scoring) -> String? {
    guard !scores.isEmpty, let range = scoring.scorer.scale?.bounds else { return nil }
    let levels = Int(range.lowerBound)...Int(range.upperBound)
    let nearest = scores.map { Int(min(max($0.rounded(), range.lowerBound), range.upperBound)) }
    let counts = levels.reversed().map { level in (level: level, count: nearest.count { $0 == level }) }
    let longest = counts.map(\.count).max() ?? 1
    return counts.map { level, count in
      // What occurs at all is seen.
      let length = count == 0 ? 0 : max(1, count * width / longest)
      let bar = String(repeating: "#", count: length)
      return "\(level) |\(bar)\(bar.isEmpty ? "" : " ")\(count == 0 ? " 0" : "\(count)")"
    }.joined(separator: "\n")
  }
}
