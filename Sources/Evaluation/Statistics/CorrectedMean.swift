/// The mean score that people would give all rows, from the judge's scores of all and people's scores of some.
///
/// Prediction-powered inference: A. N. Angelopoulos, J. C. Duchi, T. Zrnic, "PPI++: Efficient Prediction-Powered
/// Inference" (2023). The rows that people scored must be a random sample of all. The judge's mean of the others,
/// weighted by ``weight``, is corrected by what people and judge differ in. So a biased judge costs precision, but not
/// truth.
package struct CorrectedMean: Sendable, Equatable {
  /// The smallest number of scored pieces of evidence for which it is given.
  package static let fewest = 30

  /// A row that only the judge has scored.
  package struct Unrated: Sendable, Equatable {
    package var judge: Double
    package var group: Int

    package init(judge: Double, group: Int) {
      self.judge = judge
      self.group = group
    }
  }

  package let mean: Double
  package let standardError: Double
  /// How much the judge's scores count: 1 for all, 0 for not at all (lambda).
  package let weight: Double
  /// The mean of the judge's scores of all rows.
  package let judgeMean: Double
  /// The numbers of rows that people scored and did not score.
  package let rated: Int
  package let unrated: Int
  /// The degrees of freedom of ``interval(level:)``.
  package let degrees: Int
  /// What a wider interval follows from.
  private let rest: Rest

  /// The parts of the variance, and the rated groups in which people gave more or less than the judge.
  fileprivate struct Rest: Sendable, Equatable {
    /// The sum over the groups of rated rows of their squared sums of residuals.
    var squares = 0.0
    /// What people gave more than the judge in each of these groups, less the mean of it, as far as it counts in that mean.
    var residuals: [Double] = []
    /// The mean of what people gave more.
    var correction = 0.0
    /// The variance of the mean of the other rows, weighted.
    var others = 0.0
    var groups = 0
    var more = 0
    var less = 0
  }

  /// Nil for fewer than three groups of rated rows.
  ///
  /// The variances are those of a regression: the weight is estimated from the same rows, which takes a degree of
  /// freedom besides that of the mean. Divided by the number of rows, as in the paper, the interval covers 94 % at 40
  /// rows.
  ///
  /// - Parameters:
  ///   - rated: the rows that people scored.
  ///   - unrated: all other rows with a score of the judge.
  package init?(rated: [Agreement.Pair], unrated: [Unrated]) {
    let ratedGroups = Set(rated.map(\.group)).count
    guard ratedGroups > 2 else { return nil }
    let (human, judge, others) = (rated.map(\.human), rated.map(\.judge), unrated.map(\.judge))
    let (count, remaining) = (Double(rated.count), Double(unrated.count))
    let tuned = Self.weight(human, judge, others)
    let weight = tuned ?? 0
    let residuals = zip(human, judge).map { $0 - weight * $1 }
    let (correction, prediction) = (Moments.mean(residuals), Moments.mean(others))
    self.weight = weight
    self.rated = rated.count
    self.unrated = unrated.count
    mean = weight * prediction + correction
    judgeMean = Moments.mean(judge + others)
    degrees = ratedGroups - (tuned == nil ? 1 : 2)
    let ratedFactor = (Double(ratedGroups) / Double(degrees)).squareRoot()
    let unratedGroups = Double(Set(unrated.map(\.group)).count)
    let unratedFactor = unratedGroups > 1 ? (unratedGroups / (unratedGroups - 1)).squareRoot() : 1
    // A group can have rows of both kinds, so its parts are summed before they are squared.
    var sums: [Int: Double] = [:]
    for (residual, pair) in zip(residuals, rated) {
      sums[pair.group, default: 0] += ratedFactor * (residual - correction) / count
    }
    for row in unrated {
      sums[row.group, default: 0] += unratedFactor * weight * (row.judge - prediction) / remaining
    }
    let variance = sums.values.map { $0 * $0 }.sorted().reduce(0, +)
    var ofGroups: [Int: Double] = [:]
    for (residual, pair) in zip(residuals, rated) { ofGroups[pair.group, default: 0] += residual - correction }
    var rest = Rest(squares: ofGroups.values.map { $0 * $0 }.sorted().reduce(0, +), groups: ratedGroups)
    rest.residuals = ofGroups.values.map { $0 * Double(ratedGroups) / count }.sorted()
    rest.correction = correction
    rest.others = unrated.isEmpty ? 0 : weight * weight * Moments.variance(others) / remaining
    let signs = Dictionary(grouping: rated, by: \.group).values.map { pairs in
      pairs.reduce(0) { $0 + $1.human - $1.judge }
    }
    (rest.more, rest.less) = (signs.count { $0 > 1e-9 }, signs.count { $0 < -1e-9 })
    self.rest = rest
    // Thirty rows in which people and judge differ by the same may be chance.
    let exact = variance.squareRoot()
    standardError = rest.squares < 1e-12 ? max(exact, rest.error(count, padding: 1)) : exact
  }

  /// Nil where the judge's scores say nothing, so that there is no weight to estimate.
  private static func weight(_ human: [Double], _ judge: [Double], _ others: [Double]) -> Double? {
    let all = judge + others
    guard !others.isEmpty, all.count > 1 else { return nil }
    let variance = Moments.variance(all) * Double(all.count) / Double(all.count - 1)
    guard variance > 1e-12 else { return nil }
    let ratio = Double(human.count) / Double(others.count)
    return min(max(Moments.covariance(human, judge) / ((1 + ratio) * variance), 0), 1)
  }

  /// The t interval.
  package func interval(level: Double) -> ClosedRange<Double> { interval(level, standardError) }

  /// A wider interval, for rows in which people and judge nearly always differ by the same, which may be chance.
  ///
  /// - Parameter padding: how much the rows of two more rated groups would differ, one group in either direction.
  package func cautiousInterval(level: Double, padding: Double = 1) -> ClosedRange<Double> {
    interval(level, max(standardError, rest.error(Double(rated), padding: padding)))
  }

  /// The interval that shows a mean difference to be within a margin: rows that agree do not rule out rare large ones.
  ///
  /// It is that of ``VerdictRule``: padded by the whole range, and no narrower than the interval of what people and judge
  /// differ in. For scores of 0 and 1 that is the exact one of the share of rows, for others that of ``LowestMean``.
  package func equivalenceInterval(level: Double, scale: ScoreScale) -> ClosedRange<Double> {
    let padded = cautiousInterval(level: level, padding: scale.range)
    let share = (1 + level) / 2
    func room(_ count: Int, _ sign: Double) -> Double {
      if scale == .binary {
        return Binomial.highestRate(count, of: rest.groups, level: share) - Double(count) / Double(rest.groups)
      }
      let residuals = rest.residuals.map { sign * ($0 + rest.correction) }
      // What people say can differ from the judge's weighted scores by both ranges.
      let least = -scale.range * (1 + weight)
      return sign * rest.correction - LowestMean(residuals, least: least).bound(level: share)
    }
    return min(padded.lowerBound, mean - room(rest.less, 1))...max(padded.upperBound, mean + room(rest.more, -1))
  }

  private func interval(_ level: Double, _ error: Double) -> ClosedRange<Double> {
    let spread = StudentT.quantile(1 - (1 - level) / 2, degrees: Double(degrees)) * error
    return (mean - spread)...(mean + spread)
  }
}

extension CorrectedMean.Rest {
  /// The standard error if the rows of two more rated groups differed by the padding, one group in either direction.
  ///
  /// - Parameter count: the number of rated rows.
  fileprivate func error(_ count: Double, padding: Double) -> Double {
    let size = count / Double(groups)
    let (padded, rows) = (size * padding, count + 2 * size)
    return ((squares + 2 * padded * padded) / (rows * rows) + others).squareRoot()
  }
}
