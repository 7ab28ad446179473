import Providers
import Store

/// Decides what a run has to do, before anything of it is recorded.
extension RunPlanner {
  /// What a run has to do, by records that may be changed before it begins.
  struct Draft: Sendable {
    let material: Material
    let layout: Layout
    /// The responses that are kept.
    let entries: [ResponseEntry]
    let retrying: Retrying
    let snapshot: RunSnapshot
    let generator: ModelBinding
    let judge: ModelBinding?
    let work: [RunPlan.RowWork]
    let probes: Probes
    let caching: RunCaching
    let batches: BatchPlan?
    let stop: StopRule?
    let budget: RunBudget?
    /// Has learned from earlier runs; nil if a price is unknown.
    let forecast: RowForecast?
    /// What is to be said of the models.
    let notes: [String]
  }

  /// Drafts a run.
  ///
  /// - Returns: nil if nothing is left to do.
  /// - Throws: ``EvaluationError`` with all problems.
  func draft(run id: Int, _ options: RunEngine.Options) async throws -> Draft? {
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
      let isTestOpen = options.retryFailed && !material.run.unansweredProbes(scoring).isEmpty
      if work.isEmpty, entries.count >= count, !options.restart, !isTestOpen { return nil }
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
    var forecast = forecast(of: material, layout, generator: asked, judge: judge, caching)
    // The answers that a restart discards are to the same requests.
    if options.restart { forecast?.learn(from: try own(material, layout), withPrice: false) }
    let probes = try await probes(of: material, layout, judge: judge, work, entries, retryFailed: options.retryFailed)
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
    let budget = try Self.budget(
      of: run, entries, Self.bounding(learned, forecast), layout.lengths, scoring, isJudging: isJudging,
      // A restart has counted them among the calls before it.
      lostCalls: options.restart ? 0 : Interruption.lostCalls(of: run),
      unpriced: asked?.unpricedTier ?? judge?.unpricedTier, history: history)
    if options.restart, !material.entries.isEmpty { try Self.checkRestart(of: run, within: budget, work) }
    return Draft(
      material: material, layout: layout, entries: entries, retrying: retrying, snapshot: snapshot,
      generator: generator, judge: judge, work: work, probes: probes, caching: caching, batches: batches, stop: stop,
      budget: budget, forecast: learned, notes: notes)
  }
}
