package import Store

/// The rules of a judge's comparisons of a run's answers with those of other runs.
///
/// A comparison is an activity beside the run: it leaves the run's status, scores and messages as they are.
extension RunRecord {
  /// The comparison that a process has begun and not ended; the process may be gone.
  package var openPairwise: PairwiseJudging? { pairwise.last(where: \.isRunning) }

  /// Whether it is recorded that a process makes calls for it.
  package var isAtWork: Bool { status == .running || openPairwise != nil }

  /// Records that a comparison has begun, or that it had nothing to judge.
  mutating func begin(_ judging: PairwiseJudging, isRunning: Bool, at now: Timestamp) {
    closePairwise()
    var judging = judging
    (judging.startedAt, judging.isRunning, judging.errorMessage) = (now, isRunning, nil)
    pairwise.removeAll { $0.against == judging.against && $0.origin == judging.origin }
    pairwise.append(judging)
  }

  /// Records the end of a comparison.
  ///
  /// - Parameter reason: why it ended early; nil if every row was judged.
  mutating func end(_ judging: PairwiseJudging, _ reason: String?) {
    for index in pairwise.indices
    where pairwise[index].against == judging.against && pairwise[index].origin == judging.origin {
      (pairwise[index].isRunning, pairwise[index].errorMessage) = (false, reason)
    }
  }

  /// Ends comparisons whose process is gone.
  mutating func closePairwise() {
    for index in pairwise.indices { pairwise[index].isRunning = false }
  }
}

extension PairwiseJudging {
  /// Whether its metrics are worded as they were, so that new judgements count together with its own.
  func canGoOn(in tables: Tables) -> Bool {
    if metricIDs.isEmpty { return true }
    let metrics = metricIDs.compactMap { tables.metrics[$0] }
    // A call that names a deleted metric is refused.
    guard metrics.count == metricIDs.count else { return false }
    let judged = metrics.filter { $0.check == nil }
    return judged.isEmpty || Criterion.pairwise(by: judged.map(Criterion.init)).fingerprint == fingerprint
  }

  /// The call that goes on with it: `runs_judge with id 2, against 1, judge_model "j"`.
  ///
  /// - Parameter holderID: the id of the run that it is recorded with.
  func call(of holderID: Int) -> String {
    let metrics = metricIDs.isEmpty ? nil : "metric_ids [\(metricIDs.map(String.init).joined(separator: ", "))]"
    let samples = judgeSamples == 1 ? nil : "judge_samples \(judgeSamples)"
    let parts = [
      "id \(holderID)", "against \(against)", "judge_model \"\(judgeModel)\"", metrics, samples,
      judgeEffort.map { "judge_effort \($0)" },
    ]
    return "runs_judge with \(parts.compactMap(\.self).joined(separator: ", "))"
  }
}
