import JSONCoding
import Providers
import Store

/// Gathers and checks the parts of a plan.
extension RunPlanner {
  /// The records of a run in the store.
  struct Material: Sendable {
    /// The run's record as it was read, before anything was changed for the plan.
    let recorded: RunRecord
    /// The other records from which the plan follows.
    let records: MaterialRecords
    var run: RunRecord
    let prompt: PromptRecord
    /// The dataset; after ``leaveOutAppendedRows()`` as it was when the run was started.
    var dataset: DatasetRecord?
    let criteria: [Criterion]
    /// Whether the run has metrics for a judge, some of which may have been deleted.
    let hasJudgeMetrics: Bool
    /// The run's metrics with checks.
    let checks: [CheckedMetric]
    /// Whether the run has metrics with checks, some of which may have been deleted.
    let hasCheckMetrics: Bool
    /// Whether the run is scored already, so that nothing about scores can keep it from being judged.
    var keepsScoring = false
    let scoring: RunScoring
    let entries: [ResponseEntry]
    /// Notes on changes by judging and on unknown costs.
    var notes: [String]
    /// The list prices on which the costs of the answers that are kept and of the calls to come rest.
    var assumedPrices: [AssumedPrice] = []

    /// Has the run go on with the rows that it was started with, if others were appended.
    ///
    /// Reads the dataset's whole text if that has changed.
    mutating func leaveOutAppendedRows() {
      if let before = dataset?.asStarted(run) { dataset = before }
    }

    /// The model that answers.
    var model: String { run.model ?? prompt.llmModel }

    /// The credential for the calls to the model that answers.
    var credentialID: Int? { run.answeringCredentialID(of: prompt) }
  }

  /// The run's requests, bound to its rows and checked.
  struct Layout: Sendable {
    /// The template as written.
    let source: String
    let settings: RequestSettings
    let model: String
    let credentialID: Int?
    let rows: RunRows
    let report: Preflight.Report
    /// The sizes of the requests (``TextSize``), by row.
    let lengths: PromptLengths
  }

  /// Binds a run's requests to its rows.
  ///
  /// A run is resumed and judged with the request that it started with, even if the prompt has changed.
  ///
  /// - Parameters:
  ///   - entries: the responses that are kept.
  ///   - retrying: which of those that failed are made again.
  ///   - isJudging: whether only existing answers are judged.
  /// - Throws: ``EvaluationError`` with all problems, and the errors of reading the dataset.
  func layout(
    _ material: inout Material, _ entries: [ResponseEntry], _ retrying: Retrying, isJudging: Bool = false
  ) throws -> Layout {
    let (run, prompt) = (material.run, material.prompt)
    let begun = entries.isEmpty ? nil : run.snapshot
    let source = begun?.template ?? prompt.template
    let settings = begun == nil ? run.requestedSettings(of: prompt) : run.sentSettings(of: prompt)
    let template = try RequestTemplate(source, settings)
    let table = try material.dataset.map { dataset throws(EvaluationError) in try dataset.table() }
    let selected = try Self.selectedRows(of: run, table)
    let answers = entries.reduce(into: [Int: Int]()) { counts, entry in
      if !retrying.retries(entry) { counts[entry.rowIndex, default: 0] += 1 }
    }
    let report = try checked(&material, template: template, table: table, selected: selected) { row in
      !isJudging && answers[row, default: 0] < run.repeats
    }
    let rows = try RunRows(
      template: template, table: table, expectedColumn: run.expectedColumn, selected: selected, images: images)
    if let id = begun?.providerCredentialID, id != material.credentialID {
      throw EvaluationError(
        "Run \(run.id) was begun with credential \(id), which it does not use any more, so its results would not be of one "
          + "server. Call runs_generate with restart: true to discard them and begin again.")
    }
    let rest = TextSize.of(settings.textBesideMessages)
    return Layout(
      source: source, settings: settings, model: material.model, credentialID: material.credentialID,
      rows: rows, report: report,
      lengths: PromptLengths(zip(rows.indices, report.promptBytes).lazy.map { ($0, $1 + rest) }))
  }

  /// - Parameters:
  ///   - judging: the changes by `runs_judge` to the run before it is planned.
  ///   - restart: whether its answers are discarded.
  func material(run id: Int, _ judging: RunEngine.Judging?, restart: Bool = false) async throws -> Material {
    var material = try await store.read { tables in
      let recorded = try tables.find(RunRecord.self, id)
      var run = recorded
      let prompt = try tables.find(PromptRecord.self, run.promptID)
      let entries = tables.responses.entries(ofRun: id)
      let notes = [judging?.note(on: run, in: tables)].compactMap(\.self)
      if let judging { try judging.applyAndCheck(to: &run, entries, in: tables) }
      return Material(
        recorded: recorded, records: MaterialRecords(of: run, in: tables), run: run, prompt: prompt,
        dataset: run.datasetID.flatMap { tables.datasets[$0] },
        criteria: tables.criteria(of: run), hasJudgeMetrics: !tables.judgeMetricIDs(of: run).isEmpty,
        checks: tables.checkedMetrics(of: run), hasCheckMetrics: !tables.checkMetricIDs(of: run).isEmpty,
        scoring: tables.scoring(of: run), entries: entries,
        notes: notes,
        // The answers that are kept have their price.
        assumedPrices: entries.isEmpty ? [] : run.assumedPrices)
    }
    if !restart, !material.entries.isEmpty { material.leaveOutAppendedRows() }
    return material
  }

  /// Rejects parameters that a model is known not to accept, because every call would fail.
  ///
  /// - Parameters:
  ///   - generator: nil if the answers exist already.
  ///   - settings: the settings of its requests.
  /// - Throws: ``EvaluationError`` in the words of the model's vendor.
  static func checkParameters(
    of run: RunRecord, isAsked generator: ModelBinding?, _ settings: RequestSettings, judge: ModelBinding?
  ) throws(EvaluationError) {
    let problems = [
      generator.flatMap { $0.refusal($0.served(RequestParameters(settings))) },
      judge?.refusal(run.judgeSettings.parameters).map { "The judge cannot be called this way: \($0)" },
    ].compactMap(\.self)
    guard problems.isEmpty else {
      throw EvaluationError("Run \(run.id) cannot start. \(problems.joined(separator: " "))")
    }
  }

  /// The run's rows of the dataset; nil for all.
  static func selectedRows(of run: RunRecord, _ table: CSVTable?) throws(EvaluationError) -> [Int]? {
    guard let table, let selection = RowSelection(run.rows), selection != .all else { return nil }
    do throws(RowSelectionError) {
      return try selection.rows(of: table)
    } catch {
      throw EvaluationError("Run \(run.id) cannot start. \(error)")
    }
  }

  /// The preflight of a run.
  ///
  /// A default scoring is dropped if the rows have no expected output to compare with.
  /// - Throws: ``EvaluationError`` with every problem.
  private func checked(
    _ material: inout Material, template: RequestTemplate, table: CSVTable?, selected: [Int]?,
    isSent: (_ index: Int) -> Bool
  ) throws(EvaluationError) -> Preflight.Report {
    let run = material.run
    let callsTools = run.sentSettings(of: material.prompt).offersTools
    let makesAnswers = (selected ?? Array(0..<(table?.rowCount ?? 1))).contains(where: isSent)
    func report() -> Preflight.Report {
      Preflight.report(
        Preflight.Plan(
          template: template, scoring: material.keepsScoring ? .none : material.run.scoring,
          expectedColumn: run.expectedColumn,
          hasMetrics: material.hasJudgeMetrics, checks: material.checks,
          // The results of a deleted check give the scores of the answers that are there.
          keepsChecks: !makesAnswers && material.hasCheckMetrics, hasJudge: run.judgeModel != nil,
          callsTools: callsTools), table: table, selected: selected, images: images, isSent: isSent)
    }
    var result = report()
    if !run.isScoringChosen, run.scoring.scorer.comparesTexts, result.problems.contains(where: \.isAboutExpectedOutput)
    {
      material.run.scoring = .none
      result = report()
    }
    var problems = result.problems.map(\.description)
    if !material.keepsScoring, material.run.scoring.scorer.isJudged, material.hasJudgeMetrics,
      material.criteria.isEmpty
    {
      problems.append(
        "Its metrics (id \(run.metricIDs.map(String.init).joined(separator: ", "))) were deleted, so there is nothing to "
          + "judge by. Give others with metric_ids; an empty list judges agreement with the expected output.")
    }
    guard problems.isEmpty else {
      throw EvaluationError("Run \(run.id) cannot start. \(problems.joined(separator: " "))")
    }
    return result
  }
}

extension RequestSettings {
  /// What is sent with the messages of each row: tools and the schema.
  var textBesideMessages: String {
    let sent = RequestParameters(self)
    return [sent[.tools], sent[.responseFormat]].compactMap { $0?.text }.joined(separator: "\n")
  }
}
