/// How many rows, or groups of rows, a verdict takes.
extension VerdictRule {
  /// How many differences would show the mean seen; nil for a mean of 0, and where it is shown already.
  func needed(_ differences: PairedDifferences) -> Int? {
    guard let mean = differences.mean, mean != 0, finding(differences).direction == nil else { return nil }
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
