#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Evidence of a difference, valid at any number of rows: a test martingale.
///
/// Under the null hypothesis it ever reaches 20 with a probability of at most 5 %, however often it is looked at and
/// whatever rule stops the run: J. Ville, "Étude critique de la notion de collectif" (1939); V. Vovk, R. Wang,
/// "E-values: Calibration, Combination and Applications", The Annals of Statistics 49 (2021).
package enum Evidence {
  /// The evidence that decides a single comparison.
  package static let threshold = 20.0

  /// The highest evidence that is reported; larger values add nothing, and would soon overflow.
  package static let most = 1e12

  /// The evidence in won and lost pairs: 2^(w + l) w! l! / (w + l + 1)!.
  package static func ofPairs(wins: Int, losses: Int) -> Double {
    let total = wins + losses
    let logarithm =
      Double(total) * log(2) + Binomial.logFactorial(wins) + Binomial.logFactorial(losses)
      - Binomial.logFactorial(total + 1)
    return min(exp(logarithm), most)
  }

  /// The evidence in paired differences: half the integral over s from -1 to 1 of the product of 1 + s d / range.
  ///
  /// - Parameters:
  ///   - differences: in any order.
  ///   - range: the largest possible difference.
  package static func of(_ differences: [Double], range: Double) -> Double {
    let shares = differences.lazy.filter { $0 != 0 }.map { $0 / range }
    if shares.allSatisfy({ abs($0) == 1 }) {
      return ofPairs(wins: shares.count { $0 > 0 }, losses: shares.count { $0 < 0 })
    }
    let counts = Array(shares).multiplicities
    let sum = points.reduce(0) { sum, point in
      sum + point.weight * exp(counts.reduce(0) { $0 + $1.count * log1p(point.s * $1.difference) })
    }
    return min(sum, most)
  }

  /// The points at which the integrand is evaluated, with the weights of their values in the mean.
  ///
  /// Peaks become narrow as rows are added, so the interval is integrated in pieces.
  static let points: [(s: Double, weight: Double)] = {
    let pieces = 64
    let half = 1 / Double(pieces)
    return (0..<pieces).flatMap { piece in
      let middle = -1 + Double(2 * piece + 1) * half
      return GaussLegendre.nodes.flatMap { node, weight in
        [middle - half * node, middle + half * node].map { ($0, weight * half / 2) }
      }
    }
  }()

  /// The evidence that decides a comparison of which several were made.
  ///
  /// - Parameters:
  ///   - comparisons: how many runs are compared with the baseline at once.
  ///   - drafts: how many drafts were tried on the same rows, this one included.
  package static func required(comparisons: Int = 1, drafts: Int) -> Double {
    required(level: MultipleTests.level(comparisons: comparisons, drafts: drafts))
  }

  /// The evidence that decides at a level of confidence.
  static func required(level: Double) -> Double { (1 / (1 - level)).rounded(toDigits: 6) }
}

/// The Gauss-Legendre rule with 16 points on -1...1.
enum GaussLegendre {
  /// The positive nodes with their weights; the negative ones mirror them.
  static let nodes: [(node: Double, weight: Double)] = [
    (0.09501250983763744, 0.18945061045506864),
    (0.2816035507792589, 0.18260341504492364),
    (0.45801677765722737, 0.16915651939500265),
    (0.6178762444026438, 0.1495959888165767),
    (0.755404408355003, 0.12462897125553407),
    (0.8656312023878318, 0.0951585116824926),
    (0.9445750230732326, 0.062253523938647456),
    (0.9894009349916499, 0.027152459411754176),
  ]
}
