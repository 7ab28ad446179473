#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The lower end of a one-sided interval of the mean of values that cannot lie below a limit.
///
/// The mean is that of the values and the limit, with weights drawn at random from all that add up to 1; its quantile is
/// the bound: N. Gaffke, "Three Test Statistics for a Nonparametric One-Sided Hypothesis on the Mean of a Nonnegative
/// Variable", Mathematical Methods of Statistics 14 (2005). Nothing is assumed about the values, and no case is known
/// where the bound errs more often than its level allows. For n equal values it is the exact bound of the share of
/// values that are the limit instead: 1 - 0.05^(1/n).
struct LowestMean {
  private let counts: [(difference: Double, count: Double)]
  private let least: Double

  /// - Parameters:
  ///   - values: in any order, at least one.
  ///   - least: the limit; a value below it moves it.
  init(_ values: [Double], least: Double) {
    self.least = min(least, values.min() ?? least)
    counts = Self.fewer(values + [self.least], from: self.least)
  }

  /// The number of distinct values from which on they are moved to a grid.
  private static let mostValues = 128

  /// The distinct values; each of many counts in part at the two nearest points of a grid.
  ///
  /// That keeps the mean and adds a little to the spread, so it lowers the bound by next to nothing.
  private static func fewer(_ values: [Double], from least: Double) -> [(difference: Double, count: Double)] {
    let counts = values.multiplicities
    guard counts.count > mostValues, let most = counts.last?.difference else { return counts }
    let step = (most - least) / Double(mostValues)
    var shares = Array(repeating: 0.0, count: mostValues + 1)
    for (difference, count) in counts {
      let place = (difference - least) / step
      let below = min(Int(place), mostValues - 1)
      shares[below] += count * (1 - place + Double(below))
      shares[below + 1] += count * (place - Double(below))
    }
    return shares.indices.filter { shares[$0] > 0 }.map { (least + Double($0) * step, shares[$0]) }
  }

  private var total: Double { counts.reduce(0) { $0 + $1.count } }
  private var mean: Double { counts.reduce(0) { $0 + $1.count * $1.difference } / total }

  /// Whether the bound lies above a value, which takes a fraction of the time of the bound itself.
  func isAbove(_ value: Double, level: Double) -> Bool {
    value < mean && probability(atMost: value) < 1 - level
  }

  /// The bound.
  ///
  /// - Parameter level: the share of such bounds that lie below the mean; at least 0.7.
  func bound(level: Double) -> Double {
    let (total, mean) = (self.total, self.mean)
    let squares = counts.reduce(0) { $0 + $1.count * ($1.difference - mean) * ($1.difference - mean) }
    guard squares > 0 else { return least }
    let share = 1 - level
    // Cantelli's inequality: no distribution of this variance has more below.
    let variance = squares / (total * (total + 1))
    var (low, high) = (max(least, mean - (variance * level / share).squareRoot()), mean)
    for _ in 0..<Self.halvings {
      let middle = (low + high) / 2
      if probability(atMost: middle) < share { low = middle } else { high = middle }
    }
    return low
  }

  /// Enough for eight decimal places.
  private static let halvings = 32

  /// The probability that the weighted mean is at most a value between the limit and the largest one.
  ///
  /// The weights are gamma variables divided by their sum, so this is the probability that a sum of such variables, each
  /// times the distance of its value, is not positive. It is the inverse of a Laplace transform.
  private func probability(atMost value: Double) -> Double {
    let distances = counts.map { ($0.difference - value, $0.count) }
    guard let least = distances.first?.0, least < 0 else { return 0 }
    return GammaSum(distances).probabilityOfNone
  }
}

/// A sum of independent gamma variables, each times a factor of either sign.
private struct GammaSum {
  /// The factors, with the shapes of the variables.
  private let terms: [(factor: Double, shape: Double)]
  /// Where the integrand is least on the negative axis, between its poles.
  private let saddle: Double
  private let scale: Double

  /// - Parameter terms: with the least factor, which is negative, first.
  init(_ terms: [(factor: Double, shape: Double)]) {
    var (low, high) = (1 / terms[0].factor, 0.0)
    for _ in 0..<50 {
      let middle = (low + high) / 2
      let slope = terms.reduce(-1 / middle) { $0 + $1.shape * $1.factor / (1 - $1.factor * middle) }
      if slope < 0 { low = middle } else { high = middle }
    }
    let saddle = (low + high) / 2
    let curvature = terms.reduce(1 / (saddle * saddle)) {
      let slope = $1.factor / (1 - $1.factor * saddle)
      return $0 + $1.shape * slope * slope
    }
    (self.terms, self.saddle, scale) = (terms, saddle, 1 / curvature.squareRoot())
  }

  private static let step = 0.1
  /// After so many the integrand of even a single value has ended.
  private static let mostNodes = 200

  /// The probability that the sum is not positive: an integral along a hyperbola through the saddle point, which the
  /// trapezoidal rule gives to six places or more.
  var probabilityOfNone: Double {
    let bend = self.bend
    var sum = 0.0
    var largest = -Double.infinity
    for node in 0..<Self.mostNodes {
      let (height, width) = (sinh(Double(node) * Self.step), cosh(Double(node) * Self.step))
      let value = integrand(
        at: (saddle - scale * bend * (width - 1), scale * height), towards: (-scale * bend * height, scale * width))
      largest = max(largest, value.logarithm)
      // The rest is below the last place, and would overflow near poles of many equal values.
      guard value.logarithm > largest - 30 else { break }
      sum += exp(value.logarithm) * sin(value.angle) * (node == 0 ? 0.5 : 1)
    }
    return sum * Self.step / Double.pi
  }

  /// To which side the path bends: that on which the integrand decays far from the axis.
  private var bend: Double {
    let height = 30 * scale
    let slope = terms.reduce(0.0) {
      let (real, imaginary) = (1 - $1.factor * saddle, $1.factor * height)
      return $0 + $1.shape * $1.factor * real / (real * real + imaginary * imaginary)
    }
    return slope > 0 ? 0.3 : -0.3
  }

  private typealias Complex = (real: Double, imaginary: Double)

  /// The transform at a point, divided by minus the point, times the direction of the path.
  private func integrand(at point: Complex, towards direction: Complex) -> (logarithm: Double, angle: Double) {
    func size(_ number: Complex) -> Double {
      log(number.real * number.real + number.imaginary * number.imaginary) / 2
    }
    func angle(_ number: Complex) -> Double { atan2(number.imaginary, number.real) }
    let divisor = (real: -point.real, imaginary: -point.imaginary)
    var result = (logarithm: size(direction) - size(divisor), angle: angle(direction) - angle(divisor))
    for term in terms {
      let base = (real: 1 - term.factor * point.real, imaginary: -term.factor * point.imaginary)
      result.logarithm -= term.shape * size(base)
      result.angle -= term.shape * angle(base)
    }
    return result
  }
}
