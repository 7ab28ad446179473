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
    for _ in 0..<OutdatedPlan.mostAttempts {
      do { return try await attempt(run: id, options) } catch is OutdatedPlan {}
    }
    throw OutdatedPlan.refusal(run: id)
  }

  /// - Throws: ``OutdatedPlan`` if the run was changed while it was planned.
  private func attempt(run id: Int, _ options: RunEngine.Options) async throws -> RunPlan? {
    if let judging = options.judging, let other = judging.against {
      return try await pairwisePlan(run: id, judging, against: other)
    }
    let isJudging = options.judging != nil
    var material = try await material(run: id, options.judging, restart: options.restart)
    let entries = options.restart ? [] : material.entries
    let scoring = isJudging ? material.scoring.recordedOnly : material.scoring
    let retrying = Retrying(options, isJudging: isJudging, after: material.run.status)
    if material.run.status == .completed || isJudging {
      let isStopped = material.run.stoppedEarly != nil
      let count = isJudging || isStopped ? 0 : (material.run.snapshot?.rowCount ?? 0) * material.run.repeats
      // The row selection does not matter once every row has a response.
      let work = Self.work(
        keys: entries.map(\.key), entries: entries, scoring, retrying, isJudging: isJudging)
      if work.isEmpty, entries.count >= count, !options.restart {
        if let judging = options.judging { try await record(judging, run: id) }
        return nil
      }
    }
    let hash = material.dataset.map(\.fingerprint)
    if !entries.isEmpty, let snapshot = material.run.snapshot, snapshot.datasetHash != hash {
      throw EvaluationError(ChangedDataset.refusal(ofResuming: material.run))
    }

    if options.restart {
      try Self.checkBatches(of: material.run)
      material.restart()
    }
    let layout = try layout(&material, entries, retrying, isJudging: isJudging)
    if !isJudging { try await checkCopies(material, layout, entries) }
    let (run, rows) = (material.run, layout.rows)
    var generator = try await models.binding(for: layout.model, credentialID: layout.credentialID).serving(run)
    var judge = material.criteria.isEmpty ? nil : try await judge(of: material)
    let batches =
      isJudging
      ? nil
      : try BatchPlan(of: run, generator, rows) { [models] in
        try await models.binding(for: layout.model, credentialID: layout.credentialID)
      }
    if run.maxCost != nil {
      generator = await generator.priced()
      judge = await judge?.priced()
    }
    material.assume([isJudging ? nil : generator.assumedPrice, judge?.assumedPrice])
    let notes = (isJudging ? [] : generator.notes) + (judge?.notes ?? []).filter { !generator.notes.contains($0) }
    var work = try await sizedWork(
      of: material, layout, entries, scoring, retrying, isJudging: isJudging, to: generator.destination)
    try Self.checkParameters(
      of: run, isAsked: work.contains(where: \.asksModel) ? generator : nil, layout.settings, judge: judge)
    let asked = isJudging ? nil : generator
    let caching = caching(of: material, layout, work, generator: asked, judge: judge)
    let forecast = forecast(of: material, layout, generator: asked, judge: judge, caching)
    let probes = try await probes(of: material, layout, judge: judge, work, entries)
    let destination = run.destination(
      with: entries, next: generator.destination, isAsked: work.contains(where: \.asksModel))
    let begun = entries.isEmpty ? nil : run.snapshot
    let snapshot = RunSnapshot {
      $0.promptName = material.prompt.name
      $0.promptVersion = material.prompt.versionNumber
      $0.template = layout.source
      $0.settings = layout.settings
      $0.model = layout.model
      $0.destination = destination
      $0.providerCredentialID = layout.credentialID
      $0.datasetHash = hash
      $0.rowCount = rows.count
      $0.rows = run.rows
      $0.orderSeed = begun?.orderSeed ?? run.stopAgainst.map { _ in RowOrder.seed(ofRun: id) }
      $0.formerStopAgainst = begun?.formerStopAgainst
    }
    let stop = isJudging ? nil : try await stopRule(of: material, snapshot, rows, entries, options, &work)
    let (learned, history) = try await learned(forecast, of: material, layout, work, at: generator.destination)
    var budget = try Self.budget(
      of: run, entries, Self.bounding(learned, forecast), layout.lengths, scoring, isJudging: isJudging,
      // A restart has counted them among the calls before it.
      lostCalls: options.restart ? 0 : Interruption.lostCalls(of: run),
      unpriced: asked?.unpricedTier ?? judge?.unpricedTier)
    budget?.history = history
    if options.restart, !material.entries.isEmpty { try Self.checkRestart(of: run, within: budget, work) }
    let start = try await begin(
      material, snapshot: snapshot, options, work, probes: probes.reused,
      estimatedCost: try cost(of: work, probes: probes.planned, beside: entries, learned, material, layout)?.likely,
      retrying)
    return RunPlan(
      runID: id, rows: rows, repeats: run.repeats, work: work.map { $0.with(start.entriesByID) },
      scoring: isJudging ? start.scoring.recordedOnly : start.scoring, criteria: start.criteria,
      retriesFailedReviews: retrying.includesReviews, generator: generator, judge: judge,
      judgeSettings: run.judgeSettings,
      probes: probes.planned,
      budget: budget,
      before: RunPlan.End(of: run), parameters: RequestParameters(layout.settings), concurrency: run.concurrency,
      warnings: (start.warnings + layout.report.warnings + notes + probes.notes).unique, progress: start.progress,
      isCancelled: start.isCancelled, stop: stop, caching: caching, batches: batches)
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
