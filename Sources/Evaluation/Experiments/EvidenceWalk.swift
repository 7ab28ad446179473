#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How the evidence for an experiment's leader goes on, if the rates stay as they are.
///
/// Won pairs less lost ones are a random walk. It is taken for a Brownian motion with drift, whose time of first passage
/// has the inverse Gaussian distribution: R. S. Chhikara, J. L. Folks, "The Inverse Gaussian Distribution" (1989).
struct EvidenceWalk: Sendable {
  private let wins: Int
  private let losses: Int
  private let threshold: Double
  /// The share of pairs that are won or lost.
  private let differing: Double
  /// The share of pairs that are won, less that of lost ones.
  private let drift: Double

  /// Nil if the leader would not win more pairs than it loses.
  ///
  /// - Parameters:
  ///   - rate: the leader's share of positive outcomes.
  ///   - other: the rival's.
  init?(_ rival: ExperimentLead.Rival, _ rate: Double, _ other: Double, threshold: Double) {
    let (won, lost) = (rate * (1 - other), other * (1 - rate))
    guard won > lost else { return nil }
    (differing, drift) = (won + lost, won - lost)
    (wins, losses) = (rival.wins, rival.losses)
    self.threshold = threshold
  }

  /// The probability that the evidence reaches the threshold within a number of further pairs.
  func probability(within pairs: Double) -> Double {
    guard pairs > 0, let lead = leadNeeded(among: wins + losses + Int((pairs * differing).rounded())) else { return 0 }
    let distance = Double(lead - (wins - losses))
    if distance <= 0 { return 1 }
    let variance = differing - drift * drift
    // Every pair is won.
    guard variance > 0 else { return pairs * drift >= distance ? 1 : 0 }
    let spread = (variance * pairs).squareRoot()
    let reflected = exp(min(2 * drift * distance / variance, 700)) * Normal.atMost(-(drift * pairs + distance) / spread)
    return min(Normal.atMost((drift * pairs - distance) / spread) + reflected, 1)
  }

  /// The smallest lead that is enough among this many won and lost pairs; nil if not even winning all of them is.
  private func leadNeeded(among differing: Int) -> Int? {
    func isEnough(_ wins: Int) -> Bool { Evidence.ofPairs(wins: wins, losses: differing - wins) >= threshold }
    guard isEnough(differing) else { return nil }
    return 2 * Bisection.smallest(above: differing / 2, upTo: differing, where: isEnough) - differing
  }
}
