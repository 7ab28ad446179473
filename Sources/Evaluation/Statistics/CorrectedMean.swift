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
  /// The standard error if two more rated rows differed by a point, one in either direction.
  private let cautiousError: Double

  /// Nil for fewer than two groups of rated rows.
  ///
  /// - Parameters:
  ///   - rated: the rows that people scored.
  ///   - unrated: all other rows with a score of the judge.
  ///   - weight: how much the judge's scores count; nil for what makes the interval shortest.
  package init?(rated: [Agreement.Pair], unrated: [Unrated], weight given: Double? = nil) {
    let ratedGroups = Set(rated.map(\.group)).count
    guard ratedGroups > 1 else { return nil }
    let (human, judge, others) = (rated.map(\.human), rated.map(\.judge), unrated.map(\.judge))
    let (count, rest) = (Double(rated.count), Double(unrated.count))
    let weight = given ?? Self.weight(human, judge, others)
    let residuals = zip(human, judge).map { $0 - weight * $1 }
    let (correction, prediction) = (Moments.mean(residuals), Moments.mean(others))
    self.weight = weight
    self.rated = rated.count
    self.unrated = unrated.count
    mean = weight * prediction + correction
    judgeMean = Moments.mean(judge + others)
    degrees = ratedGroups - 1
    // A group can have rows of both kinds, so its parts are summed before they are squared.
    var sums: [Int: Double] = [:]
    for (residual, pair) in zip(residuals, rated) { sums[pair.group, default: 0] += (residual - correction) / count }
    for row in unrated { sums[row.group, default: 0] += weight * (row.judge - prediction) / rest }
    let variance = sums.values.map { $0 * $0 }.sorted().reduce(0, +)
    let isGrouped = sums.count < rated.count + unrated.count
    let factor = isGrouped ? Double(ratedGroups) / Double(ratedGroups - 1) : 1
    let exact = (factor * variance).squareRoot()
    let spread = Moments.variance(residuals)
    let padded = (spread * count + 2) / ((count + 2) * (count + 2))
    let remaining = rest > 0 ? weight * weight * Moments.variance(others) / rest : 0
    cautiousError = max(exact, (padded + remaining).squareRoot())
    // Thirty rows in which people and judge differ by the same may be chance.
    standardError = spread < 1e-12 ? cautiousError : exact
  }

  private static func weight(_ human: [Double], _ judge: [Double], _ others: [Double]) -> Double {
    let all = judge + others
    guard !others.isEmpty, all.count > 1 else { return 0 }
    let variance = Moments.variance(all) * Double(all.count) / Double(all.count - 1)
    guard variance > 1e-12 else { return 0 }
    let ratio = Double(human.count) / Double(others.count)
    return min(max(Moments.covariance(human, judge) / ((1 + ratio) * variance), 0), 1)
  }

  /// The t interval.
  package func interval(level: Double) -> ClosedRange<Double> { interval(level, standardError) }

  /// A wider interval, for rows in which people and judge nearly always differ by the same, which may be chance.
  func cautiousInterval(level: Double) -> ClosedRange<Double> { interval(level, cautiousError) }

  private func interval(_ level: Double, _ error: Double) -> ClosedRange<Double> {
    let spread = StudentT.quantile(1 - (1 - level) / 2, degrees: Double(degrees)) * error
    return (mean - spread)...(mean + spread)
  }
}
