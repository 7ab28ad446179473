/// The probability that each of several versions has the highest rate.
enum BestVersion {
  /// One probability for each posterior; they sum to 1.
  ///
  /// The integral of one density times the other distribution functions, by Gauss-Legendre quadrature between points
  /// that follow the width of every posterior. Exact to about 1e-10. For two versions: W. R. Thompson, "On the
  /// Likelihood That One Unknown Probability Exceeds Another", Biometrika 25 (1933).
  static func probabilities(_ posteriors: [BetaPosterior]) -> [Double] {
    guard posteriors.count > 1 else { return posteriors.map { _ in 1 } }
    var sums = [Double](repeating: 0, count: posteriors.count)
    eachNode(posteriors) { x, weight in add(posteriors, at: x, weight, to: &sums) }
    let total = sums.reduce(0, +)
    return sums.map { $0 / total }
  }

  /// The average shortfall of a chosen version's rate against the best version's.
  ///
  /// The integral over x of the probability that the chosen rate is at most x and another is higher: the expected loss
  /// of C. Stucchio, "Bayesian A/B Testing at VWO" (2015), without its bounds.
  static func expectedLoss(choosing one: BetaPosterior, over others: [BetaPosterior]) -> Double {
    var sum = 0.0
    eachNode([one] + others) { x, weight in
      let below = one.atMost(x)
      // Rates below every likely one add nothing.
      guard below > 1e-18 else { return }
      sum += weight * below * (1 - others.reduce(1) { $0 * $1.atMost(x) })
    }
    return others.isEmpty ? 0 : sum
  }

  private static func eachNode(_ posteriors: [BetaPosterior], _ body: (_ x: Double, _ weight: Double) -> Void) {
    let points = breakpoints(posteriors)
    for (low, high) in zip(points, points.dropFirst()) {
      let (middle, half) = ((low + high) / 2, (high - low) / 2)
      for (node, weight) in GaussLegendre.nodes {
        body(middle - half * node, weight * half)
        body(middle + half * node, weight * half)
      }
    }
  }

  private static func add(_ posteriors: [BetaPosterior], at x: Double, _ weight: Double, to sums: inout [Double]) {
    let densities = posteriors.map { $0.density(x) }
    // Far from all peaks the integrand is negligible and costly to compute.
    guard densities.contains(where: { $0 * weight > 1e-18 }) else { return }
    let below = posteriors.map { $0.atMost(x) }
    for arm in posteriors.indices {
      var product = weight * densities[arm]
      for other in posteriors.indices where other != arm { product *= below[other] }
      sums[arm] += product
    }
  }

  /// Distances from a mean in standard deviations.
  ///
  /// The tail of a posterior at an end of 0...1 falls only exponentially, so the distances are large.
  private static let distances: [Double] = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 40]

  private static func breakpoints(_ posteriors: [BetaPosterior]) -> [Double] {
    var points: Set<Double> = [0, 1]
    for posterior in posteriors {
      for distance in distances {
        for point in [-1, 1].map({ posterior.mean + $0 * distance * posterior.deviation }) where point > 0 && point < 1
        {
          points.insert(point)
        }
      }
    }
    return points.sorted()
  }
}
