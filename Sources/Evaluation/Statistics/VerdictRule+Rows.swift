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
      : smallest(like: differences, atLeast: power ?? 1) { count in
        finding(differences.inSameShares(count)).direction != nil && hasPower(count, like: differences)
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

  /// The number of differences that show the candidate to be not worse by more than the margin with a probability of
  /// 80 %, if the mean stays the same; nil if the mean itself is beyond the margin.
  func neededForNotWorse(_ differences: PairedDifferences) -> Int? {
    guard let mean = differences.mean else { return nil }
    let power = SampleSize.rows(
      toShowLossBelow: margin, difference: mean, deviation: differences.deviation, level: level,
      range: differences.scale.range)
    return power.flatMap { power in
      smallest(like: differences, atLeast: power) { count in
        let shares = differences.inSameShares(count)
        let chance = SampleSize.power * differences.deviation / Double(count).squareRoot()
        return isNotWorse(shares, by: chance) && [.better, .same, .notWorse].contains(finding(shares).verdict)
      }
    }
  }

  /// The number of differences whose shown interval (``interval(_:_:)``) lies above a bound with a probability of 80 %, if
  /// the mean stays the same; nil if the mean is not above the bound.
  ///
  /// Without better or worse the interval is extended to 0, so a bound of 0 or more requires a shown difference too.
  func needed(_ differences: PairedDifferences, above bound: Double) -> Int? {
    guard let mean = differences.mean, mean > bound + 1e-9 else { return nil }
    let shown = bound < 0 ? 1 : needed(differences) ?? 1
    var low = max(shown, differences.values.count + 1) - 1
    var high = low + 1
    while !isShown(bound, high, like: differences) {
      if high > SampleSize.mostRows { return nil }
      (low, high) = (high, high * 2)
    }
    return Bisection.smallest(above: low, upTo: high) { isShown(bound, $0, like: differences) }
  }

  /// Whether the interval of this many differences, with the observed mean and deviation, lies above a bound with a
  /// probability of 80 %.
  private func isShown(_ bound: Double, _ count: Int, like differences: PairedDifferences) -> Bool {
    let interval = PairedInterval(
      count: count, mean: differences.mean ?? 0, variance: differences.deviation * differences.deviation,
      scale: differences.scale)
    let chance = SampleSize.power * differences.deviation / Double(count).squareRoot()
    return interval.center - bound >= interval.quantile(level: level) * interval.error + chance
  }

  /// From this number on, the formulas are exact enough without padding and rounding.
  private static let manyRows = 2000

  /// The smallest number of differences, in the observed proportions, that satisfies this rule.
  ///
  /// - Parameter power: the number that detects the effect with a probability of 80 %, by a formula without padding or
  ///   exact test.
  private func smallest(
    like differences: PairedDifferences, atLeast power: Int, isEnough: (Int) -> Bool
  ) -> Int? {
    var count = max(power, differences.values.count + 1)
    while count < Self.manyRows, !isEnough(count) {
      count += max(1, count / 50)
    }
    return count
  }
}

/// The differences that a verdict requires.
extension SampleSize {
  /// The smallest mean difference that this many rows detect with a probability of 80 %, under this rule; nil if the
  /// rows are too few.
  ///
  /// The rows go on to differ by chance as they did, and the difference comes on top: some rows more differ, each by the
  /// usual size. Where nearly all rows tie, these rows make up most of the spread. A difference that is spread evenly over
  /// all rows is seen sooner. The simulated power is 78 to 86 %.
  ///
  /// - Parameters:
  ///   - deviation: the standard deviation of the differences seen.
  ///   - size: the mean size of those that are not 0; 0 for a difference that all rows share.
  package static func smallestDifference(
    rows: Int, deviation: Double, size: Double = 0, range: Double, level: Double = 0.95
  ) -> Double? {
    // The permutation test needs at least this many equal signs.
    guard rows > 0, pow(0.5, Double(rows - 1)) <= 1 - level else { return nil }
    let count = Double(rows)
    let padding = VerdictRule.padding(rows: rows, range: range)
    let quantile = StudentT.quantile(1 - (1 - level) / 2, degrees: count + 1)
    return smallest(upTo: range) { difference in
      let variance = deviation * deviation + max(difference * (size - difference), 0)
      let interval = PairedInterval(
        count: rows, mean: difference, variance: variance, scale: .bounded(0...range), padding: padding)
      return interval.center >= quantile * interval.error + power * (variance / count).squareRoot()
    }
  }

  /// The smallest number that satisfies a condition, which all larger ones satisfy as well; nil if none does.
  private static func smallest(upTo most: Double, where isEnough: (Double) -> Bool) -> Double? {
    guard isEnough(most) else { return nil }
    var (low, high) = (0.0, most)
    while high - low > 1e-9 * most {
      let middle = (low + high) / 2
      if isEnough(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// The smallest gain of a rate that this many rows detect with a probability of 80 %; nil if the rows are too few.
  ///
  /// The rows go on to differ by chance as often as they did, and the rows that make the gain come on top. For few rows the
  /// power is that of the exact distribution under this rule; for more, Connor's formula has one of 75 to 82 %.
  ///
  /// - Parameter differing: the share of rows that differ by chance; 0 for a gain without a loss.
  package static func smallestGain(rows: Int, differing: Double = 0, level: Double = 0.95) -> Double? {
    let wins = fewestWins(rows: rows, level: level)
    guard let fewest = wins.first else { return nil }
    return smallest(upTo: 1) { gain in
      let changing = min(differing + gain, 1)
      guard rows > fewRows else { return self.power(rows: rows, gain: gain, differing: changing, wins: wins) >= 0.8 }
      return gain >= Double(fewest) / Double(rows)
        && self.rows(toShow: gain, differing: changing, level: level) ?? .max <= rows
    }
  }

  /// Up to this number of rows the power is worked out exactly.
  private static let fewRows = 60

  /// The probability that the candidate is shown to be better.
  ///
  /// - Parameter wins: as ``fewestWins(rows:level:)``.
  private static func power(rows: Int, gain: Double, differing: Double, wins: [Int]) -> Double {
    let lossRate = (differing - gain) / 2
    let winRate = min((differing + gain) / 2 / (1 - lossRate), 1)
    return wins.enumerated().reduce(0) { sum, found in
      sum + Binomial.exactly(found.offset, of: rows, rate: lossRate)
        * Binomial.atLeast(found.element, of: rows - found.offset, rate: winRate)
    }
  }

  /// The number of rows that the candidate must win to be better, by the number of rows that it loses; it ends where no
  /// number is enough.
  private static func fewestWins(rows: Int, level: Double) -> [Int] {
    let rule = VerdictRule(level: level, margin: 0, asksForNotWorse: false, isInProgress: false)
    var found: [Int] = []
    var wins = 1
    while wins + found.count <= rows {
      let values = (0..<rows).map { $0 < wins ? 1.0 : $0 < wins + found.count ? -1 : 0 }
      if rule.direction(PairedDifferences(values: values, scale: .binary)) == .better {
        found.append(wins)
        if rows > fewRows { break }
      } else {
        wins += 1
      }
    }
    return found
  }
}
