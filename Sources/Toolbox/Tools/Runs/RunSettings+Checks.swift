import Evaluation
import JSONCoding
import MCP
import Store

/// Which settings a run may get.
extension RunSettings {
  /// The names of the given arguments that would change what responses depend on.
  ///
  /// A run that nobody generates can get more answers: by more repeats, and by removing stop_against.
  static func fixedFields(in arguments: Arguments, of run: RunRecord, isLive: Bool) throws -> [String] {
    var changed = run
    try applyRequest(arguments, to: &changed)
    try applyPlan(arguments, to: &changed)
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
    let copy =
      "a new run with runs_create, like_run \(run.id) and reuse true, which copies the answers to requests that stay the same"
    if isLive {
      return
        "Run \(run.id) is being generated, so \(names) cannot change now. Wait for its end with runs_get and wait_seconds, or "
        + "stop it with runs_cancel. Then call runs_update again; what its answers depend on takes \(copy)."
    }
    return
      "Run \(run.id) has responses, so \(names) cannot change.\(advice(on: fixed, of: run)) Create \(copy), or delete this one."
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
