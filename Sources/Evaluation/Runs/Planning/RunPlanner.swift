import JSONCoding
import Providers
import Store

/// Decides what a run has to do, checks that it can, and records its start.
struct RunPlanner: Sendable {
  let store: Store
  let models: any ModelDirectory
  var images = ImageReader()
  let knownKeys = KnownRequestKeys()

  /// Plans a run and marks it as running.
  ///
  /// A run that is changed while it is planned is planned anew.
  ///
  /// - Returns: nil if nothing is left to do.
  /// - Throws: ``EvaluationError`` with all problems; nothing has changed then.
  func plan(run id: Int, _ options: RunEngine.Options) async throws -> RunPlan? {
    var options = options
    options.wasCancelled = try await store.read { $0.runs[id]?.cancelRequested } ?? false
    for _ in 0..<OutdatedPlan.mostAttempts {
      do { return try await attempt(run: id, options) } catch is OutdatedPlan {}
    }
    throw OutdatedPlan.refusal(run: id)
  }

  /// - Throws: ``OutdatedPlan`` if the run was changed while it was planned.
  private func attempt(run id: Int, _ options: RunEngine.Options) async throws -> RunPlan? {
    if let judging = options.judging, let other = judging.against {
      return try await pairwisePlan(run: id, judging, against: other, wasCancelled: options.wasCancelled)
    }
    if let draft = try await draft(run: id, options) { return try await begin(draft, options) }
    if let judging = options.judging { try await record(judging, run: id) }
    return nil
  }

  /// Records the start of a drafted run.
  private func begin(_ draft: Draft, _ options: RunEngine.Options) async throws -> RunPlan {
    let (material, layout, run) = (draft.material, draft.layout, draft.material.run)
    let start = try await begin(
      material, snapshot: draft.snapshot, options, draft.work, probes: draft.probes.reused,
      estimatedCost: try cost(
        of: draft.work, probes: draft.probes.planned, beside: draft.entries, draft.forecast, material, layout,
        lostCalls: options.restart ? 0 : Interruption.lostCalls(of: run))?.likely,
      draft.retrying)
    return RunPlan(
      runID: run.id, rows: layout.rows, repeats: run.repeats, work: draft.work.map { $0.with(start.entriesByID) },
      scoring: options.judging == nil ? start.scoring : start.scoring.recordedOnly, criteria: start.criteria,
      retriesFailedReviews: draft.retrying.includesReviews, generator: draft.generator, judge: draft.judge,
      judgeSettings: run.judgeSettings, probes: draft.probes.planned, budget: draft.budget,
      before: RunPlan.End(of: run), parameters: RequestParameters(layout.settings), concurrency: run.concurrency,
      warnings: (start.warnings + layout.report.warnings + draft.notes + draft.probes.notes).unique,
      progress: start.progress, isCancelled: start.isCancelled, stop: draft.stop, caching: draft.caching,
      batches: draft.batches)
  }

  /// Records the changes of `runs_judge` if nothing is left to judge.
  private func record(_ judging: RunEngine.Judging, run id: Int) async throws {
    try await store.commit { transaction in
      let old = try transaction.tables.find(RunRecord.self, id)
      var run = old
      run.lostCalls = Interruption.lostCalls(of: run)
      if let note = judging.note(on: run, in: transaction.tables) { run.warnings.append(note) }
      judging.apply(to: &run, in: transaction.tables)
      if run.snapshot != nil,
        transaction.tables.responses.entries(ofRun: id).count >= transaction.tables.answerCount(of: run)
      {
        // The reason for the earlier stop no longer applies, because no row and no review is missing.
        (run.status, run.errorMessage) = (.completed, nil)
      }
      guard run != old else { return }
      run.updatedAt = transaction.now
      transaction.put(run)
    }
  }

  /// The judge's provider follows from the model's name.
  ///
  /// The run's credential is used only for a name without a known provider, and for a model that judges itself.
  func judge(of material: Material) async throws -> ModelBinding? {
    try await boundJudge(of: material)?.judging(material.run)
  }

  private func boundJudge(of material: Material) async throws -> ModelBinding? {
    let run = material.run
    guard let model = run.judgeModel else { return nil }
    if run.judgesItself(promptedBy: material.prompt), let credentialID = material.credentialID {
      return try await models.binding(for: model, credentialID: credentialID)
    }
    do {
      return try await models.binding(for: model, credentialID: nil)
    } catch {
      guard let credentialID = material.credentialID, ModelName.vendor(of: model) == nil else { throw error }
      // The error for the name is more useful than why the run's credential does not fit.
      do { return try await models.binding(for: model, credentialID: credentialID) } catch _ { throw error }
    }
  }
}
