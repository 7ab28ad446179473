package import Store

/// A change of the versions' rates while an experiment went on.
///
/// Evidence is safe from it, because it comes from outcomes of the same time: see ``PairedOutcomes``. The rates, their
/// intervals and what follows from them count all outcomes, so they compare different times if one version is drawn more
/// often or joined later.
///
/// The test is the score test for a trend within the versions: P. Armitage, "Tests for Linear Trends in Proportions and
/// Frequencies", Biometrics 11 (1955), with the place of an outcome as its dose, and the versions as strata.
package struct OutcomeDrift: Sendable {
  /// The share of positive outcomes in the first half of all, and in the second.
  package let rates: (first: Double, second: Double)

  /// The number of standard errors from which a trend counts as shown.
  ///
  /// It is high, because an experiment is looked at many times.
  static let limit = 3.0

  /// Nil if no trend is shown.
  ///
  /// - Parameter entries: the generations of the experiment, oldest first. Their order counts, because outcomes may be
  ///   recorded in any order long after.
  package init?(_ experiment: ExperimentRecord, entries: [GenerationEntry]) {
    let participating = Set(experiment.arms.map(\.promptID))
    var outcomes: [Bool] = []
    var strata: [Int: Stratum] = [:]
    for entry in entries {
      guard let outcome = entry.outcome, participating.contains(entry.promptID) else { continue }
      strata[entry.promptID, default: Stratum()].add(Double(outcomes.count), outcome == .positive)
      outcomes.append(outcome == .positive)
    }
    let (score, variance) = strata.values.reduce((0, 0)) { ($0.0 + $1.score, $0.1 + $1.variance) }
    guard variance > 0, abs(score) > Self.limit * variance.squareRoot() else { return nil }
    let half = outcomes.count / 2
    func rate(_ part: ArraySlice<Bool>) -> Double { Double(part.count(where: \.self)) / Double(part.count) }
    rates = (rate(outcomes[..<half]), rate(outcomes[half...]))
  }

  /// The outcomes of one version.
  private struct Stratum {
    var count = 0.0
    var places = 0.0
    var squares = 0.0
    var positive = 0.0
    var positivePlaces = 0.0

    mutating func add(_ place: Double, _ isPositive: Bool) {
      count += 1
      places += place
      squares += place * place
      if isPositive {
        positive += 1
        positivePlaces += place
      }
    }

    /// The sum of the positive outcomes' distances from the mean place.
    var score: Double { positivePlaces - positive * places / count }
    var variance: Double {
      let rate = positive / count
      return count > 1 ? rate * (1 - rate) * (squares - places * places / count) * count / (count - 1) : 0
    }
  }

  /// What the rates do not show.
  var sentence: String {
    "The rates of the versions changed on the way: \(Self.percent(rates.first)) of the first half of all outcomes are "
      + "positive, and \(Self.percent(rates.second)) of the second. Rates, intervals and probabilities mix these times, the "
      + "pairs do not."
  }

  private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
}
