import Evaluation
import JSONCoding
import MCP
import Providers
import Store

/// The settings given when a run is created, which can change until it has responses.
enum RunSettings {
  static let datasetID = Field<Int?>.optional(
    "dataset_id", .id, "Rows to run on; none for a prompt without variables.")
  static let metricIDs = Field<[Int]?>.optional(
    "metric_ids", .array(of: .id), "Metrics: a judge's, and checks.")
  static let groupIDs = Field<[Int]?>.optional(
    "metric_group_ids", .array(of: .id), "Metric groups, added to metric_ids.")
  static let judgeModel = Field<String?>.optional(
    "judge_model", .name, "Model that judges; else the one that answers, but another judges better.")
  static let scoring = Field<Scoring?>.optional(
    "scoring", .choice,
    "What score means; case counts in ExactMatch and Contains. An expected tool call is {name, arguments}. Unless given: "
      + "LlmJudge with metrics and judge_model, else Checks, else ExactMatch with an expected output, else None.")
  static let model = Field<String?>.optional(
    "model", .name, "Model that answers, in place of the prompt's."
  ).alias("config.model")
  static let credentialID = Field<Int?>.optional(
    "provider_credential_id", .id, "Credential; else the model's name decides."
  ).alias("config.connection_id", "connection_id")
  /// The settings that override the prompt's.
  static let request = RequestFields(of: .run, aliasesIn: "config")
  /// The settings that are not sent.
  static let plan = RequestFields(of: .plan)

  /// All fields except the prompt and the name.
  static var fields: [any ToolField] { settings + [TagNames.field] }

  /// The fields that decide what a run does.
  static var settings: [any ToolField] {
    [
      datasetID, metricIDs, groupIDs, judgeModel, scoring, model, credentialID,
    ] + request.fields + plan.fields
  }

  /// The names of the given arguments that would change what responses depend on.
  ///
  /// A run that nobody generates can get more answers: by more repeats, and by removing stop_against.
  static func fixedFields(in arguments: Arguments, of run: RunRecord, isLive: Bool) throws -> [String] {
    var changed = run
    try applySending(arguments, to: &changed)
    let fixed: [(String, Bool)] = [
      (datasetID.name, run.datasetID != changed.datasetID), (model.name, run.model != changed.model),
      (credentialID.name, run.providerCredentialID != changed.providerCredentialID),
    ]
    let planned = RequestSetting.all(of: .plan).filter {
      [.answers, .pace, .price].contains($0.effect) && run.plan.shown($0) != changed.plan.shown($0)
        && (isLive || !adds(answersBy: $0, to: run, changed))
    }
    return fixed.filter(\.1).map(\.0) + planned.map(\.name)
      + request.given(in: arguments, resetting: true).filter { name in
        run.settings.values[name] != changed.settings.values[name]
          || run.clearedSettings.contains(name) != changed.clearedSettings.contains(name)
      }
  }

  /// Whether a setting keeps every answer and lets the run make more.
  private static func adds(answersBy setting: RequestSetting, to run: RunRecord, _ changed: RunRecord) -> Bool {
    switch setting.name {
    case RequestSetting.repeats.name: changed.repeats > run.repeats && changed.stopAgainst == nil
    case RequestSetting.stopAgainst.name: changed.stopAgainst == nil
    // Batches answer as plain calls do, and one that is open would be paid for beside them.
    case RequestSetting.batch.name: !changed.batch && run.openBatches.isEmpty
    default: false
    }
  }

  /// Why settings of a run cannot change, and what to do.
  static func refusal(ofChanging fixed: [String], of run: RunRecord, isLive: Bool) -> String {
    let names = fixed.joined(separator: ", ")
    if run.status == .waiting {
      let then = fixed.contains(RequestSetting.batch.name) ? " Then batch can be turned off." : ""
      return
        "Run \(run.id) waits for its batches, so \(names) cannot change. runs_cancel ends them and keeps what was answered.\(then) "
        + "A new run would pay for the rows in them a second time."
    }
    return
      "Run \(run.id) \(isLive ? "is being generated" : "has responses"), so \(names) cannot change."
      + "\(isLive ? "" : advice(on: fixed, of: run)) Create a new run with runs_create, like_run \(run.id) and reuse true, "
      + "which copies the answers to requests that stay the same, or delete this one."
  }

  /// Why settings of a run with responses cannot change, beyond that it has them; empty for most.
  private static func advice(on fixed: [String], of run: RunRecord) -> String {
    if fixed.contains(RequestSetting.batch.name), let batch = run.openBatches.first {
      return " batch \(batch.batchID ?? batch.label) may still answer some of its rows: runs_generate reads it first."
    }
    guard fixed.contains(RequestSetting.repeats.name) else { return "" }
    return run.stopAgainst == nil
      ? " repeats can be raised, which keeps every answer, but not lowered."
      : " stop_against counts one answer a row; null removes it, and then repeats can be raised."
  }

  /// The names of the given arguments that rescore a run's answers, so that the run must not be in progress.
  static func scoringFields(in arguments: Arguments) -> [String] {
    (arguments.gives(scoring) ? [scoring.name] : []) + plan.given(in: arguments, .scores)
  }

  /// Applies the given arguments to a run; missing ones leave it unchanged.
  ///
  /// - Parameter standardJudge: the judge used if LlmJudge is chosen and none is named.
  static func apply(
    _ arguments: Arguments, to run: inout RunRecord, standardJudge: String?, in transaction: inout Transaction
  ) throws {
    let tables = transaction.tables
    if let id = arguments[datasetID] { _ = try tables.find(DatasetRecord.self, id) }
    if let id = arguments[credentialID] { _ = try tables.find(ProviderCredentialRecord.self, id) }
    try applySending(arguments, to: &run)
    try applyScoring(arguments, to: &run, standardJudge: standardJudge, in: tables)
    try run.updateTags(with: arguments, in: &transaction)
  }

  /// Puts the arguments into a run by which its answers are made.
  private static func applySending(_ arguments: Arguments, to run: inout RunRecord) throws {
    arguments.change(datasetID).apply(to: &run.datasetID)
    try arguments.change(ofName: model).apply(to: &run.model)
    arguments.change(credentialID).apply(to: &run.providerCredentialID)
    try request.apply(arguments, to: &run.settings, clearing: &run.clearedSettings, resetting: true)
    try applyPlan(arguments, to: &run)
  }

  /// Whether null takes a plan's settings back to the standard ones: once a run was started, its results depend on them.
  private static func resetsPlan(of run: RunRecord) -> Bool { run.status == .pending }

  private static func applyPlan(_ arguments: Arguments, to run: inout RunRecord) throws {
    let oldMaxCost = run.maxCost
    let isStopRemoved = plan.resets(.stopAgainst, in: arguments)
    try plan.apply(arguments, to: &run.plan, resetting: resetsPlan(of: run))
    if isStopRemoved { run.removeStop() }
    run.rows = RowSelection(run.rows)?.text
    if run.maxCost == 0 { run.maxCost = nil }
    CostStop.limitChanged(from: oldMaxCost, of: &run)
  }

  /// Puts the arguments into a run from which its scores follow.
  static func applyScoring(
    _ arguments: Arguments, to run: inout RunRecord, standardJudge: String?, in tables: Tables
  ) throws {
    let named = arguments.list(metricIDs)
    if named != nil || arguments[groupIDs] != nil {
      let grouped = try (arguments[groupIDs] ?? []).flatMap { try tables.find(MetricGroupRecord.self, $0).metricIDs }
      run.metricIDs = try tables.checkedMetrics((named ?? []) + grouped)
    }
    try arguments.change(ofName: judgeModel).apply(to: &run.judgeModel)
    try applyPlan(arguments, to: &run)
    if let chosen = arguments[scoring] {
      run.scoring = chosen
      run.isScoringChosen = true
      if chosen.scorer.isJudged, run.judgeModel == nil {
        run.judgeModel = standardJudge ?? run.answeringModel(of: tables.prompts[run.promptID])
      }
    } else if arguments.gives(scoring) {
      run.isScoringChosen = false
    }
    let isFresh = run.id == 0 && arguments[RunCreationTool.likeRun] == nil
    if !run.isScoringChosen, isFresh || decideScores(arguments, of: run) {
      run.scoring = try standardScoring(of: run, in: tables)
    }
  }

  /// Whether any given argument determines the scores, or the default scoring.
  static func decideScores(_ arguments: Arguments, of run: RunRecord) -> Bool {
    let fields: [any ToolField] = [scoring, datasetID, metricIDs, groupIDs, judgeModel]
    return fields.contains(where: arguments.gives)
      || !plan.given(in: arguments, .scores, resetting: resetsPlan(of: run)).isEmpty
  }

  /// Whether more than a run's labels has changed.
  static func changes(_ old: RunRecord, to new: RunRecord) -> Bool {
    var old = old
    (old.name, old.tagIDs) = (new.name, new.tagIDs)
    return old != new
  }

  /// Whether any given argument changes the called models or the form of their requests.
  static func nameModels(_ arguments: Arguments) -> Bool {
    let fields: [any ToolField] = [model, judgeModel, credentialID]
    return fields.contains(where: arguments.gives) || !plan.given(in: arguments, .reviews).isEmpty
      || !request.given(in: arguments, resetting: true).isEmpty
  }

  private static func standardScoring(of run: RunRecord, in tables: Tables) throws -> Scoring {
    let columns = try RunColumns(of: run, in: tables).names ?? []
    let standard = Scorer.standard(
      hasMetrics: !tables.judgeMetricIDs(of: run).isEmpty, hasChecks: !tables.checkMetricIDs(of: run).isEmpty,
      hasJudge: run.judgeModel != nil,
      hasExpectedOutput: columns.contains(run.expectedColumn ?? RunRows.standardExpectedColumn))
    // Removing the judge from judged answers requires another scoring.
    let isJudged = run.scoring.scorer.isJudged && !tables.responses.entries(ofRun: run.id).isEmpty
    return isJudged ? .llmJudge : standard
  }

  /// The judge of a run, with its samples and effort.
  struct Judge: Equatable {
    let model: String?
    private let samples: Int?
    private let effort: String?

    init(of run: RunRecord) {
      model = run.judgeModel
      samples = run.judgeSamples
      effort = run.judgeEffort
    }
  }

  /// Rejects a run that could not start.
  ///
  /// - Parameter hasResponses: whether it has started, so that only its scoring can still be invalid.
  static func check(_ run: RunRecord, hasResponses: Bool = false, in tables: Tables) throws {
    let prompt = try tables.find(PromptRecord.self, run.promptID)
    let dataset = try run.datasetID.map { id in try tables.find(DatasetRecord.self, id) }
    if !hasResponses {
      try checkRows(of: run, dataset)
      try BatchSetting.check(run, checks: tables.checkedMetrics(of: run))
    }
    let problems = try tables.problems(of: run, template: hasResponses ? nil : run.requestTemplate(of: prompt))
    guard problems.isEmpty else { throw ToolError(problems.joined(separator: " ")) }
    if !hasResponses, let other = run.stopAgainst { _ = try StopBaseline.find(other, for: run, in: tables) }
  }

  private static func checkRows(of run: RunRecord, _ dataset: DatasetRecord?) throws(ToolError) {
    guard let rows = run.rows else { return }
    guard let dataset else { throw ToolError("rows is \(rows), but the run has no dataset: set dataset_id.") }
    do throws(RowSelectionError) {
      try RowSelection(rows)?.check(columns: dataset.columns, rowCount: dataset.rowCount)
    } catch {
      throw ToolError("rows is \(rows). \(error)")
    }
  }
}
