import Providers
import Store

/// Decides what a run has to do, checks that it can be done, and records that it has begun.
struct RunPlanner: Sendable {
  let store: Store
  let models: any ModelDirectory

  /// What the store holds about a run.
  private struct Material: Sendable {
    let run: RunRecord
    let prompt: PromptRecord
    let dataset: DatasetRecord?
    let metrics: [MetricRecord]
    let entries: [ResponseEntry]
  }

  /// Plans a run and marks it as running.
  ///
  /// - Returns: nil if the run is completed and nothing is asked of it.
  /// - Throws: ``RunError`` with everything that stands in the way; nothing has changed then.
  func plan(run id: Int, _ options: RunEngine.Options) async throws -> RunPlan? {
    let material = try await material(run: id, options.judging)
    let run = material.run
    let isJudging = options.judging != nil
    if run.status == .completed, !options.restart, !options.retryFailed, !isJudging { return nil }
    let entries = options.restart ? [] : material.entries
    let hash = material.dataset.map { Fingerprint.of($0.csvData) }
    if !entries.isEmpty, let snapshot = run.snapshot, snapshot.datasetHash != hash {
      throw RunError(
        "The dataset has changed since run \(id) was started, so its results would not be of one dataset. "
          + "Call runs_generate with restart: true to discard them and begin again, or create a new run.")
    }

    let table = try material.dataset.map { dataset throws(CSVError) in try CSVTable(dataset.csvData) }
    // What was run is what is resumed and judged, whatever the prompt says now.
    let source = entries.isEmpty ? material.prompt.template : run.snapshot?.template ?? material.prompt.template
    let template = Template(source)
    let criteria = try Self.criteria(of: run, material.metrics)
    if isJudging, criteria.isEmpty {
      throw RunError("Run \(id) has no metrics to judge by. Give metric_ids to runs_judge; metrics_list shows all.")
    }
    let report = Preflight.report(
      Preflight.Plan(
        template: template, scoring: run.scoring, expectedColumn: run.expectedColumn,
        hasMetrics: !material.metrics.isEmpty, hasJudge: run.judgeModel != nil), table: table)
    guard report.problems.isEmpty else {
      throw RunError("Run \(id) cannot start. \(report.problems.map(\.description).joined(separator: " "))")
    }

    let model = run.model ?? material.prompt.llmModel
    let generator = try await models.binding(for: model, credentialID: run.providerCredentialID)
    let judge = criteria.isEmpty ? nil : try await judge(of: run)
    let rows = try RunRows(template: template, table: table, expectedColumn: run.expectedColumn)
    let work =
      isJudging
      ? Self.judging(entries)
      : Self.work(rowCount: rows.count, entries: entries, criteria: criteria)
    let estimate = RunEstimate(
      generator: generator, judge: judge, criteriaCount: criteria.count, samples: run.judgeSamples ?? 1,
      maxTokens: run.maxTokens)
    let rowCost = estimate.rowCost(
      promptBytes: report.promptBytes / max(report.rowCount, 1) + (run.systemPrompt?.utf8.count ?? 0),
      generates: !isJudging)
    let snapshot = RunSnapshot(
      promptName: material.prompt.name, promptVersion: material.prompt.versionNumber, template: source, model: model,
      datasetHash: hash, rowCount: rows.count)
    let budget = try Self.budget(of: run, entries, rowCost: rowCost)
    let (progress, isCancelled) = try await begin(
      id, snapshot: snapshot, options, estimatedCost: rowCost.map { $0 * Double(work.count) },
      criteriaCount: criteria.count, cancelledBefore: run.cancelRequested)
    return RunPlan(
      runID: id, rows: rows, work: work, scoring: run.scoring, criteria: criteria, generator: generator, judge: judge,
      judgeSamples: run.judgeSamples ?? 1, judgesAgain: isJudging, budget: budget,
      before: RunPlan.End(of: run), settings: RunPlan.Settings(run), concurrency: run.concurrency,
      warnings: report.warnings, progress: progress, isCancelled: isCancelled)
  }

  /// - Throws: ``RunError`` where a run has a limit that nobody could keep.
  private static func budget(
    of run: RunRecord, _ entries: [ResponseEntry], rowCost: Double?
  ) throws(RunError) -> RunBudget? {
    guard let maximum = run.maxCost else { return nil }
    guard let rowCost else {
      throw RunError(
        "max_cost cannot be kept, because the price of a model of this run is not known. models_list shows known "
          + "prices; runs_update with max_cost 0 lifts the limit.")
    }
    let spent = entries.reduce(0) { $0 + ($1.cost ?? rowCost) }
    return RunBudget(maximum: maximum, spent: spent, expectedRowCost: rowCost)
  }

  /// Every answer there is, to be judged.
  private static func judging(_ entries: [ResponseEntry]) -> [RunPlan.RowWork] {
    entries.filter { $0.status != .failed }.sorted { $0.rowIndex < $1.rowIndex }
      .map { RunPlan.RowWork(rowIndex: $0.rowIndex, existing: $0, needsGeneration: false) }
  }

  /// - Parameter judging: what `runs_judge` changes in the run before it is planned.
  private func material(run id: Int, _ judging: RunEngine.Judging?) async throws -> Material {
    try await store.read { tables in
      guard var run = tables.runs[id], let prompt = tables.prompts[run.promptID] else { throw RunError.notFound(id) }
      let entries = tables.responses.entries(ofRun: id)
      if let judging {
        judging.apply(to: &run)
        guard run.judgeModel != nil else {
          throw RunError("Run \(id) has no judge_model. Give one to runs_judge.")
        }
        guard entries.contains(where: { $0.status != .failed }) else {
          throw RunError("Run \(id) has no responses to judge. runs_generate makes them.")
        }
      }
      return Material(
        run: run, prompt: prompt, dataset: run.datasetID.flatMap { tables.datasets[$0] },
        metrics: run.metricIDs.compactMap { tables.metrics[$0] }, entries: entries)
    }
  }

  /// A judge is asked where there is one, whatever the score is made of; LlmJudge without metrics judges agreement.
  private static func criteria(of run: RunRecord, _ metrics: [MetricRecord]) throws -> [Criterion] {
    guard run.judgeModel != nil else { return [] }
    if metrics.isEmpty { return run.scoring == .llmJudge ? [.agreement] : [] }
    return try metrics.map { metric in
      Criterion(
        metricID: metric.id, name: metric.name, instruction: metric.instruction ?? metric.name,
        rubric: try Rubric(metric.rubricBands))
    }
  }

  /// The judge's provider is found by its name; the run's credential counts only for a name that says nothing of whose
  /// model it is.
  private func judge(of run: RunRecord) async throws -> ModelBinding? {
    guard let model = run.judgeModel else { return nil }
    do {
      return try await models.binding(for: model, credentialID: nil)
    } catch {
      guard let credentialID = run.providerCredentialID, ModelName.vendor(of: model) == nil else { throw error }
      // What is missing for the name says more than why the run's credential does not fit.
      do { return try await models.binding(for: model, credentialID: credentialID) } catch _ { throw error }
    }
  }

  /// The rows that lack an answer or reviews, and then those that failed before: some of them will always fail.
  static func work(rowCount: Int, entries: [ResponseEntry], criteria: [Criterion]) -> [RunPlan.RowWork] {
    let known = Dictionary(entries.map { ($0.rowIndex, $0) }) { _, last in last }
    let work = (0..<rowCount).compactMap { row -> RunPlan.RowWork? in
      guard let entry = known[row] else {
        return RunPlan.RowWork(rowIndex: row, existing: nil, needsGeneration: true)
      }
      if entry.status == .failed { return RunPlan.RowWork(rowIndex: row, existing: entry, needsGeneration: true) }
      let isJudged = criteria.allSatisfy { criterion in
        entry.reviews.contains { $0.metricID == criterion.metricID ?? 0 && $0.score != nil }
      }
      if isJudged && entry.status == .completed { return nil }
      return RunPlan.RowWork(rowIndex: row, existing: entry, needsGeneration: false)
    }
    return work.filter { $0.existing == nil || !$0.needsGeneration }
      + work.filter { $0.existing != nil && $0.needsGeneration }
  }

  /// - Parameter cancelledBefore: whether a process that is gone now was asked to end the run.
  /// - Returns: the progress at the start, and whether another process wants the run to end since it was planned.
  private func begin(
    _ id: Int, snapshot: RunSnapshot, _ options: RunEngine.Options, estimatedCost: Double?, criteriaCount: Int,
    cancelledBefore: Bool
  ) async throws -> (RunProgress, isCancelled: Bool) {
    try await store.commit { transaction in
      guard var run = transaction.tables.runs[id] else { throw RunError.notFound(id) }
      if options.restart { transaction.deleteResponses(ofRun: id) }
      options.judging?.apply(to: &run)
      let isCancelled = run.cancelRequested && !cancelledBefore
      run.status = .running
      run.cancelRequested = false
      run.errorMessage = nil
      run.warnings = []
      run.snapshot = snapshot
      run.estimatedCost = estimatedCost
      run.startedAt = transaction.now
      run.finishedAt = nil
      run.updatedAt = transaction.now
      transaction.put(run)
      let entries = transaction.tables.responses.entries(ofRun: id)
      // What failed before is tried again, so it counts as not done; judging again begins with no review.
      var progress = RunProgress(
        status: .running, entries: options.judging == nil ? entries.filter { $0.status != .failed } : entries,
        rowCount: snapshot.rowCount, criteriaCount: criteriaCount)
      let reviews = progress.judged
      progress.judged = .init(done: reviews.done, total: max(snapshot.rowCount * criteriaCount, reviews.done))
      if options.judging != nil {
        progress.judged = .init(total: entries.count { $0.status != .failed } * criteriaCount)
      }
      return (progress, isCancelled)
    }
  }
}
