package import Store

/// The choice of the version for the next sample.
package enum VersionSampling {
  /// A version drawn in proportion to its weight; nil if every weight is 0.
  static func byWeight(_ arms: [ExperimentRecord.Arm], using random: inout SeededGenerator) -> Int? {
    var rest = random.unit() * arms.reduce(0) { $0 + $1.weight }
    for arm in arms where arm.weight > 0 {
      if rest < arm.weight { return arm.promptID }
      rest -= arm.weight
    }
    // A remainder from rounding belongs to the last version.
    return arms.last { $0.weight > 0 }?.promptID
  }

  /// The index of the posterior with the highest random rate; nil without posteriors.
  ///
  /// Thompson sampling: W. R. Thompson, "On the Likelihood That One Unknown Probability Exceeds Another in View of the
  /// Evidence of Two Samples", Biometrika 25 (1933).
  static func byPosterior(_ posteriors: [BetaPosterior], using random: inout SeededGenerator) -> Int? {
    var best: (index: Int, rate: Double)?
    for (index, posterior) in posteriors.enumerated() {
      let rate = posterior.draw(using: &random)
      if rate > best?.rate ?? -1 { best = (index, rate) }
    }
    return best?.index
  }

  /// The versions of a number of samples, by prompt id.
  ///
  /// - Parameter statistics: the experiment's outcomes so far, from which adaptive allocation learns; fixed allocation
  ///   does not count them.
  package static func draw(
    _ count: Int, of experiment: ExperimentRecord, given statistics: @autoclosure () -> ExperimentStatistics,
    using random: inout SeededGenerator
  ) -> [Int] {
    switch experiment.allocation {
    case .fixed: return (0..<count).compactMap { _ in byWeight(experiment.arms, using: &random) }
    case .adaptive:
      let statistics = statistics()
      let posteriors = statistics.arms.map(\.posterior)
      return (0..<count).compactMap { _ in
        byPosterior(posteriors, using: &random).map { statistics.arms[$0].promptID }
      }
    }
  }
}
