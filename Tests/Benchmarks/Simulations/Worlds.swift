import Evaluation
import Foundation

/// Scores of the same rows under several runs with a known true difference.
struct World: Sendable {
  /// The distribution of one run's scores.
  enum Scores: Sendable {
    /// Right with this probability.
    case rate(Double)
    /// 1 to 5 with these probabilities.
    case stars([Double])
  }

  let name: String
  let scores: Scores
  /// The correlation of rows between runs, 0 to 1: hard rows get low scores in all runs.
  let correlation: Double
  /// The first run has the mean of `scores`; the others' mean is higher by this amount.
  let effect: Double

  init(_ scores: Scores, correlation: Double, effect: Double = 0) {
    self.scores = scores
    self.correlation = correlation
    self.effect = effect
    let spread =
      switch scores {
      case .rate(let rate): "0/1 at \(rate)"
      case .stars(let shares): shares == World.highStars ? "1 to 5, mostly 5" : "1 to 5, spread"
      }
    name = "\(spread), \(correlation > 0 ? "correlated" : "independent")"
    let limits = Self.limits(scores)
    self.limits = limits
    shift = Self.shift(limits, effect: effect)
  }

  static let spreadStars = [0.05, 0.1, 0.2, 0.35, 0.3]
  static let highStars = [0.02, 0.03, 0.05, 0.2, 0.7]

  /// Worlds without any difference.
  static let equal: [World] = [0.6, 0].flatMap { correlation in
    [.rate(0.7), .rate(0.9), .stars(spreadStars), .stars(highStars)].map { World($0, correlation: correlation) }
  }

  var scale: ScoreScale {
    if case .rate = scores { .binary } else { .bounded(1...5) }
  }

  /// The product's treatment of a row without a score; no row here lacks one.
  var missing: PairedComparison.MissingRows {
    if case .rate = scores { .countZero } else { .leaveOut }
  }

  /// The thresholds of a normal variate; the score is the lowest one plus the number of exceeded thresholds.
  private let limits: [Double]
  private let shift: Double

  private static func limits(_ scores: Scores) -> [Double] {
    switch scores {
    case .rate(let rate): return [-quantile(rate)]
    case .stars(let shares):
      return (1..<5).map { score in quantile(shares.prefix(score).reduce(0, +)) }
    }
  }

  private static func below(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  private static func quantile(_ probability: Double) -> Double { bisect { below($0) < probability } }

  /// The shift of the other runs' variates that raises the mean by the effect.
  private static func shift(_ limits: [Double], effect: Double) -> Double {
    func mean(_ shift: Double) -> Double { limits.reduce(0) { $0 + below(shift - $1) } }
    let aim = mean(0) + effect
    return effect == 0 ? 0 : bisect { mean($0) < aim }
  }

  private static func bisect(_ isBelow: (Double) -> Bool) -> Double {
    var (low, high) = (-10.0, 10.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if isBelow(middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The scores of one row under this many runs.
  ///
  /// - Parameter common: the normal variate shared by the rows of a group; nil without one.
  func row(
    _ runs: Int, using random: inout SeededGenerator, common: [Double]? = nil, likeness: Double = 0
  ) -> [Double] {
    let hardness = normal(&random)
    return (0..<runs).map { run in
      var own = normal(&random)
      if let common { own = likeness.squareRoot() * common[run] + (1 - likeness).squareRoot() * own }
      let latent = correlation.squareRoot() * hardness + (1 - correlation).squareRoot() * own
      return score(latent + (run == 0 ? 0 : shift))
    }
  }

  private func score(_ latent: Double) -> Double {
    let exceeded = limits.count { latent > $0 }
    return Double(scale == .binary ? exceeded : exceeded + 1)
  }
}

/// A standard normal variate by the method of Box and Muller (1958).
func normal(_ random: inout SeededGenerator) -> Double {
  let (first, second) = (1 - unit(&random), unit(&random))
  return (-2 * log(first)).squareRoot() * cos(2 * Double.pi * second)
}

/// A number in 0..<1.
func unit(_ random: inout SeededGenerator) -> Double { Double(random.next() >> 11) * 0x1p-53 }
