#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The number of rows that detect a difference, and the smallest difference that a number of rows detects.
package enum SampleSize {
  /// The 0.8 quantile of the normal distribution: a power of 80 %.
  static let power = 0.841_621_233_572_914_3

  /// No number of rows above this one is told.
  static let mostRows = 1_000_000_000

  /// The normal quantile of a two-sided interval at a level: 1.96 for 0.95.
  private static func reach(_ level: Double) -> Double { Normal.quantile(1 - (1 - level) / 2) }

  /// The number of rows that show a mean difference; nil for a difference of 0.
  ///
  /// - Parameters:
  ///   - deviation: the standard deviation of one row's difference.
  ///   - level: the level of the interval.
  package static func rows(toShow difference: Double, deviation: Double, level: Double = 0.95) -> Int? {
    guard difference != 0, deviation > 0 else { return nil }
    let root = (reach(level) + power) * deviation / difference
    return count(root * root)
  }

  /// The number of rows that show a difference of rates; nil for a difference of 0.
  ///
  /// R. J. Connor, "Sample Size for Testing Differences in Proportions for the Paired-Sample Design", Biometrics 43 (1987).
  ///
  /// - Parameters:
  ///   - differing: the share of rows with unequal scores.
  ///   - level: the level of the interval.
  package static func rows(toShow difference: Double, differing: Double, level: Double = 0.95) -> Int? {
    guard difference != 0, differing >= abs(difference) else { return nil }
    let spread = (differing - difference * difference).squareRoot()
    let root = (reach(level) * differing.squareRoot() + power * spread) / difference
    return count(root * root)
  }

  /// The number of rows that show a loss to be smaller than a margin with a probability of 80 %; nil if the observed loss
  /// is that large.
  ///
  /// The interval is one-sided. Where the rows do not differ, its width is the share of rows that may have lost the whole
  /// range: 1 - 0.05^(1/n).
  ///
  /// - Parameter range: the largest possible difference.
  package static func rows(
    toShowLossBelow margin: Double, difference: Double, deviation: Double, level: Double = 0.95, range: Double
  ) -> Int? {
    let room = difference + margin
    guard room > 0 else { return nil }
    let root = (Normal.quantile(level) + power) * deviation / room
    let ties = log(1 - level) / log(max(1 - room / (difference + range), 0))
    return count(max(root * root, ties))
  }

  /// The smallest mean difference that this many rows show.
  package static func smallestDifference(rows: Int, deviation: Double, level: Double = 0.95) -> Double {
    (reach(level) + power) * deviation / Double(max(rows, 1)).squareRoot()
  }

  /// The highest share of lost rows that is consistent with no loss among this many: the exact one-sided 95 % bound.
  package static func lossesStillPossible(rows: Int) -> Double { 1 - pow(0.05, 1 / Double(max(rows, 1))) }

  private static func count(_ rows: Double) -> Int? {
    // Rounding must not add a row.
    rows < Double(mostRows) ? max(Int((rows - 1e-9).rounded(.up)), 1) : nil
  }
}
