#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How many rows, or groups of rows, a verdict takes.
extension VerdictRule {
  /// How many differences would show the mean seen; nil for a mean of 0, and where it is shown already.
  func needed(_ differences: PairedDifferences) -> Int? {
    guard let mean = differences.mean, !differences.isLevel, finding(differences).direction == nil else { return nil }
    let count = differences.values.count
    let power =
      differences.scale == .binary
      ? SampleSize.rows(
        toShow: mean, differing: Double(differences.wins + differences.losses) / Double(count), level: level)
      : SampleSize.rows(toShow: mean, deviation: differences.deviation, level: level)
    // Without a deviation there is no power to work out.
    let isWorkedOut = differences.scale == .binary || differences.deviation > 0
    return isWorkedOut && power == nil
      ? nil : smallest(like: differences, atLeast: power ?? 1) { $0.direction != nil }
  }

  /// How many would show that the candidate is not worse by more than the margin, if the mean stays as it is; nil where the
  /// mean itself lies beyond it.
  func neededForNotWorse(_ differences: PairedDifferences) -> Int? {
    guard let mean = differences.mean else { return nil }
    let power = SampleSize.rows(
      toShowLossBelow: margin, difference: mean, deviation: differences.deviation, level: level,
      padding: differences.scale.range)
    return power.flatMap { power in
      smallest(like: differences, atLeast: power) { [.better, .same, .notWorse].contains($0.verdict) }
    }
  }

  /// From here on rounding and padding no longer matter, and the formulas are exact enough.
  private static let manyRows = 2000

  /// The smallest number of differences, in the same shares as those seen, that this very rule finds enough.
  ///
  /// - Parameter power: how many find what is there with a probability of 80 %, by a formula that knows neither padding nor
  ///   exact test.
  private func smallest(
    like differences: PairedDifferences, atLeast power: Int, isEnough: (Finding) -> Bool
  ) -> Int? {
    var count = max(power, differences.values.count + 1)
    while count < Self.manyRows, !isEnough(finding(differences.inSameShares(count))) { count += max(1, count / 50) }
    return count
  }
}

/// Which differences a verdict takes.
extension SampleSize {
  /// The smallest mean difference that so many rows show with a probability of 80 %, and that the rule finds enough; nil where
  /// they are too few to show any.
  package static func smallestDifference(
    rows: Int, deviation: Double, scale: ScoreScale, level: Double = 0.95
  ) -> Double? {
    let enough =
      scale == .binary
      ? fewestWins(rows: rows, level: level).map { Double($0) / Double(rows) }
      : smallestMean(rows: rows, deviation: deviation, range: scale.range, level: level)
    return enough.flatMap { enough in
      let difference = max(enough, smallestDifference(rows: rows, deviation: deviation, level: level))
      return difference <= scale.range ? difference : nil
    }
  }

  /// The smallest gain of a rate that so many rows show with a probability of 80 %, where no row is lost; nil where they are
  /// too few to show any.
  package static func smallestGain(rows: Int) -> Double? {
    guard let wins = fewestWins(rows: rows, level: 0.95) else { return nil }
    return (wins...rows).lazy.map { Double($0) / Double(rows) }
      .first { self.rows(toShow: $0, differing: $0) ?? .max <= rows }
  }

  /// How many rows must be won, where none is lost, for the candidate to be better.
  private static func fewestWins(rows: Int, level: Double) -> Int? {
    let rule = VerdictRule(level: level, margin: 0, isMarginGiven: false, isUnderWay: false)
    return (1...max(rows, 1)).first { wins in
      let values = (0..<rows).map { $0 < wins ? 1.0 : 0 }
      return rule.finding(PairedDifferences(values: values, scale: .binary)).direction == .better
    }
  }

  /// The mean at which the interval of better and worse ends at 0: the formula of ``PairedInterval``, solved for it.
  private static func smallestMean(rows: Int, deviation: Double, range: Double, level: Double) -> Double? {
    // So many signs must agree for the permutation test.
    guard rows > 0, pow(0.5, Double(rows - 1)) <= 1 - level else { return nil }
    let count = Double(rows)
    let padding = VerdictRule.padding(rows: rows, range: range)
    let quantile = StudentT.quantile(1 - (1 - level) / 2, degrees: count + 1)
    let squares = (count - 1) * deviation * deviation + 2 * padding * padding
    let room = count * count - 2 * count * quantile * quantile / (count + 2)
    return room > 0 ? quantile * (squares / room).squareRoot() : nil
  }
}
