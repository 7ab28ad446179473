#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The standard normal distribution.
enum Normal {
  /// The value that a normal variate exceeds with probability 1 - `probability`, for probabilities strictly between 0
  /// and 1.
  ///
  /// Bisection of the distribution function, refined by Newton's method. Exact to about 1e-14.
  static func quantile(_ probability: Double) -> Double {
    if probability > 0.5 { return -quantile(1 - probability) }
    var low = -40.0
    var high = 0.0
    for _ in 0..<20 {
      let middle = (low + high) / 2
      if atMost(middle) < probability { low = middle } else { high = middle }
    }
    var value = (low + high) / 2
    for _ in 0..<4 { value -= (atMost(value) - probability) / density(value) }
    return value
  }

  /// The probability of a value of at most x.
  static func atMost(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  private static func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }
}

/// Student's t distribution: "The Probable Error of a Mean", Biometrika 6 (1908).
enum StudentT {
  /// The value that a t variate exceeds with probability 1 - `probability`, for probabilities from 0.5 to below 1.
  ///
  /// Bisection of the distribution function. Exact to about 1e-12 of the value.
  ///
  /// - Parameter degrees: degrees of freedom, more than 0.
  static func quantile(_ probability: Double, degrees: Double) -> Double {
    let logBeta = IncompleteBeta.logBeta(degrees / 2, 0.5)
    func isBelow(_ value: Double) -> Bool {
      // The upper tail keeps its digits where the distribution function is close to 1.
      let square = value * value
      let share = degrees / (degrees + square)
      let tail =
        0.5
        * IncompleteBeta.regularized(
          share, complement: square / (degrees + square), degrees / 2, 0.5, logBeta: logBeta)
      return tail > 1 - probability
    }
    var low = 0.0
    // The normal quantile is a lower bound, and a close one for many degrees.
    var high = max(Normal.quantile(probability), 0.5)
    while isBelow(high) {
      low = high
      high *= 2
    }
    for _ in 0..<60 where high - low > 1e-13 * high {
      let middle = (low + high) / 2
      if isBelow(middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
