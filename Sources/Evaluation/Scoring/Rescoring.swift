package import Store

/// New scores for a run's answers, by another scoring or another column, without any call.
package struct Rescoring: Sendable {
  private let old: RunRecord
  private let responses: [ResponseRecord]

  /// Scores the answers of a run by its new settings; nil if no score changes.
  ///
  /// - Parameters:
  ///   - old: the stored run.
  ///   - new: the run with its new settings.
  ///   - dataset: the run's dataset.
  /// - Throws: ``EvaluationError`` if the other column is unavailable, or reviews were made with the old one.
  package init?(
    from old: RunRecord, to new: RunRecord, _ entries: [ResponseEntry], _ dataset: DatasetRecord?
  ) throws {
    let scoring = RunScoring(
      scoring: new.scoring, expectedColumn: new.expectedColumn, form: new.comparedForm(of: nil))
    let isOtherColumn =
      scoring.expectedColumn != RunScoring(scoring: .none, expectedColumn: old.expectedColumn).expectedColumn
    let outdated = entries.filter { isOtherColumn || $0.status != .failed && !scoring.isMade($0) }
    guard !outdated.isEmpty, isOtherColumn || scoring.scorer.comparesTexts else { return nil }
    let rows = isOtherColumn ? try Self.rows(of: new, entries, dataset) : nil
    responses = try outdated.map { entry in
      var response = try entry.decoded()
      if let rows, response.rowIndex < rows.count {
        let row = rows[response.rowIndex]
        (response.input, response.expectedOutput) = (row.input, row.expectedOutput)
      }
      if response.status != .failed { response.compare(by: scoring) }
      return response
    }
    self.old = old
  }

  private static func rows(of run: RunRecord, _ entries: [ResponseEntry], _ dataset: DatasetRecord?) throws -> RunRows {
    guard entries.allSatisfy(\.reviews.isEmpty) else {
      throw EvaluationError(
        "The judge of run \(run.id) was shown the expected output of another column, so expected_column cannot change. "
          + "Create a new run with runs_create.")
    }
    guard let table = try dataset?.table(of: run) else {
      throw EvaluationError(
        "The dataset has changed since run \(run.id) was started, so its answers cannot be compared with another column. "
          + "Create a new run with runs_create.")
    }
    return try RunRows(template: RequestTemplate(""), table: table, expectedColumn: run.expectedColumn)
  }

  /// Stores the scores.
  /// - Throws: ``EvaluationError`` if the run has changed meanwhile.
  package func apply(in transaction: inout Transaction) throws(EvaluationError) {
    guard let run = transaction.tables.runs[old.id], run.updatedAt == old.updatedAt, run.status == old.status else {
      throw EvaluationError(
        "Run \(old.id) has changed while its answers were scored again. Call runs_update once more.")
    }
    for response in responses { transaction.put(response) }
  }
}
