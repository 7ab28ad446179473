/// The difference between the shares of rows won and lost, with its interval.
package struct PreferenceInterval: Sendable, Equatable {
  /// (wins - losses) / rows.
  package let difference: Double
  package let error: Double
  /// The interval, clipped to -1 to 1.
  package private(set) var interval: ClosedRange<Double>

  /// The normal interval of a mean of 1 for a win, 0 for a tie and -1 for a loss; nil without rows.
  ///
  /// - Parameter values: one for each piece of evidence.
  init?(_ values: [Double], level: Double = 0.95) {
    guard !values.isEmpty else { return nil }
    let count = Double(values.count)
    difference = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + $1 * $1 } / count
    error = (max(squares - difference * difference, 0) / count).squareRoot()
    let reach = Normal.quantile(1 - (1 - level) / 2) * error
    interval = max(difference - reach, -1)...min(difference + reach, 1)
  }

  /// The same with another interval where all values are equal: rows that agree have no spread, which may be chance.
  func bounded(by other: ClosedRange<Double>?) -> PreferenceInterval {
    guard error == 0, let other else { return self }
    var preference = self
    preference.interval = other
    return preference
  }

  /// The same of rows that are independent evidence.
  package init?(wins: Int, losses: Int, rows: Int) {
    self.init(
      Array(repeating: 1, count: wins) + Array(repeating: -1, count: losses)
        + Array(repeating: 0, count: max(rows - wins - losses, 0)))
  }
}
