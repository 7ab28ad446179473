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
    let material = try await material(run: id)
    let run = material.run
    if run.status == .completed, !options.restart, !options.retryFailed { return nil }
    let entries = options.restart ? [] : material.entries
    let hash = material.dataset.map { Fingerprint.of($0.csvData) }
    if !entries.isEmpty, let snapshot = run.snapshot, snapshot.datasetHash != hash {
      throw RunError(
        "The dataset has changed since run \(id) was started, so its results would not be of one dataset. "
          + "Call runs_generate with restart: true to discard them and begin again, or create a new run.")
    }

    let table = try material.dataset.map { dataset throws(CSVError) in try CSVTable(dataset.csvData) }
    let template = Template(material.prompt.template)
    let criteria = try Self.criteria(of: run, material.metrics)
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
    let snapshot = RunSnapshot(
      promptName: material.prompt.name, promptVersion: material.prompt.versionNumber,
      template: material.prompt.template, model: model, datasetHash: hash, rowCount: rows.count)
    let progress = try await begin(id, snapshot: snapshot, restart: options.restart, criteriaCount: criteria.count)
    return RunPlan(
      runID: id, rows: rows, work: Self.work(rowCount: rows.count, entries: entries, criteriaCount: criteria.count),
      scoring: run.scoring, criteria: criteria, generator: generator, judge: judge, judgeSamples: 1,
      settings: RunPlan.Settings(run), concurrency: run.concurrency, warnings: report.warnings, progress: progress)
  }

  private func material(run id: Int) async throws -> Material {
    try await store.read { tables in
      guard let run = tables.runs[id], let prompt = tables.prompts[run.promptID] else { throw RunError.notFound(id) }
      return Material(
        run: run, prompt: prompt, dataset: run.datasetID.flatMap { tables.datasets[$0] },
        metrics: run.metricIDs.compactMap { tables.metrics[$0] }, entries: tables.responses.entries(ofRun: id))
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

  /// The judge's provider is found by its name; the run's credential counts only if it is of the same provider.
  private func judge(of run: RunRecord) async throws -> ModelBinding? {
    guard let model = run.judgeModel else { return nil }
    do {
      return try await models.binding(for: model, credentialID: nil)
    } catch {
      guard let credentialID = run.providerCredentialID else { throw error }
      return try await models.binding(for: model, credentialID: credentialID)
    }
  }

  /// The rows that lack an answer, whose answer failed, or whose reviews are not all in.
  static func work(rowCount: Int, entries: [ResponseEntry], criteriaCount: Int) -> [RunPlan.RowWork] {
    let known = Dictionary(entries.map { ($0.rowIndex, $0) }) { _, last in last }
    return (0..<rowCount).compactMap { row in
      guard let entry = known[row] else {
        return RunPlan.RowWork(rowIndex: row, existing: nil, needsGeneration: true)
      }
      if entry.status == .failed { return RunPlan.RowWork(rowIndex: row, existing: entry, needsGeneration: true) }
      let isJudged = entry.reviews.count { $0.score != nil } >= criteriaCount
      if isJudged && entry.status == .completed { return nil }
      return RunPlan.RowWork(rowIndex: row, existing: entry, needsGeneration: false)
    }
  }

  private func begin(
    _ id: Int, snapshot: RunSnapshot, restart: Bool, criteriaCount: Int
  ) async throws -> RunProgress {
    try await store.commit { transaction in
      guard var run = transaction.tables.runs[id] else { throw RunError.notFound(id) }
      if restart { transaction.deleteResponses(ofRun: id) }
      run.status = .running
      run.cancelRequested = false
      run.errorMessage = nil
      run.warnings = []
      run.snapshot = snapshot
      run.startedAt = transaction.now
      run.finishedAt = nil
      run.updatedAt = transaction.now
      transaction.put(run)
      // What failed before is tried again, so it counts as not done.
      let kept = transaction.tables.responses.entries(ofRun: id).filter { $0.status != .failed }
      return RunProgress(
        status: .running, entries: kept, rowCount: snapshot.rowCount, criteriaCount: criteriaCount)
    }
  }
}
