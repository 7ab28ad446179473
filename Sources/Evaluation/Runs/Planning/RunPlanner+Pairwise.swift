import JSONCoding
import Providers
import Store

/// Plans the comparison of a run's answers with those of another run by a judge.
extension RunPlanner {
  /// The beginning of the warning by which format 7 recorded that a comparison ended early.
  private static let formerNote = "The pairwise judging"

  /// What a judge has to compare, by records that may be changed before it begins.
  struct PairwiseDraft: Sendable {
    let material: Material
    let layout: Layout
    let pairwise: PairwisePlan
    let judge: ModelBinding
    let work: [RunPlan.RowWork]
    /// The number of rows to judge in all.
    let pairs: Int
    /// The number of answers of the whole run.
    let answerCount: Int
    let caching: RunCaching
    /// Has learned nothing; nil if a price is unknown.
    let forecast: RowForecast?
    let budget: RunBudget?
  }

  /// Plans the comparison and records its start.
  ///
  /// The run's own status, judge, metrics and scores stay as they are.
  ///
  /// - Returns: nil if every row has been judged in both orders.
  /// - Throws: ``EvaluationError``; nothing has changed then.
  func pairwisePlan(
    run id: Int, _ judging: RunEngine.Judging, against otherID: Int, wasCancelled: Bool
  ) async throws -> RunPlan? {
    let draft = try await pairwiseDraft(run: id, judging, against: otherID)
    let (own, layout, work, judge, pairwise) = (draft.material, draft.layout, draft.work, draft.judge, draft.pairwise)
    let run = own.run
    let earlier = run.warnings.filter { !$0.hasPrefix(Self.formerNote) }
    let warnings = earlier + own.notes
    let isWhole = own.entries.count >= draft.answerCount
    try await begin(
      pairwise.judging, own, isWaiting: !work.isEmpty, wasCancelled: wasCancelled, warnings,
      work.isEmpty ? nil : judge.assumedPrice,
      end: isWhole ? RunPlan.End(status: .completed) : RunPlan.End(of: run))
    if work.isEmpty { return nil }
    let orders = work.reduce(0) { $0 + $1.size.reviews }
    var progress = RunProgress(
      status: .running, entries: own.entries, answerCount: draft.answerCount, scoring: own.scoring)
    progress.compared = RunProgress.Count(done: 2 * draft.pairs - orders, total: 2 * draft.pairs)
    return RunPlan(
      runID: id, rows: layout.rows, repeats: run.repeats, work: work, scoring: own.scoring, criteria: [],
      retriesFailedReviews: true, generator: judge, judge: judge, judgeSettings: run.judgeSettings, probes: [],
      budget: draft.budget,
      before: RunPlan.End(of: run),
      parameters: RequestParameters(layout.settings), concurrency: run.concurrency,
      warnings: (warnings + judge.notes).unique, progress: progress,
      isCancelled: false, stop: nil, caching: draft.caching, pairwise: pairwise)
  }

  /// Drafts the comparison.
  ///
  /// - Throws: ``EvaluationError`` with the first problem.
  func pairwiseDraft(
    run id: Int, _ judging: RunEngine.Judging, against otherID: Int
  ) async throws -> PairwiseDraft {
    let (material, other, rivals, criteria, answerCount) = try await store.read { tables in
      try pairwiseMaterial(run: id, judging, against: otherID, in: tables)
    }
    var own = material
    own.leaveOutAppendedRows()
    let layout = try layout(&own, own.entries, .nothing, isJudging: true)
    guard own.run.snapshot?.datasetHash == own.dataset.map(\.fingerprint) else {
      throw EvaluationError(
        "\(ChangedDataset.change(own.dataset, since: own.run)), so its rows cannot be shown to a judge. "
          + ChangedDataset.remedy(likeRun: id))
    }
    let run = own.run
    guard var judge = try await judge(of: own) else { throw EvaluationError("Give runs_judge a judge_model.") }
    if run.maxCost != nil { judge = await judge.priced() }
    try Self.checkParameters(of: run, isAsked: nil, layout.settings, judge: judge)
    let criterion = Criterion.pairwise(by: criteria)
    let table = try own.dataset.map { dataset throws(EvaluationError) in try dataset.table() }
    let judgeName = JudgeName.canonical(run.judgeModel ?? "")
    let pairwise = PairwisePlan(
      judging: PairwiseJudging {
        $0.against = otherID
        $0.judgeModel = judgeName
        $0.judgeEffort = run.judgeEffort
        $0.judgeSamples = run.judgeSettings.samples
        $0.criterion = criterion.name
        $0.fingerprint = criterion.fingerprint
        $0.metricIDs = run.metricIDs
      },
      criterion: criterion, criteria: criteria,
      rivals: Dictionary(rivals.map { ($0.rowIndex, $0) }) { _, last in last },
      rivalRows: try RunRows(
        template: other.sentTemplate, table: table, expectedColumn: run.expectedColumn,
        selected: Self.selectedRows(of: other, table), images: images),
      tools: (
        RequestParameters(layout.settings).tools, RequestParameters(other.sentSettings(of: nil)).tools
      ))
    let (work, pairs) = try pairwiseWork(own.entries, pairwise, layout)
    let caching = RunCaching(
      layout.rows, layout.settings, work, generator: nil, judge: judge, criteria: [criterion],
      samples: run.judgeSettings.samples, isPairwise: true)
    let forecast = RowForecast(
      run, layout.settings, generator: nil, judge: judge, criteria: [criterion],
      usualAnswer: layout.report.usualAnswer(run.scoring), caching: caching)
    let budget = try Self.budget(
      of: run, own.entries, forecast, layout.lengths, own.scoring, isJudging: true,
      lostCalls: Interruption.lostCalls(of: run), unpriced: judge.unpricedTier)
    return PairwiseDraft(
      material: own, layout: layout, pairwise: pairwise, judge: judge, work: work, pairs: pairs,
      answerCount: answerCount, caching: caching, forecast: forecast, budget: budget)
  }

  private func pairwiseMaterial(
    run id: Int, _ judging: RunEngine.Judging, against otherID: Int, in tables: Tables
  ) throws -> (Material, other: RunRecord, rivals: [ResponseEntry], criteria: [Criterion], answerCount: Int) {
    let recorded = try tables.find(RunRecord.self, id)
    var run = recorded
    let other = try tables.find(RunRecord.self, otherID)
    guard id != otherID else {
      throw EvaluationError("against names run \(id) itself. Name the run to compare it with.")
    }
    guard run.datasetID == other.datasetID, run.snapshot?.datasetHash == other.snapshot?.datasetHash else {
      throw EvaluationError(
        "Run \(otherID) is not of the same rows as run \(id), so there are no answers to compare. Both must be of one "
          + "dataset that has not changed between them.")
    }
    let (scoring, entries, count) = (
      tables.scoring(of: run), tables.responses.entries(ofRun: id), tables.answerCount(of: run)
    )
    let rivals = tables.responses.entries(ofRun: otherID).filter { $0.status != .failed && $0.key.repeatIndex == 0 }
    let answered = Set(entries.filter { $0.status != .failed && $0.key.repeatIndex == 0 }.map(\.rowIndex))
    guard rivals.contains(where: { answered.contains($0.rowIndex) }) else {
      throw EvaluationError(
        "Runs \(id) and \(otherID) have no row that both have answered. runs_generate makes answers.")
    }
    run.judgeModel = judging.judgeModel ?? run.judgeModel ?? other.judgeModel
    run.metricIDs = judging.metricIDs ?? run.metricIDs
    for (setting, value) in judging.settings { run.plan[setting] = value }
    guard run.judgeModel != nil else {
      throw EvaluationError("Run \(id) has no judge_model. Give one to runs_judge.")
    }
    let metrics = tables.judgeMetrics(of: run).map(Criterion.init)
    let isExpecting = try rivals.first?.decoded().expectedOutput != nil
    let material = Material(
      recorded: recorded, records: MaterialRecords(of: run, in: tables), run: run,
      prompt: try tables.find(PromptRecord.self, run.promptID),
      dataset: run.datasetID.flatMap { tables.datasets[$0] }, criteria: [], hasJudgeMetrics: true, checks: [],
      hasCheckMetrics: false, keepsScoring: true, scoring: scoring, entries: entries, notes: [])
    return (material, other, rivals, metrics.isEmpty ? [isExpecting ? .agreement : .quality] : metrics, count)
  }

  /// The rows that lack a judgement in one of the orders, or the record that no criterion applies to them, and the number
  /// of rows to judge in all.
  private func pairwiseWork(
    _ entries: [ResponseEntry], _ pairwise: PairwisePlan, _ layout: Layout
  ) throws -> ([RunPlan.RowWork], pairs: Int) {
    var work: [RunPlan.RowWork] = []
    var pairs = 0
    for entry in entries.sorted(by: { $0.key < $1.key })
    where entry.status != .failed && entry.key.repeatIndex == 0 {
      guard let rival = pairwise.rivals[entry.rowIndex] else { continue }
      if pairwise.criterion(ofRow: entry.rowIndex, in: layout.rows) == nil {
        // It is recorded once, without a call.
        guard !pairwise.isSkipped(entry, besides: rival) else { continue }
        work.append(RunPlan.RowWork(key: entry.key, existing: entry, needsGeneration: false))
        continue
      }
      guard let missing = try pairwise.missing(in: entry, besides: rival) else { continue }
      pairs += 1
      guard missing > 0 else { continue }
      var row = RunPlan.RowWork(key: entry.key, existing: entry, needsGeneration: false)
      let rivalBytes = try rival.decoded().answerBytes
      row.size = RowForecast.Row(
        promptBytes: (layout.lengths[entry.rowIndex] ?? 0) + rivalBytes,
        answerTokens: TokenEstimator().tokens(ofBytes: try entry.decoded().answerBytes), reviews: missing)
      work.append(row)
    }
    return (work, pairs)
  }

  /// - Parameters:
  ///   - wasCancelled: whether the run's cancellation was asked for before the comparison was planned.
  ///   - price: the list price that is assumed for the judge's calls.
  ///   - end: the end of a run whose server was killed while it was generated.
  /// - Throws: ``OutdatedPlan`` if the run was changed since it was read.
  private func begin(
    _ judging: PairwiseJudging, _ material: Material, isWaiting: Bool, wasCancelled: Bool, _ warnings: [String],
    _ price: ListPriceAssumption?, end: RunPlan.End
  ) async throws {
    try await store.commit { transaction in
      var run = try material.current(in: transaction.tables)
      run.lostCalls = Interruption.lostCalls(of: run)
      run.begin(judging, isRunning: isWaiting, at: transaction.now)
      if run.status == .running { (run.status, run.errorMessage) = (end.status, end.errorMessage) }
      // Not a cancellation that another process has asked for since.
      if isWaiting, wasCancelled { run.cancelRequested = false }
      run.warnings = warnings
      if let price { run.assumedPrices.add([price]) }
      run.updatedAt = transaction.now
      transaction.put(run)
    }
  }
}
