#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The number of rows, or of groups of rows, that a verdict requires.
extension VerdictRule {
  /// The number of differences that would show the observed mean; nil for a mean of 0, and if it is already shown.
  func needed(_ differences: PairedDifferences) -> Int? {
    guard let mean = differences.mean, !differences.isMeanZero, finding(differences).direction == nil else {
      return nil
    }
    let count = differences.values.count
    let power =
      differences.scale == .binary
      ? SampleSize.rows(
        toShow: mean, differing: Double(differences.wins + differences.losses) / Double(count), level: level)
      : SampleSize.rows(toShow: mean, deviation: differences.deviation, level: level)
    // Without a deviation the power cannot be computed.
    let isWorkedOut = differences.scale == .binary || differences.deviation > 0
    return isWorkedOut && power == nil
      ? nil
      : smallest(like: differences, atLeast: power ?? 1) { finding, count in
        finding.direction != nil && hasPower(count, like: differences)
      }
  }

  /// Whether this many differences, with the observed mean and deviation, show that mean with a probability of 80 %.
  ///
  /// The formula of ``SampleSize`` knows no padding, which outweighs the deviation where differences are small. Connor's
  /// formula for scores of 0 and 1 needs no correction: its simulated power is 75 to 83 %.
  private func hasPower(_ count: Int, like differences: PairedDifferences) -> Bool {
    guard differences.scale != .binary, let mean = differences.mean else { return true }
    let rows = Double(count)
    let shares = differences.inSameShares(count)
    let padding = Self.padding(rows: count, range: differences.scale.range)
    let interval = PairedInterval(shares.values, scale: differences.scale, padding: padding)
    let quantile = StudentT.quantile(1 - (1 - level) / 2, degrees: rows + 1)
    let center = abs(mean) * rows / (rows + 2)
    return center >= quantile * interval.error + SampleSize.power * differences.deviation / rows.squareRoot()
  }

  /// The number of differences that would show the candidate to be not worse by more than the margin, if the mean stays
  /// the same; nil if the mean itself is beyond the margin.
  func neededForNotWorse(_ differences: PairedDifferences) -> Int? {
    guard let mean = differences.mean else { return nil }
    let power = SampleSize.rows(
      toShowLossBelow: margin, difference: mean, deviation: differences.deviation, level: level,
      padding: differences.scale.range)
    return power.flatMap { power in
      smallest(like: differences, atLeast: power) { finding, _ in
        [.better, .same, .notWorse].contains(finding.verdict)
      }
    }
  }

  /// From this number on, the formulas are exact enough without padding and rounding.
  private static let manyRows = 2000

  /// The smallest number of differences, in the observed proportions, that satisfies this rule.
  ///
  /// - Parameter power: the number that detects the effect with a probability of 80 %, by a formula without padding or
  ///   exact test.
  private func smallest(
    like differences: PairedDifferences, atLeast power: Int, isEnough: (Finding, Int) -> Bool
  ) -> Int? {
    var count = max(power, differences.values.count + 1)
    while count < Self.manyRows, !isEnough(finding(differences.inSameShares(count)), count) {
      count += max(1, count / 50)
    }
    return count
  }
}

/// The differences that a verdict requires.
extension SampleSize {
  /// The smallest mean difference that this many rows detect with a probability of 80 %, under this rule; nil if the
  /// rows are too few.
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

  /// The smallest gain of a rate that this many rows detect with a probability of 80 % when no row is lost; nil if the
  /// rows are too few.
  package static func smallestGain(rows: Int) -> Double? {
    guard let wins = fewestWins(rows: rows, level: 0.95) else { return nil }
    return (wins...rows).lazy.map { Double($0) / Double(rows) }
      .first { self.rows(toShow: $0, differing: $0) ?? .max <= rows }
  }

  /// The number of rows that the candidate must win, losing none, to be better.
  private static func fewestWins(rows: Int, level: Double) -> Int? {
    let rule = VerdictRule(level: level, margin: 0, isMarginGiven: false, isInProgress: false)
    return (1...max(rows, 1)).first { wins in
      let values = (0..<rows).map { $0 < wins ? 1.0 : 0 }
      return rule.finding(PairedDifferences(values: values, scale: .binary)).direction == .better
    }
  }

  /// The mean at which the interval for better and worse ends at 0: the formula of ``PairedInterval`` solved for the
  /// mean.
  private static func smallestMean(rows: Int, deviation: Double, range: Double, level: Double) -> Double? {
    // The permutation test needs at least this many equal signs.
    guard rows > 0, pow(0.5, Double(rows - 1)) <= 1 - level else { return nil }
    let count = Double(rows)
    let padding = VerdictRule.padding(rows: rows, range: range)
    let quantile = StudentT.quantile(1 - (1 - level) / 2, degrees: count + 1)
    let squares = (count - 1) * deviation * deviation + 2 * padding * padding
    let room = count * count - 2 * count * quantile * quantile / (count + 2)
    return room > 0 ? quantile * (squares / room).squareRoot() : nil
  }
}
