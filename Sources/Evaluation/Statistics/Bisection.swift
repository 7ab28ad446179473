/// The search for the smallest number that satisfies a condition which all larger ones satisfy as well.
enum Bisection {
  /// The smallest integer above one that does not satisfy the condition.
  ///
  /// - Parameter high: an integer that satisfies it.
  static func smallest(above low: Int, upTo high: Int, where isEnough: (Int) -> Bool) -> Int {
    var (low, high) = (low, high)
    while high - low > 1 {
      let middle = (low + high) / 2
      if isEnough(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
