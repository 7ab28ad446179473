#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The number of successes in independent trials.
enum Binomial {
  /// The natural logarithm of n!, exact to about 1e-15 of its value: a product below 16, Stirling's series from 16 on.
  static func logFactorial(_ number: Int) -> Double {
    guard number >= 16 else { return log((1...max(number, 1)).reduce(1.0) { $0 * Double($1) }) }
    let n = Double(number)
    let series = (1 / 12.0 - (1 / 360.0 - (1 / 1260.0 - 1 / (1680 * n * n)) / (n * n)) / (n * n)) / n
    return (n + 0.5) * log(n) - n + 0.5 * log(2 * Double.pi) + series
  }

  /// The probability of at most this many successes in trials that succeed half the time.
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

  /// The probability of this many successes.
  static func exactly(_ successes: Int, of trials: Int, rate: Double) -> Double {
    let ways = logFactorial(trials) - logFactorial(successes) - logFactorial(trials - successes)
    return exp(ways) * pow(rate, Double(successes)) * pow(1 - rate, Double(trials - successes))
  }

  /// The probability of this many successes or more, at least one of them.
  static func atLeast(_ successes: Int, of trials: Int, rate: Double) -> Double {
    guard successes <= trials else { return 0 }
    let (a, b) = (Double(successes), Double(trials - successes + 1))
    return IncompleteBeta.regularized(rate, complement: 1 - rate, a, b, logBeta: IncompleteBeta.logBeta(a, b))
  }

  /// The upper end of the exact one-sided interval of a success rate.
  ///
  /// C. J. Clopper and E. S. Pearson, "The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial",
  /// Biometrika 26 (1934).
  static func highestRate(_ successes: Int, of trials: Int, level: Double) -> Double {
    guard successes < trials else { return 1 }
    let (a, b) = (Double(trials - successes), Double(successes + 1))
    let logBeta = IncompleteBeta.logBeta(a, b)
    var (low, high) = (Double(successes) / Double(trials), 1.0)
    while high - low > 1e-12 {
      let rate = (low + high) / 2
      // The probability of at most this many successes.
      let isLikely = IncompleteBeta.regularized(1 - rate, complement: rate, a, b, logBeta: logBeta) > 1 - level
      if isLikely { low = rate } else { high = rate }
    }
    return low
  }
}
