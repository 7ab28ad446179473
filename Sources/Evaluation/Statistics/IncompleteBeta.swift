#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The regularised incomplete beta function, which the beta, t and binomial distributions share.
enum IncompleteBeta {
  /// The probability that a beta variate is at most x.
  ///
  /// The continued fraction of the NIST Digital Library of Mathematical Functions, 8.17.22, by Lentz's method: W. J.
  /// Lentz, "Generating Bessel Functions in Mie Scattering Calculations Using Continued Fractions", Applied Optics 15
  /// (1976), as modified by I. J. Thompson and A. R. Barnett (1986). The number of steps grows with the square root of
  /// a + b.
  ///
  /// - Parameters:
  ///   - complement: 1 - x, given separately because the difference loses digits where x is close to 1.
  ///   - logBeta: the logarithm of the beta function of a and b.
  static func regularized(_ x: Double, complement: Double, _ a: Double, _ b: Double, logBeta: Double) -> Double {
    if x <= 0 { return 0 }
    if complement <= 0 { return 1 }
    let front = exp(a * log(x) + b * log(complement) - logBeta)
    // Above the middle the fraction of the mirror image converges faster (8.17.4).
    if x <= (a + 1) / (a + b + 2) { return front * fraction(a, b, x) / a }
    return 1 - front * fraction(b, a, complement) / b
  }

  /// The logarithm of the beta function.
  static func logBeta(_ a: Double, _ b: Double) -> Double { logGamma(a) + logGamma(b) - logGamma(a + b) }

  private static func logGamma(_ x: Double) -> Double { lgamma(x).0 }

  private static let tiny = 1e-300
  private static let precision = 1e-15
  private static let longestFraction = 100_000

  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / away(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...longestFraction {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / away(1 + even * d)
      c = away(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / away(1 + odd * d)
      c = away(1 + odd / c)
      let change = d * c
      result *= change
      if abs(change - 1) < precision { break }
    }
    return result
  }
}
