import Providers
import Store

/// What a plan is made of, and whether it can be run.
extension RunPlanner {
  /// What the store holds about a run.
  struct Material: Sendable {
    var run: RunRecord
    let prompt: PromptRecord
    let dataset: DatasetRecord?
    let criteria: [Criterion]
    let scoring: RunScoring
    let entries: [ResponseEntry]
    /// What judging changes in the run, and what is not known of its costs.
    let notes: [String]
  }

  /// - Parameter judging: what `runs_judge` changes in the run before it is planned.
  func material(run id: Int, _ judging: RunEngine.Judging?) async throws -> Material {
    try await store.read { tables in
      var run = try tables.find(RunRecord.self, id)
      let prompt = try tables.find(PromptRecord.self, run.promptID)
      let entries = tables.responses.entries(ofRun: id)
      let notes = Interruption.warnings(of: run) + [judging?.note(on: run)].compactMap(\.self)
      if let judging { try judging.applyAndCheck(to: &run, entries, in: tables) }
      return Material(
        run: run, prompt: prompt, dataset: run.datasetID.flatMap { tables.datasets[$0] },
        criteria: tables.criteria(of: run), scoring: tables.scoring(of: run), entries: entries,
        notes: notes)
    }
  }

  /// The rows of the dataset that a run runs on; nil for all.
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
  /// A scoring that nobody has chosen is given up where the rows have nothing to compare with.
  /// - Throws: ``EvaluationError`` with every problem.
  func checked(
    _ material: inout Material, template: Template, table: CSVTable?, selected: [Int]?
  ) throws(EvaluationError) -> Preflight.Report {
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
      throw EvaluationError("Run \(run.id) cannot start. \(problems.joined(separator: " "))")
    }
    return result
  }
}
