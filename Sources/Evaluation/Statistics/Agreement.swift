#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How well a judge agrees with people on the same responses.
package struct Agreement: Sendable, Equatable {
  /// A response with both scores.
  package struct Pair: Sendable, Equatable {
    package var human: Double
    package var judge: Double
    /// Pairs with the same group are one piece of evidence.
    package var group: Int

    package init(human: Double, judge: Double, group: Int) {
      self.human = human
      self.judge = judge
      self.group = group
    }
  }

  /// The smallest number of pieces of evidence that say anything about a judge.
  package static let fewest = 10

  /// The number of pairs.
  package let count: Int
  /// The number of groups among them.
  package let groups: Int
  /// The number of pairs in which the judge gave the person's score, to less than half a point.
  package let same: Int
  /// The Wilson interval of the share of ``same``, in which a group counts as one trial.
  package let sameInterval: ClosedRange<Double>
  /// Weighted kappa with quadratic weights; nil if all scores are equal.
  ///
  /// J. Cohen, "Weighted Kappa", Psychological Bulletin 70 (1968). The categories are the scores themselves, so it is
  /// also defined for means: L. I. Lin, "A Concordance Correlation Coefficient to Evaluate Reproducibility",
  /// Biometrics 45 (1989).
  package let kappa: Double?
  /// The commonest score of the people: what a judge would say that looks at nothing.
  package let commonest: Double
  /// The share of pairs in which such a judge, whose kappa is 0, would give the person's score.
  package let commonestShare: Double
  /// The mean of judge minus person.
  package let bias: Double
  /// The 95 % interval of ``bias``, as of ``JudgeBias``; nil for a single group.
  package let biasInterval: ClosedRange<Double>?
  /// The mean distance between the two scores.
  package let meanAbsoluteError: Double
  /// The rank correlation; nil if the scores of either are all equal.
  package let spearman: Double?
  /// The standard deviation of what a piece of evidence adds to ``spearman``.
  private let deviation: Double

  /// Nil without pairs.
  package init?(_ pairs: [Pair]) {
    guard let first = pairs.first else { return nil }
    let (human, judge) = (pairs.map(\.human), pairs.map(\.judge))
    let differences = pairs.map { $0.judge - $0.human }
    count = pairs.count
    groups = Set(pairs.map(\.group)).count
    same = differences.count { abs($0) < 0.5 }
    sameInterval =
      Statistics.wilsonInterval(rate: Double(same) / Double(pairs.count), trials: Double(groups)) ?? 0...1
    kappa = Self.quadraticKappa(human, judge)
    let counts = human.reduce(into: [:]) { counts, score in counts[score, default: 0] += 1 }
    let most = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) } ?? (first.human, 1)
    commonest = most.key
    commonestShare = Double(most.value) / Double(pairs.count)
    bias = Moments.mean(differences)
    biasInterval = JudgeBias(pairs)?.interval
    meanAbsoluteError = differences.reduce(0) { $0 + abs($1) } / Double(pairs.count)
    (spearman, deviation) = Self.rankCorrelation(pairs, Self.ranks(human), Self.ranks(judge))
  }

  /// The agreement on enough pairs; nil for fewer than ``fewest`` pieces of evidence.
  static func ofEnough(_ pairs: [Pair]) -> Agreement? {
    Agreement(pairs).flatMap { $0.groups < fewest ? nil : $0 }
  }

  /// 1 minus the mean squared difference, over that of scores paired by chance.
  private static func quadraticKappa(_ human: [Double], _ judge: [Double]) -> Double? {
    let count = Double(human.count)
    let observed = zip(human, judge).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / count
    let shift = Moments.mean(human) - Moments.mean(judge)
    let chance = Moments.variance(human) + Moments.variance(judge) + shift * shift
    return chance > 1e-12 ? 1 - observed / chance : nil
  }

  /// The correlation of ranks, with the standard deviation of its influence function in a piece of evidence.
  ///
  /// Of standardized values x and y the function is xy - r(x² + y²)/2: S. J. Devlin, R. Gnanadesikan, J. R. Kettenring,
  /// "Robust Estimation and Outlier Detection with Correlation Coefficients", Biometrika 62 (1975).
  private static func rankCorrelation(
    _ pairs: [Pair], _ one: [Double], _ other: [Double]
  ) -> (Double?, deviation: Double) {
    let (first, second) = (Moments.variance(one).squareRoot(), Moments.variance(other).squareRoot())
    guard first * second > 1e-12 else { return (nil, 0) }
    let correlation = Moments.covariance(one, other) / (first * second)
    let (mean, otherMean) = (Moments.mean(one), Moments.mean(other))
    let influence = GroupedMean(
      pairs.indices.map { index in
        let (x, y) = ((one[index] - mean) / first, (other[index] - otherMean) / second)
        return (x * y - correlation / 2 * (x * x + y * y), pairs[index].group)
      })
    return (correlation, (influence.standardError ?? 0) * Double(influence.groups).squareRoot())
  }

  /// The 95 % interval of ``spearman``; nil without it.
  package var spearmanInterval: ClosedRange<Double>? { spearmanInterval(of: groups) }

  /// The interval that so many pieces of evidence with this rank correlation have.
  ///
  /// D. G. Bonett, T. A. Wright, "Sample Size Requirements for Estimating Pearson, Kendall and Spearman Correlations",
  /// Psychometrika 65 (2000). Thirty rows in the same order may be chance, so no correlation counts as more than 1 - 1/n.
  /// Where most scores are equal that is too narrow, so the interval is at least that of the influence function.
  func spearmanInterval(of count: Int) -> ClosedRange<Double>? {
    guard let spearman, count > 3 else { return nil }
    let most = 1 - 1 / Double(count)
    let bounded = min(max(spearman, -most), most)
    let usual = ((1 + bounded * bounded / 2) / Double(count - 3)).squareRoot()
    let ofTies = deviation / (1 - bounded * bounded) / Double(count).squareRoot()
    let spread = 1.959963984540054 * max(usual, ofTies)
    return min(tanh(atanh(bounded) - spread), spearman)...max(tanh(atanh(bounded) + spread), spearman)
  }

  /// The ranks; equal values share the mean of theirs.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = values
    var start = 0
    while start < order.count {
      let end = order[start...].firstIndex { values[$0] != values[order[start]] } ?? order.count
      for index in order[start..<end] { ranks[index] = Double(start + end - 1) / 2 }
      start = end
    }
    return ranks
  }
}
