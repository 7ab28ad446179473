/// Moments of a sample, with the number of its values as the divisor.
enum Moments {
  static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  static func variance(_ values: [Double]) -> Double { covariance(values, values) }

  static func covariance(_ one: [Double], _ other: [Double]) -> Double {
    let (first, second) = (mean(one), mean(other))
    let sum = zip(one, other).reduce(0) { $0 + ($1.0 - first) * ($1.1 - second) }
    return one.isEmpty ? 0 : sum / Double(one.count)
  }
}
