import Providers
import Store

/// Decides what a run has to do, checks that it can be done, and records that it has begun.
struct RunPlanner: Sendable {
  let store: Store
  let models: any ModelDirectory

  /// What the store holds about a run.
  private struct Material: Sendable {
    var run: RunRecord
    let prompt: PromptRecord
    let dataset: DatasetRecord?
    let criteria: [Criterion]
    let scoring: RunScoring
    let entries: [ResponseEntry]
  }

  /// Plans a run and marks it as running.
  ///
  /// - Returns: nil if nothing is left to do.
  /// - Throws: ``RunError`` with everything that stands in the way; nothing has changed then.
  func plan(run id: Int, _ options: RunEngine.Options) async throws -> RunPlan? {
    let isJudging = options.judging != nil
    var material = try await material(run: id, options.judging)
    let entries = options.restart ? [] : material.entries
    let scoring = isJudging ? material.scoring.recordedOnly : material.scoring
    // What a completed run was left with is tried again on demand only.
    let retriesFailed = isJudging || options.retryFailed || options.restart || material.run.status != .completed
    if material.run.status == .completed || isJudging {
      let count = isJudging ? 0 : material.run.snapshot?.rowCount ?? 0
      // Which rows were selected does not matter where each has its response.
      let work = Self.work(
        rows: entries.map(\.rowIndex), entries: entries, scoring, retriesFailed: retriesFailed, isJudging: isJudging)
      if work.isEmpty, entries.count >= count, !options.restart {
        if let judging = options.judging { try await record(judging, run: id) }
        return nil
      }
    }
    let hash = material.dataset.map { Fingerprint.of($0.csvData) }
    if !entries.isEmpty, let snapshot = material.run.snapshot, snapshot.datasetHash != hash {
      throw RunError(
        "The dataset has changed since run \(id) was started, so its results would not be of one dataset. "
          + "Call runs_generate with restart: true to discard them and begin again, or create a new run.")
    }

    let table = try material.dataset.map { dataset throws(CSVError) in try CSVTable(dataset.csvData) }
    // What was run is what is resumed and judged, whatever the prompt says now.
    let source =
      entries.isEmpty ? material.prompt.template : material.run.snapshot?.template ?? material.prompt.template
    let template = Template(source)
    let selected = try Self.selectedRows(of: material.run, table)
    let report = try checked(&material, template: template, table: table, selected: selected)
    let run = material.run
    let model = run.model ?? material.prompt.llmModel
    var generator = try await models.binding(for: model, credentialID: run.providerCredentialID)
    var judge = material.criteria.isEmpty ? nil : try await judge(of: run)
    if run.maxCost != nil {
      generator = await generator.priced()
      judge = await judge?.priced()
    }
    let notes = (isJudging ? [] : generator.notes) + (judge?.notes ?? []).filter { !generator.notes.contains($0) }
    let rows = try RunRows(template: template, table: table, expectedColumn: run.expectedColumn, selected: selected)
    let work = Self.work(
      rows: rows.indices, entries: entries, scoring, retriesFailed: retriesFailed, isJudging: isJudging)
    let estimate = RunEstimate(
      generator: generator, judge: judge, criteriaCount: material.criteria.count, samples: scoring.judgeSamples,
      maxTokens: run.maxTokens)
    let rowCost = estimate.rowCost(
      promptBytes: report.promptBytes / max(report.rowCount, 1) + (run.systemPrompt?.utf8.count ?? 0),
      generates: !isJudging)
    let mostRowCost = estimate.rowCost(
      promptBytes: report.longestPromptBytes + (run.systemPrompt?.utf8.count ?? 0), generates: !isJudging, atMost: true)
    let snapshot = RunSnapshot {
      $0.promptName = material.prompt.name
      $0.promptVersion = material.prompt.versionNumber
      $0.template = source
      $0.model = model
      $0.datasetHash = hash
      $0.rowCount = rows.count
      $0.rows = run.rows
    }
    let budget = try Self.budget(of: run, entries, rowCost: rowCost, mostRowCost: mostRowCost)
    let start = try await begin(
      material, snapshot: snapshot, options, estimatedCost: rowCost.map { $0 * Double(work.count) },
      retriesFailed: retriesFailed)
    return RunPlan(
      runID: id, rows: rows, work: work.map { $0.with(start.entriesByID) },
      scoring: isJudging ? start.scoring.recordedOnly : start.scoring, criteria: start.criteria,
      retriesFailedReviews: retriesFailed, generator: generator, judge: judge, budget: budget,
      before: RunPlan.End(of: run), settings: RunPlan.Settings(run), concurrency: run.concurrency,
      warnings: report.warnings + notes, progress: start.progress, isCancelled: start.isCancelled)
  }

  /// The rows of the dataset that a run runs on; nil for all.
  private static func selectedRows(of run: RunRecord, _ table: CSVTable?) throws(RunError) -> [Int]? {
    guard let table, let selection = RowSelection(run.rows), selection != .all else { return nil }
    do throws(RowSelectionError) {
      return try selection.rows(of: table)
    } catch {
      throw RunError("Run \(run.id) cannot start. \(error)")
    }
  }

  /// The preflight of a run.
  ///
  /// A scoring that nobody has chosen is given up where the rows have nothing to compare with.
  /// - Throws: ``RunError`` with every problem.
  private func checked(
    _ material: inout Material, template: Template, table: CSVTable?, selected: [Int]?
  ) throws(RunError) -> Preflight.Report {
    let run = material.run
    func report() -> Preflight.Report {
      Preflight.report(
        Preflight.Plan(
          template: template, scoring: material.run.scoring, expectedColumn: run.expectedColumn,
          hasMetrics: !run.metricIDs.isEmpty, hasJudge: run.judgeModel != nil), table: table, selected: selected)
    }
    var result = report()
    if !run.isScoringChosen, run.scoring.comparesText, result.problems.contains(where: \.isAboutExpectedOutput) {
      material.run.scoring = .none
      result = report()
    }
    var problems = result.problems.map(\.description)
    if material.run.scoring == .llmJudge, !run.metricIDs.isEmpty, material.criteria.isEmpty {
      problems.append(
        "Its metrics (id \(run.metricIDs.map(String.init).joined(separator: ", "))) were deleted, so there is nothing to "
          + "judge by. Give others with metric_ids; an empty list judges agreement with the expected output.")
    }
    guard problems.isEmpty else {
      throw RunError("Run \(run.id) cannot start. \(problems.joined(separator: " "))")
    }
    return result
  }

  /// - Throws: ``RunError`` where a run has a limit that nobody could keep.
  private static func budget(
    of run: RunRecord, _ entries: [ResponseEntry], rowCost: Double?, mostRowCost: Double?
  ) throws(RunError) -> RunBudget? {
    guard let maximum = run.maxCost else { return nil }
    guard let rowCost, let mostRowCost else {
      throw RunError(
        "max_cost cannot be kept, because the price of a model of this run is not known. models_list shows known "
          + "prices; runs_update with max_cost 0 lifts the limit.")
    }
    let spent = entries.reduce(0) { sum, entry in
      let unknown = entry.cost == nil ? max(Int(entry.uncountedCalls), 1) : 0
      return sum + RowCost(known: entry.knownCost, unknownCalls: unknown).most(each: mostRowCost)
    }
    return RunBudget(maximum: maximum, spent: spent, expectedRowCost: rowCost, mostRowCost: mostRowCost)
  }

  /// - Parameter judging: what `runs_judge` changes in the run before it is planned.
  private func material(run id: Int, _ judging: RunEngine.Judging?) async throws -> Material {
    try await store.read { tables in
      guard var run = tables.runs[id], let prompt = tables.prompts[run.promptID] else { throw RunError.notFound(id) }
      let entries = tables.responses.entries(ofRun: id)
      if let judging { try judging.applyAndCheck(to: &run, entries, in: tables) }
      return Material(
        run: run, prompt: prompt, dataset: run.datasetID.flatMap { tables.datasets[$0] },
        criteria: tables.criteria(of: run), scoring: tables.scoring(of: run), entries: entries)
    }
  }

  /// What `runs_judge` changes where nothing is left to judge.
  private func record(_ judging: RunEngine.Judging, run id: Int) async throws {
    try await store.commit { transaction in
      guard let old = transaction.tables.runs[id] else { throw RunError.notFound(id) }
      var run = old
      judging.apply(to: &run)
      guard run != old else { return }
      run.updatedAt = transaction.now
      transaction.put(run)
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

  /// The rows that lack an answer or reviews, and then those that failed or waited before: some of them will always fail.
  ///
  /// - Parameters:
  ///   - rows: the rows of the run.
  ///   - isJudging: whether only answers that are there are worked on.
  static func work(
    rows: [Int], entries: [ResponseEntry], _ scoring: RunScoring, retriesFailed: Bool, isJudging: Bool = false
  ) -> [RunPlan.RowWork] {
    var new: [RunPlan.RowWork] = []
    var unjudged: [RunPlan.RowWork] = []
    var failed: [RunPlan.RowWork] = []
    let known = Dictionary(entries.map { ($0.rowIndex, $0) }) { _, last in last }
    for row in isJudging ? known.keys.sorted() : rows {
      guard let entry = known[row] else {
        new.append(RunPlan.RowWork(rowIndex: row, existing: nil, needsGeneration: true))
        continue
      }
      if entry.status == .failed {
        guard retriesFailed, !isJudging else { continue }
        failed.append(RunPlan.RowWork(rowIndex: row, existing: entry, needsGeneration: true))
      } else if entry.status != .completed || !scoring.lacking(entry, retryingFailed: retriesFailed).isEmpty {
        unjudged.append(RunPlan.RowWork(rowIndex: row, existing: entry, needsGeneration: false))
      }
    }
    return new + unjudged + failed
  }

  /// How a run stands when its first call is made.
  private struct Start: Sendable {
    let progress: RunProgress
    let scoring: RunScoring
    let criteria: [Criterion]
    let entriesByID: [Int: ResponseEntry]
    /// Whether another process wants the run to end since it was planned.
    let isCancelled: Bool
  }

  private func begin(
    _ material: Material, snapshot: RunSnapshot, _ options: RunEngine.Options, estimatedCost: Double?,
    retriesFailed: Bool
  ) async throws -> Start {
    let (id, cancelledBefore, plannedScoring) = (
      material.run.id, material.run.cancelRequested, material.run.scoring
    )
    return try await store.commit { transaction in
      guard var run = transaction.tables.runs[id] else { throw RunError.notFound(id) }
      if options.restart { transaction.deleteResponses(ofRun: id) }
      if let judging = options.judging {
        try transaction.recordJudge(ofRun: id, run.judgeModel)
        judging.apply(to: &run)
      }
      let isCancelled = run.cancelRequested && !cancelledBefore
      if plannedScoring == .none, !run.isScoringChosen { run.scoring = .none }
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
      let scoring = transaction.tables.scoring(of: run)
      // What failed before and is tried again counts as not done.
      let isJudging = options.judging != nil
      var progress = RunProgress(
        status: .running, entries: retriesFailed && !isJudging ? entries.filter { $0.status != .failed } : entries,
        rowCount: snapshot.rowCount, scoring: scoring)
      if retriesFailed { progress.judged.failed = 0 }
      if isJudging { progress.judged.total = entries.count { $0.status != .failed } * scoring.askedMetrics.count }
      return Start(
        progress: progress, scoring: scoring, criteria: transaction.tables.criteria(of: run),
        entriesByID: Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0) }), isCancelled: isCancelled)
    }
  }
}
