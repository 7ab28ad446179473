import Store

/// A run compared with a baseline, row by row.
///
/// Made from values that were read from the store; nothing here reads it.
package struct RunComparison: Sendable {
  package let baseline: ComparedRun
  package let candidate: ComparedRun
  /// Nil where the scores measure different things.
  package let scores: PairedComparison?
  package let verdict: Verdict
  /// What the verdict says, to a person.
  package let sentence: String
  /// The candidate's cost for the rows of both as a multiple of the baseline's, judging left out; nil where one is not known.
  package let costRatio: Double?
  /// The same for the median latency.
  package let latencyRatio: Double?

  /// Compares two runs.
  ///
  /// - Parameters:
  ///   - groups: for each row its group; a row without one is its own.
  ///   - comparisons: how many runs are compared with the baseline at once.
  ///   - margin: how much worse counts as not worse, in points of the score; nil for 5 % of the scale.
  package init(
    baseline: ComparedRun, candidate: ComparedRun, groups: [Int: Int] = [:], comparisons: Int = 1, margin: Double? = nil
  ) {
    self.baseline = baseline
    self.candidate = candidate
    let common = baseline.entries.keys.filter { candidate.entries[$0] != nil }.sorted()
    costRatio = Self.ratio(baseline, candidate, common, \.generationCost) { $0.reduce(0, +) }
    latencyRatio = Self.ratio(baseline, candidate, common, \.latency) { Quantile.median($0) ?? 0 }
    let (firstOrigin, secondOrigin) = (Self.origin(of: baseline), Self.origin(of: candidate))
    if let reason = ScoreDifference.sentence(baseline, candidate, firstOrigin, secondOrigin) {
      scores = nil
      verdict = .notComparable
      sentence = reason
      return
    }
    let rows = common.compactMap { row in Self.row(row, baseline, candidate, group: groups[row] ?? -1 - row) }
    let scores = PairedComparison(
      rows, scale: candidate.scoring.scale, missing: candidate.scoring.scoring.comparesText ? .countZero : .leaveOut,
      comparisons: comparisons, drafts: candidate.drafts, margin: margin)
    self.scores = scores
    var text = VerdictSentence(scores, baseline: baseline.title, candidate: candidate.title)
    text.drafts = candidate.drafts
    text.comparisons = comparisons
    (text.costRatio, text.latencyRatio) = (costRatio, latencyRatio)
    text.rowsOfOneRun = baseline.entries.count + candidate.entries.count - 2 * common.count
    if let unfinished = [candidate, baseline].first(where: { !$0.isThrough }) {
      let threshold = (1 / (1 - scores.level)).rounded(toDigits: 6)
      let isDecided = scores.evidence >= threshold
      verdict = isDecided ? ((scores.meanDifference ?? 0) > 0 ? .better : .worse) : .unclear
      sentence = text.sequential(state: unfinished.progress, threshold: threshold, isDecided: isDecided)
    } else {
      verdict = scores.verdict
      sentence = text.text
    }
  }

  private static func origin(of run: ComparedRun) -> ScoreOrigin { run.scoring.origin(of: Array(run.entries.values)) }

  /// A row of both runs; nil for one that has nothing to be compared with.
  private static func row(
    _ row: Int, _ baseline: ComparedRun, _ candidate: ComparedRun, group: Int
  ) -> PairedComparison.Row? {
    let (first, second) = (baseline.score(ofRow: row), candidate.score(ofRow: row))
    let isAnswered = [baseline, candidate].contains { $0.entries[row]?.status != .failed }
    // Without an expected output Contains gives no score to any answer.
    if first == nil, second == nil, candidate.scoring.scoring.comparesText, isAnswered { return nil }
    return PairedComparison.Row(baseline: first, candidate: second, group: group)
  }

  private static func ratio(
    _ baseline: ComparedRun, _ candidate: ComparedRun, _ rows: [Int], _ value: KeyPath<ResponseEntry, Double?>,
    _ sum: ([Double]) -> Double
  ) -> Double? {
    let pairs = rows.compactMap { row in
      baseline.entries[row]?[keyPath: value].flatMap { first in
        candidate.entries[row]?[keyPath: value].map { (first, $0) }
      }
    }
    let below = sum(pairs.map(\.0))
    guard pairs.count == rows.count, below > 0 else { return nil }
    return sum(pairs.map(\.1)) / below
  }
}

extension RunScoring {
  /// What the scores can be.
  var scale: PairedInterval.Scale {
    scoring.comparesText ? .binary : .bounded(scoring.range ?? 0...1)
  }
}
