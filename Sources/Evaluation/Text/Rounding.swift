extension Double {
  /// Whether it equals another number but for rounding, as sums of the same numbers in different orders do.
  ///
  /// - Parameter size: the size of the numbers that were summed, such as the range of the scores.
  package func isNearly(_ other: Double, ofSize size: Double = 1) -> Bool { abs(self - other) <= 1e-9 * size }

  package func rounded(toPlaces places: Int) -> Double {
    let factor = (0..<places).reduce(1.0) { factor, _ in factor * 10 }
    return (self * factor).rounded() / factor
  }

  /// The number rounded to this many significant digits.
  package func rounded(toDigits digits: Int) -> Double {
    guard isFinite, self != 0 else { return self }
    var places = 0
    var size = magnitude
    let limit = (1..<digits).reduce(1.0) { limit, _ in limit * 10 }
    while size < limit {
      size *= 10
      places += 1
    }
    // Beyond these places, the power of ten is not exact. The text is, and it is read as the number closest to it.
    if places > 22 { return Double("\(sign == .minus ? "-" : "")\(Int(size.rounded()))e-\(places)") ?? self }
    if places > 0 { return rounded(toPlaces: places) }
    var factor = 1.0
    while size >= limit * 10 {
      size /= 10
      factor *= 10
    }
    return (self / factor).rounded() * factor
  }

  /// The number with at most two decimals, and none for a whole number: `5`, `2.67`.
  package var shortText: String {
    let value = magnitude < 1e13 ? rounded(toPlaces: 2) : self
    return value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
