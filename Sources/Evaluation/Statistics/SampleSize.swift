#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How many rows show a difference, and which difference so many rows show.
package enum SampleSize {
  /// The 0.8 quantile of the normal distribution: what is there is found in 80 % of cases.
  private static let power = 0.841_621_233_572_914_3

  /// The quantile that a two-sided interval of a level reaches to: 1.96 for 0.95.
  private static func reach(_ level: Double) -> Double { Normal.quantile(1 - (1 - level) / 2) }

  /// Rows that show a mean difference; nil for a difference of 0.
  ///
  /// - Parameters:
  ///   - deviation: the standard deviation of one row's difference.
  ///   - level: of the interval that is to show it.
  package static func rows(toShow difference: Double, deviation: Double, level: Double = 0.95) -> Int? {
    guard difference != 0, deviation > 0 else { return nil }
    let root = (reach(level) + power) * deviation / difference
    return count(root * root)
  }

  /// Rows that show a difference of rates; nil for a difference of 0.
  ///
  /// R. J. Connor, "Sample Size for Testing Differences in Proportions for the Paired-Sample Design", Biometrics 43 (1987).
  ///
  /// - Parameters:
  ///   - differing: the share of rows that have unequal scores.
  ///   - level: of the interval that is to show it.
  package static func rows(toShow difference: Double, differing: Double, level: Double = 0.95) -> Int? {
    guard difference != 0, differing >= abs(difference) else { return nil }
    let spread = (differing - difference * difference).squareRoot()
    let root = (reach(level) * differing.squareRoot() + power * spread) / difference
    return count(root * root)
  }

  /// Rows that show a loss to be smaller than a margin; nil where the difference is a loss that large.
  ///
  /// The interval is one-sided, and as wide as its two added differences make it where the rows do not differ: see
  /// ``PairedInterval``.
  ///
  /// - Parameter padding: the size of the two added differences.
  package static func rows(
    toShowLossBelow margin: Double, difference: Double, deviation: Double, level: Double = 0.95, padding: Double = 1
  ) -> Int? {
    let room = difference + margin
    guard room > 0 else { return nil }
    let quantile = Normal.quantile(level)
    let root = (quantile + power) * deviation / room
    return count(max(root * root, quantile * padding * 2.0.squareRoot() / room - 2))
  }

  /// The smallest mean difference that so many rows show.
  package static func smallestDifference(rows: Int, deviation: Double, level: Double = 0.95) -> Double {
    (reach(level) + power) * deviation / Double(max(rows, 1)).squareRoot()
  }

  /// The highest share of rows that can be lost where none of so many was: the end of the exact one-sided 95 % interval.
  package static func lossesStillPossible(rows: Int) -> Double { 1 - pow(0.05, 1 / Double(max(rows, 1))) }

  private static func count(_ rows: Double) -> Int? {
    // Rounding must not add a row.
    rows < 1e9 ? max(Int((rows - 1e-9).rounded(.up)), 1) : nil
  }
}
