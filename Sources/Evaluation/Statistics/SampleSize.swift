#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How many rows show a difference, and which difference so many rows show.
package enum SampleSize {
  /// The 0.975 and 0.8 quantiles of the normal distribution: a two-sided test at 5 % that finds what is there in 80 % of
  /// cases.
  private static let significance = 1.959_963_984_540_054
  private static let power = 0.841_621_233_572_914_3

  /// Rows that show a mean difference; nil for a difference of 0.
  ///
  /// - Parameter deviation: the standard deviation of one row's difference.
  package static func rows(toShow difference: Double, deviation: Double) -> Int? {
    guard difference != 0, deviation > 0 else { return nil }
    let root = (significance + power) * deviation / difference
    return count(root * root)
  }

  /// Rows that show a difference of rates; nil for a difference of 0.
  ///
  /// R. J. Connor, "Sample Size for Testing Differences in Proportions for the Paired-Sample Design", Biometrics 43 (1987).
  ///
  /// - Parameter differing: the share of rows that have unequal scores.
  package static func rows(toShow difference: Double, differing: Double) -> Int? {
    guard difference != 0, differing >= abs(difference) else { return nil }
    let root =
      (significance * differing.squareRoot() + power * (differing - difference * difference).squareRoot()) / difference
    return count(root * root)
  }

  /// The smallest mean difference that so many rows show.
  package static func smallestDifference(rows: Int, deviation: Double) -> Double {
    (significance + power) * deviation / Double(max(rows, 1)).squareRoot()
  }

  /// The highest share of rows that can be lost where none of so many was: the end of the exact one-sided 95 % interval.
  package static func lossesStillPossible(rows: Int) -> Double { 1 - pow(0.05, 1 / Double(max(rows, 1))) }

  private static func count(_ rows: Double) -> Int? {
    // Rounding must not add a row.
    rows < 1e9 ? max(Int((rows - 1e-9).rounded(.up)), 1) : nil
  }
}
