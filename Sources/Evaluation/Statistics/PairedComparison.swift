/// What two runs of the same rows say about each other, the second against the first (the baseline).
package struct PairedComparison: Sendable, Equatable {
  package enum Test: String, Sendable, Equatable {
    /// For scores of 0 and 1.
    case mcNemar = "exact McNemar"
    case permutation = "paired permutation"
  }

  /// Rows with a score in both runs.
  package let pairs: Int
  /// Pairs in which the second run has the higher score.
  package let wins: Int
  package let ties: Int
  package let losses: Int
  /// Second run minus baseline; nil without pairs.
  package let meanDifference: Double?
  /// The 95 % interval of the mean difference; nil for fewer than two pairs.
  package let interval: ClosedRange<Double>?
  package let test: Test
  /// Two-sided; nil without pairs.
  package let pValue: Double?

  /// Compares scores row by row; a row counts if both runs have a score for it.
  ///
  /// - Parameters:
  ///   - baseline: the first run's scores by row, nil where there is none.
  ///   - candidate: the second run's, of the same rows.
  package init(baseline: [Double?], candidate: [Double?]) {
    let scores = zip(baseline, candidate).compactMap { first, second in
      if let first, let second { (first: first, second: second) } else { nil }
    }
    let differences = scores.map { $0.second - $0.first }
    let isBinary = scores.allSatisfy { Self.isBinary($0.first) && Self.isBinary($0.second) }
    pairs = scores.count
    wins = differences.count { $0 > 0 }
    losses = differences.count { $0 < 0 }
    ties = pairs - wins - losses
    test = isBinary ? .mcNemar : .permutation
    interval = Statistics.bootstrapInterval(ofMean: differences)
    guard pairs > 0 else {
      meanDifference = nil
      pValue = nil
      return
    }
    meanDifference = differences.reduce(0, +) / Double(pairs)
    pValue =
      isBinary
      ? Statistics.mcNemar(wins: wins, losses: losses) : Statistics.permutationTest(differences)
  }

  private static func isBinary(_ score: Double) -> Bool { score == 0 || score == 1 }
}
