/// Quantiles of a sample.
///
/// Values are interpolated linearly: definition 7 of Hyndman and Fan, "Sample Quantiles
/// in Statistical Packages", The American Statistician 50 (1996), which is also NumPy's default.
package enum Quantile {
  /// The value that the given share of the sample does not exceed; nil for an empty sample.
  ///
  /// - Parameters:
  ///   - share: 0 to 1.
  ///   - sorted: ascending.
  package static func of(_ share: Double, sorted: [Double]) -> Double? {
    guard let last = sorted.last else { return nil }
    let rank = share * Double(sorted.count - 1)
    let index = Int(rank)
    guard index + 1 < sorted.count else { return last }
    return sorted[index] + (rank - Double(index)) * (sorted[index + 1] - sorted[index])
  }

  package static func median(_ values: [Double]) -> Double? { of(0.5, sorted: values.sorted()) }
}
