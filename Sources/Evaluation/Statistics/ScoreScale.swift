/// The scale of a score.
package enum ScoreScale: Sendable, Equatable, CustomStringConvertible {
  /// 0 and 1.
  case binary
  /// Between two bounds, such as 1 to 5.
  case bounded(ClosedRange<Double>)

  /// The lowest and the highest score.
  package var bounds: ClosedRange<Double> {
    switch self {
    case .binary: 0...1
    case .bounded(let bounds): bounds
    }
  }

  /// 0 and 1 for scores between these that are nothing else; otherwise the same scale.
  package func narrowed(to scores: some Sequence<Double>) -> ScoreScale {
    guard self == .bounded(0...1) else { return self }
    var hasScores = false
    for score in scores {
      guard score == 0 || score == 1 else { return self }
      hasScores = true
    }
    return hasScores ? .binary : self
  }

  /// The distance from the lowest to the highest score.
  package var range: Double { bounds.upperBound - bounds.lowerBound }

  /// How much worse counts as not worse, and how large a bias does not matter, unless somebody says otherwise.
  package var usualMargin: Double { 0.05 * range }

  /// `0 or 1`, `1 to 5`.
  package var description: String {
    [bounds.lowerBound, bounds.upperBound].map(\.shortText).joined(separator: self == .binary ? " or " : " to ")
  }
}
