import Providers
package import Store

/// Decides by which questions a judge is tested before a run.
extension RunPlanner {
  /// The probes of a run: those to be made, and those that another run has made.
  struct Probes: Sendable {
    var planned: [JudgeProbe] = []
    /// Records of other runs' probes with the same judge and wording on the same dataset.
    var reused: [ProbeRecord] = []
    /// Why a judge is not tested although it should be, and what to do; empty if it is.
    var notes: [String] = []
  }

  /// The number of answers from which a judge is tested unless the run says otherwise: three calls a metric are then at
  /// most a tenth of those that it makes anyway.
  private static let fewestAnswers = 30

  /// The probes before a run's next call to its judge.
  ///
  /// Unless the run asks for it, a judge that is free is not tested, and neither is that of a run of few answers. A metric
  /// that has reviews already is left out. The rows must have an expected output or two different inputs; without an
  /// expected output one question less is asked.
  ///
  /// - Parameter retryFailed: whether questions that were not answered are asked again, also if the judge has judged since.
  func probes(
    of material: Material, _ layout: Layout, judge: ModelBinding?, _ work: [RunPlan.RowWork],
    _ entries: [ResponseEntry], retryFailed: Bool = false
  ) async throws -> Probes {
    let run = material.run
    let isUsual = layout.rows.count * run.repeats >= Self.fewestAnswers
    let failed = retryFailed ? run.unansweredProbes(material.scoring) : []
    guard let judge, run.probe ?? (isUsual && !judge.isFree),
      !failed.isEmpty || work.contains(where: { $0.size.reviews > 0 }), let judgeModel = material.scoring.judgeModel
    else { return Probes() }
    guard let usual = ProbeRows(layout.rows) else { return Probes(notes: [Self.noRows(run, judgeModel)]) }
    let hash = material.dataset.map(\.fingerprint)
    let earlier = try await store.read { $0.probes(ofDataset: run.datasetID, hash: hash, besides: run.id) }
    var probes = Probes()
    for (criterion, metric) in zip(material.criteria, material.scoring.askedMetrics) {
      let hasReviews = entries.contains { material.scoring.review(of: $0, by: metric)?.score != nil }
      let applicable = work.lazy.filter { layout.rows.skipped(of: [criterion], at: $0.key.rowIndex).isEmpty }
      let isFailed = failed.contains { $0.fingerprint == metric.fingerprint }
      if !isFailed, !isMissing(metric, in: applicable, material.scoring) { continue }
      // A judge is tested in a row to which the metric applies.
      guard let found = criterion.isOfColumns ? ProbeRows(layout.rows, for: criterion) : usual else { continue }
      if hasReviews, !isFailed {
        let current = run.currentProbes(material.scoring)
        if run.probe == true, !current.contains(where: { $0.fingerprint == metric.fingerprint }) {
          probes.notes.append(
            "\(judgeModel) was not tested by \"\(criterion.name)\" (probe), because it has judged answers of this run by it "
              + "already. A new run with probe true tests it first.")
        }
        continue
      }
      var record = ProbeRecord {
        $0.metricID = criterion.metricID
        $0.metricName = criterion.name
        $0.judgeModel = judgeModel
        $0.judgeEffort = run.judgeEffort
        $0.fingerprint = criterion.fingerprint
        $0.resultCount = found.kinds.count
      }
      // Where expected outputs were added, all questions are new, and what the earlier ones cost stays counted.
      if let own = run.probes.last(where: { record.isAlike($0) && $0.resultCount >= record.resultCount }) {
        record = own
        if isFailed { record.results.removeAll(where: \.isUnanswered) }
      } else if let other = earlier.last(where: {
        record.isAlike($0) && $0.isUsable && $0.resultCount >= record.resultCount
      }) {
        probes.reused.append(other)
        continue
      }
      let questions = try layout.rows.questions(
        found, tools: RequestParameters(layout.settings).tools, besides: record.results)
      guard !questions.isEmpty else { continue }
      probes.planned.append(
        JudgeProbe(
          criterion: criterion, record: record, questions: questions,
          size: RowForecast.Row(
            promptBytes: layout.lengths[found.row] ?? 0,
            answerTokens: questions.map { TokenEstimator().tokens(ofBytes: TextSize.of($0.subject.response)) }.max()
              ?? 0,
            probes: questions.count)))
    }
    return probes
  }

  /// Why no row gives an answer to test a judge with.
  private static func noRows(_ run: RunRecord, _ judge: String) -> String {
    "\(judge) was not tested before it judged (probe): no row has an expected output in "
      + "\(run.expectedColumn ?? RunRows.standardExpectedColumn), and there are no two rows with different inputs, so no answer "
      + "is known to be right or wrong. Add such a column or rows, and run with probe true; or compare some of its scores "
      + "with your own (verdicts_create)."
  }

  /// Whether an answer will get a review by a metric.
  ///
  /// - Parameter work: that of the rows to which the metric applies.
  private func isMissing(
    _ metric: RunScoring.Metric, in work: some Sequence<RunPlan.RowWork>, _ scoring: RunScoring
  ) -> Bool {
    work.contains { row in
      guard !row.needsGeneration, let entry = row.existing else { return true }
      return scoring.lacking(entry, retryingFailed: true).contains { $0.id == metric.id }
    }
  }
}

extension Tables {
  /// The probes that other runs of a dataset have made, oldest first, as a run may take them over.
  func probes(ofDataset id: Int?, hash: String?, besides runID: Int) -> [ProbeRecord] {
    runs.newestFirst.reversed().filter { $0.id != runID && $0.datasetID == id && $0.snapshot?.datasetHash == hash }
      .flatMap { run in
        run.probes.map { probe in
          var copy = probe
          copy.sourceRunID = probe.sourceRunID ?? run.id
          (copy.usage, copy.cost, copy.uncountedCalls, copy.serverErrors) = (nil, nil, 0, 0)
          return copy
        }
      }
  }
}

extension ProbeRecord {
  /// Whether another probe is of the same judge by the same wording.
  func isAlike(_ other: ProbeRecord) -> Bool {
    (judgeModel, judgeEffort, fingerprint) == (other.judgeModel, other.judgeEffort, other.fingerprint)
  }

  /// Whether all its questions were answered, so that another run can rely on it.
  var isUsable: Bool {
    results.count == resultCount && results.allSatisfy { $0.score != nil || $0.isQuotation }
  }
}

extension ModelBinding {
  /// Whether its calls are known to cost nothing.
  var isFree: Bool { cost(of: TokenUsage(promptTokens: 1, completionTokens: 1)) == 0 }
}

extension [ProbeRecord] {
  /// US dollars of those that the run itself has made, as far as they are known.
  var knownCost: Double { reduce(0) { $0 + ($1.cost ?? 0) } }
}

extension ProbeResult {
  /// Whether the judge gave no answer, so that it may be asked again.
  fileprivate var isUnanswered: Bool { score == nil && !isQuotation }
}

extension RunRecord {
  /// Its own tests of its judge in which a question was not answered.
  func unansweredProbes(_ scoring: RunScoring) -> [ProbeRecord] {
    currentProbes(scoring).filter { $0.sourceRunID == nil && $0.results.contains(where: \.isUnanswered) }
  }

  /// US dollars of its own probes, as far as they are known.
  package var probeCost: Double { probes.knownCost }

  /// Replaces the probe of the same judge by the same wording with as many questions, or adds it.
  mutating func put(_ probe: ProbeRecord) {
    let index = probes.lastIndex { probe.isAlike($0) && probe.resultCount == $0.resultCount }
    if let index { probes[index] = probe } else { probes.append(probe) }
  }
}
