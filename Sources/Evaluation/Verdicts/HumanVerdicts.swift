package import Store

extension VerdictRecord {
  /// The score as a number: 1 to 5, or 1 for a right response and 0 for a wrong one.
  package var value: Double { score ?? (hasPassed == true ? 1 : 0) }
}

/// The verdicts on the responses of a run.
package struct HumanVerdicts: Sendable {
  /// A person's score.
  struct Score: Sendable {
    let value: Double
    let isBlind: Bool
    /// Whether it is about the run's score as a whole rather than its metrics.
    var isWhole = false
  }

  /// By response, the newest last.
  private let verdicts: [Int: [VerdictRecord]]

  /// - Parameter records: oldest first.
  package init(_ records: [VerdictRecord]) {
    verdicts = Dictionary(grouping: records, by: \.responseID)
  }

  package var isEmpty: Bool { verdicts.isEmpty }
  /// The number of verdicts, by whatever wording.
  package var count: Int { verdicts.values.reduce(0) { $0 + $1.count } }

  /// The verdict on a response that counts for a target.
  package func verdict(on response: Int, for target: VerdictTarget) -> VerdictRecord? {
    verdicts[response]?.last(where: target.matches)
  }

  /// Whether a response has a verdict that counts for any of the targets, or any verdict at all if there are none.
  package func hasVerdict(on response: Int, for targets: [VerdictTarget]) -> Bool {
    verdicts[response]?.contains { verdict in
      targets.isEmpty || targets.contains { $0.matches(verdict) }
    } ?? false
  }

  /// The number of verdicts on a metric by another wording than the target's.
  package func outdated(for target: VerdictTarget) -> Int {
    verdicts.values.reduce(0) { sum, verdicts in
      sum + verdicts.count { $0.metricID == target.metricID && !target.matches($0) }
    }
  }

  func score(on response: Int, for target: VerdictTarget) -> Score? {
    verdict(on: response, for: target).map { Score(value: $0.value, isBlind: $0.isBlind) }
  }

  /// The person's counterpart of a response's score: the mean of the verdicts by its metrics, or a verdict on the whole.
  func score(on response: Int, _ scoring: RunScoring) -> Score? {
    let metrics = scoring.scoringMetrics.map { score(on: response, for: VerdictTarget($0)) }
    let known = metrics.compactMap(\.self)
    if !metrics.isEmpty, known.count == metrics.count {
      return Score(
        value: Moments.mean(known.map(\.value)), isBlind: known.allSatisfy(\.isBlind))
    }
    guard let target = scoring.scoreTarget, var whole = score(on: response, for: target) else { return nil }
    whole.isWhole = true
    return whole
  }
}

extension Tables {
  /// The verdicts on the responses of a run, oldest first.
  package func verdicts(ofRun id: Int) -> [VerdictRecord] {
    verdicts.all.filter { $0.runID == id }.sorted { $0.id < $1.id }
  }
}
