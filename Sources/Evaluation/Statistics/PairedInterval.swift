/// The interval of a mean paired difference: the one rule by which two runs are told apart.
///
/// Two differences that nobody has observed, one of the whole positive and one of the whole negative kind, are added to the
/// observed ones: D. G. Bonett, R. M. Price, "Adjusted Wald Confidence Interval for a Difference of Binomial Proportions
/// Based on Paired Data", Journal of Educational and Behavioral Statistics 37 (2012). So three rows that agree do not pass
/// for certainty, and the interval covers what it says it does on few rows too.
package struct PairedInterval: Sendable, Equatable {
  /// What scores can be.
  package enum Scale: Sendable, Equatable {
    /// 0 and 1.
    case binary
    /// Between two bounds, such as 1 to 5.
    case bounded(ClosedRange<Double>)

    /// The distance from the lowest to the highest score.
    package var range: Double {
      switch self {
      case .binary: 1
      case .bounded(let bounds): bounds.upperBound - bounds.lowerBound
      }
    }
  }

  /// The mean of the differences and of the added ones.
  let center: Double
  /// The standard error around ``center``.
  let error: Double
  private let scale: Scale
  /// Degrees of freedom of the t distribution; nil for the normal one.
  private let degrees: Double?

  /// Gathers what an interval of any level follows from.
  ///
  /// - Parameters:
  ///   - differences: one for each row, candidate minus baseline.
  ///   - groups: for each row the group it belongs to; rows of one group, such as copies of a row, count as one piece of
  ///     evidence. Nil where every row is its own.
  package init(_ differences: [Double], groups: [Int]? = nil, scale: Scale) {
    self.scale = scale
    let sums = Self.groupSums(differences, groups)
    let count = Double(sums.count)
    let rows = Double(differences.count)
    // An added difference weighs as much as a group does on average.
    let weight = sums.isEmpty ? 1 : rows / count
    let total = rows + 2 * weight
    let center = differences.reduce(0, +) / total
    var squares = 0.0
    for group in sums {
      let deviation = group.sum - group.count * center
      squares += deviation * deviation
    }
    squares += weight * weight * ((1 - center) * (1 - center) + (-1 - center) * (-1 - center))
    self.center = center
    error = squares.squareRoot() / total
    degrees = scale == .binary && sums.count == differences.count ? nil : count + 1
  }

  /// The interval, cut at what the scale allows.
  ///
  /// - Parameter level: the share of such intervals that hold the true difference, such as 0.95.
  package func interval(level: Double) -> ClosedRange<Double> {
    let probability = 1 - (1 - level) / 2
    let quantile = degrees.map { StudentT.quantile(probability, degrees: $0) } ?? Normal.quantile(probability)
    let range = scale.range
    let low = max(center - quantile * error, -range)
    let high = min(center + quantile * error, range)
    return min(low, high)...max(low, high)
  }

  private static func groupSums(_ differences: [Double], _ groups: [Int]?) -> [(sum: Double, count: Double)] {
    guard let groups else { return differences.map { ($0, 1) } }
    var sums: [(sum: Double, count: Double)] = []
    var places: [Int: Int] = [:]
    for (difference, group) in zip(differences, groups) {
      if let place = places[group] {
        sums[place].sum += difference
        sums[place].count += 1
      } else {
        places[group] = sums.count
        sums.append((difference, 1))
      }
    }
    return sums
  }
}

/// The interval of a mean whose rows come in groups, without the added differences of ``PairedInterval``.
enum ClusteredMean {
  /// The mean and its standard error, robust to whatever rows of a group have in common.
  ///
  /// K.-Y. Liang, S. L. Zeger, "Longitudinal Data Analysis Using Generalized Linear Models", Biometrika 73 (1986), with the
  /// correction G / (G - 1) for G groups. Nil for fewer than two groups.
  static func estimate(_ values: [Double], groups: [Int]) -> (mean: Double, error: Double, groups: Int)? {
    let mean = values.reduce(0, +) / Double(max(values.count, 1))
    var sums: [Int: Double] = [:]
    for (value, group) in zip(values, groups) { sums[group, default: 0] += value - mean }
    guard sums.count > 1 else { return nil }
    let count = Double(sums.count)
    let squares = sums.values.reduce(0) { $0 + $1 * $1 }
    return (mean, (count / (count - 1) * squares).squareRoot() / Double(values.count), sums.count)
  }
}
