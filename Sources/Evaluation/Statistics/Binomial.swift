#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The number of successes in independent trials.
enum Binomial {
  /// The natural logarithm of n!, exact to about 1e-15 of its value: a product, from 16 on Stirling's series.
  static func logFactorial(_ number: Int) -> Double {
    guard number >= 16 else { return log((1...max(number, 1)).reduce(1.0) { $0 * Double($1) }) }
    let n = Double(number)
    let series = (1 / 12.0 - (1 / 360.0 - (1 / 1260.0 - 1 / (1680 * n * n)) / (n * n)) / (n * n)) / n
    return (n + 0.5) * log(n) - n + 0.5 * log(2 * Double.pi) + series
  }

  /// The probability of at most that many successes in trials that succeed half the time.
  static func atMost(_ successes: Int, ofFair trials: Int) -> Double {
    guard successes < trials else { return 1 }
    let ways = logFactorial(trials) - logFactorial(successes) - logFactorial(trials - successes)
    var term = exp(ways - Double(trials) * log(2))
    var sum = 0.0
    var count = successes
    // Below the middle each term is smaller than the one above it.
    while count >= 0, term > sum * 1e-18 {
      sum += term
      term *= Double(count) / Double(trials - count + 1)
      count -= 1
    }
    return min(sum, 1)
  }

  /// A random number of successes.
  ///
  /// With few expected, by inversion; else by Hörmann's BTRS: W. Hörmann, "The Generation of Binomial Random Variates",
  /// Journal of Statistical Computation and Simulation 46 (1993). The cost does not depend on the number of trials.
  static func draw(trials: Int, probability: Double, using random: inout SeededGenerator) -> Int {
    if trials == 0 || probability <= 0 { return 0 }
    if probability >= 1 { return trials }
    if probability > 0.5 { return trials - draw(trials: trials, probability: 1 - probability, using: &random) }
    return Double(trials) * probability < 10
      ? inversion(trials, probability, &random) : transformedRejection(trials, probability, &random)
  }

  private static func inversion(_ trials: Int, _ probability: Double, _ random: inout SeededGenerator) -> Int {
    let odds = probability / (1 - probability)
    let none = exp(Double(trials) * log1p(-probability))
    while true {
      var rest = random.unit()
      var mass = none
      for count in 0...trials {
        if rest < mass { return count }
        rest -= mass
        mass *= odds * Double(trials - count) / Double(count + 1)
        // What rounding left over beyond the last count is drawn again.
        if mass == 0 { break }
      }
    }
  }

  private static func transformedRejection(
    _ trials: Int, _ probability: Double, _ random: inout SeededGenerator
  ) -> Int {
    let n = Double(trials)
    let deviation = (n * probability * (1 - probability)).squareRoot()
    let b = 1.15 + 2.53 * deviation
    let a = -0.0873 + 0.0248 * b + 0.01 * probability
    let center = n * probability + 0.5
    let squeeze = 0.92 - 4.2 / b
    let alpha = (2.83 + 5.1 / b) * deviation
    let logOdds = log(probability / (1 - probability))
    let mode = Int((n + 1) * probability)
    let height = logFactorial(mode) + logFactorial(trials - mode)
    while true {
      let u = random.unit() - 0.5
      let v = random.unit()
      let us = 0.5 - abs(u)
      let candidate = ((2 * a / us + b) * u + center).rounded(.down)
      guard candidate >= 0, candidate <= n else { continue }
      let count = Int(candidate)
      if us >= 0.07, v <= squeeze { return count }
      let density = height - logFactorial(count) - logFactorial(trials - count) + Double(count - mode) * logOdds
      if log(v * alpha / (a / (us * us) + b)) <= density { return count }
    }
  }
}
