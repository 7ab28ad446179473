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
    "judge_model", .name, "Model that judges; else the answering one, but another judges better.")
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

  /// Applies the given arguments to a run; missing ones leave it unchanged.
  ///
  /// - Parameter standardJudge: the judge used if LlmJudge is chosen and none is named.
  static func apply(
    _ arguments: Arguments, to run: inout RunRecord, standardJudge: String?, in transaction: inout Transaction
  ) throws {
    let tables = transaction.tables
    if let id = arguments[datasetID] { _ = try tables.find(DatasetRecord.self, id) }
    if let id = arguments[credentialID] { _ = try tables.find(ProviderCredentialRecord.self, id) }
    try applyRequest(arguments, to: &run)
    try applyScoring(arguments, to: &run, standardJudge: standardJudge, in: tables)
    try run.updateTags(with: arguments, in: &transaction)
  }

  /// Puts the arguments into a run from which its requests follow.
  static func applyRequest(_ arguments: Arguments, to run: inout RunRecord) throws {
    arguments.change(datasetID).apply(to: &run.datasetID)
    try arguments.change(ofName: model).apply(to: &run.model)
    arguments.change(credentialID).apply(to: &run.providerCredentialID)
    try request.apply(arguments, to: &run.settings, clearing: &run.clearedSettings, resetting: true)
  }

  /// Whether null takes a plan's settings back to the standard ones: once a run was started, its results depend on them.
  private static func resetsPlan(of run: RunRecord) -> Bool { run.status == .pending }

  static func applyPlan(_ arguments: Arguments, to run: inout RunRecord) throws {
    let oldMaxCost = run.maxCost
    let isStopRemoved = plan.resets(.stopAgainst, in: arguments)
    try plan.apply(arguments, to: &run.plan, resetting: resetsPlan(of: run))
    if isStopRemoved { run.removeStop() }
    run.rows = RowSelection(run.rows)?.text
    if run.maxCost == 0 { run.maxCost = nil }
    CostStop.limitChanged(from: oldMaxCost, of: &run)
  }

  /// Puts the arguments into a run from which its scores follow, and those of its plan.
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
}
