#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The posterior of a version's rate of positive outcomes: a Beta distribution with a uniform prior.
struct BetaPosterior: Sendable, Equatable {
  /// One more than the positive outcomes.
  let alpha: Double
  /// One more than the negative outcomes.
  let beta: Double
  /// The logarithm of the beta function of `alpha` and `beta`.
  private let logBeta: Double

  init(positive: Int, negative: Int) {
    alpha = Double(positive) + 1
    beta = Double(negative) + 1
    logBeta =
      Binomial.logFactorial(positive) + Binomial.logFactorial(negative) - Binomial.logFactorial(positive + negative + 1)
  }

  var mean: Double { alpha / (alpha + beta) }

  var deviation: Double {
    let sum = alpha + beta
    return (alpha * beta / (sum * sum * (sum + 1))).squareRoot()
  }

  /// The density inside 0...1.
  func density(_ x: Double) -> Double { x <= 0 || x >= 1 ? edgeDensity(x) : exp(logKernel(x) - logBeta) }

  private func edgeDensity(_ x: Double) -> Double {
    if x == 0, alpha == 1 { return beta }
    return x == 1 && beta == 1 ? alpha : 0
  }

  private func logKernel(_ x: Double) -> Double { (alpha - 1) * log(x) + (beta - 1) * log1p(-x) }

  /// The probability of a rate of at most x.
  func atMost(_ x: Double) -> Double {
    IncompleteBeta.regularized(x, complement: 1 - x, alpha, beta, logBeta: logBeta)
  }

  // MARK: Drawing

  /// A rate drawn from the distribution, as the share of one gamma variate in the sum of two.
  func draw(using random: inout SeededGenerator) -> Double {
    let positive = Self.gamma(shape: alpha, using: &random)
    return positive / (positive + Self.gamma(shape: beta, using: &random))
  }

  /// A gamma variate of scale 1.
  ///
  /// G. Marsaglia, W. W. Tsang, "A Simple Method for Generating Gamma Variables", ACM Transactions on Mathematical
  /// Software 26 (2000).
  /// - Parameter shape: at least 1.
  static func gamma(shape: Double, using random: inout SeededGenerator) -> Double {
    let d = shape - 1 / 3.0
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal(using: &random)
      let root = 1 + c * x
      if root <= 0 { continue }
      let v = root * root * root
      // In (0, 1], so that its logarithm exists.
      let u = 1 - random.unit()
      if u < 1 - 0.0331 * x * x * x * x { return d * v }
      if log(u) < 0.5 * x * x + d * (1 - v + log(v)) { return d * v }
    }
  }

  /// A standard normal variate.
  ///
  /// The polar method: G. Marsaglia, T. A. Bray, "A Convenient Method for Generating Normal Variables", SIAM Review 6
  /// (1964). Only one of its two variates is used, so that a draw depends on the generator alone.
  private static func normal(using random: inout SeededGenerator) -> Double {
    while true {
      let x = 2 * random.unit() - 1
      let y = 2 * random.unit() - 1
      let square = x * x + y * y
      if square > 0, square < 1 { return x * (-2 * log(square) / square).squareRoot() }
    }
  }
}
