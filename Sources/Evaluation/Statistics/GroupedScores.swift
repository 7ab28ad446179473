/// The scores of rows, of which several may be one piece of evidence: rows of a group are alike, so ten of them tell
/// less of other rows than ten rows of different groups.
package struct GroupedScores: Sendable, Equatable {
  package let scores: [Double]
  /// The group of each score.
  private let groups: [Int]

  /// - Parameter groups: the group of each score; nil if each is a group of its own.
  package init(_ scores: [Double], groups: [Int]? = nil) {
    self.scores = scores
    self.groups = groups ?? Array(scores.indices)
  }

  /// The number of groups; nil if each score is one of its own.
  package var groupCount: Int? {
    let count = Set(groups).count
    return count == scores.count ? nil : count
  }

  /// Their mean with the standard error that the groups allow.
  var groupedMean: GroupedMean { GroupedMean(Array(zip(scores, groups))) }

  /// Nil without scores.
  package var mean: Double? { scores.isEmpty ? nil : Moments.mean(scores) }

  /// The 95 % interval of the mean; nil without scores.
  ///
  /// Of grouped scores it spans two intervals, because each is too narrow in some cases of few groups: the posterior's,
  /// as of ungrouped scores, and Student's. Both take the groups' jackknife for the variance of the mean (B. Efron and
  /// C. Stein, "The Jackknife Estimate of Variance", Annals of Statistics 9, 1981), and count the groups as far as they
  /// are of one size: N² / Σ n² (L. Kish, "Survey Sampling", 1965, section 8.2).
  package func interval(_ scale: ScoreScale) -> ClosedRange<Double>? {
    guard let mean else { return nil }
    let bounds = scale.bounds
    guard groupCount != nil else {
      return scale == .binary
        ? Statistics.wilsonInterval(successes: scores.count { $0 == 1 }, trials: scores.count)
        : MeanInterval.of(scores, bounds: bounds)
    }
    let sums = groupSums(around: mean)
    guard sums.count > 1 else { return MeanInterval.of([mean], bounds: bounds) }
    let (total, count) = (Double(scores.count), Double(sums.count))
    let effective = total * total / sums.reduce(0) { $0 + $1.size * $1.size }
    let squares = sums.reduce(0) { sum, group in
      let shift = group.deviation / (total - group.size)
      return sum + shift * shift
    }
    let variance = squares * (count - 1) / count
    let posterior = MeanInterval.of(
      mean: mean, squares: variance * effective * effective, count: effective, bounds: bounds)
    let spread = StudentT.quantile(0.975, degrees: max(effective - 1, 1)) * variance.squareRoot()
    return max(
      min(posterior.lowerBound, mean - spread), bounds.lowerBound)...min(
        max(posterior.upperBound, mean + spread), bounds.upperBound)
  }

  /// The size of each group, and what its scores differ from the mean in sum.
  private func groupSums(around mean: Double) -> [(size: Double, deviation: Double)] {
    var places: [Int: Int] = [:]
    var sums: [(size: Double, deviation: Double)] = []
    for (score, group) in zip(scores, groups) {
      let place = places[group] ?? sums.count
      if place == sums.count {
        places[group] = place
        sums.append((0, 0))
      }
      sums[place].size += 1
      sums[place].deviation += score - mean
    }
    return sums
  }
}
