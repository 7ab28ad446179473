package import Store

/// New scores for a run's answers, by another scoring, another column or other checks, without any call.
package struct Rescoring: Sendable {
  private let old: RunRecord
  private let responses: [ResponseRecord]

  /// Scores the answers of a run by its new settings; nil if no score changes.
  ///
  /// - Parameters:
  ///   - old: the stored run.
  ///   - new: the run with its new settings.
  ///   - scoring: the rule for its scores.
  ///   - dataset: the run's dataset.
  /// - Throws: ``EvaluationError`` if the other column is unavailable, or reviews were made with the old one.
  package init?(
    from old: RunRecord, to new: RunRecord, by scoring: RunScoring, _ entries: [ResponseEntry],
    _ dataset: DatasetRecord?
  ) async throws {
    let isOtherColumn =
      scoring.expectedColumn != RunScoring(scoring: .none, expectedColumn: old.expectedColumn).expectedColumn
    let comparesTexts = scoring.scorer.comparesTexts
    let outdated = entries.filter { entry in
      isOtherColumn || comparesTexts && !scoring.isMade(entry)
        || !scoring.uncheckedMetrics(of: entry).isEmpty || scoring.mayLackSkips(entry)
    }
    guard !outdated.isEmpty else { return nil }
    let rows = isOtherColumn ? try Self.rows(of: new, entries, dataset) : nil
    let rescored = try await mapConcurrently(outdated) { entry -> ResponseRecord? in
      let stored = try entry.decoded()
      var response = stored
      if let rows, response.rowIndex < rows.count {
        let row = rows[response.rowIndex]
        (response.input, response.expectedOutput) = (row.input, row.expectedOutput)
      }
      response.compare(by: scoring)
      response.check(by: scoring)
      return response == stored ? nil : response
    }
    responses = rescored.compactMap(\.self)
    if responses.isEmpty { return nil }
    self.old = old
  }

  private static func otherRun(like run: RunRecord) -> String {
    "runs_create with like_run \(run.id), reuse true and the other expected_column makes a run that copies the answers."
  }

  private static func rows(of run: RunRecord, _ entries: [ResponseEntry], _ dataset: DatasetRecord?) throws -> RunRows {
    guard entries.allSatisfy({ $0.judgeReviewCount == 0 }) else {
      throw EvaluationError(
        "The judge of run \(run.id) was shown the expected output of another column, so expected_column cannot change. "
          + "\(otherRun(like: run))")
    }
    guard let table = try dataset?.table(of: run) else {
      throw EvaluationError(
        "\(ChangedDataset.change(dataset, since: run)), so its answers cannot be compared with another column. "
          + "\(otherRun(like: run))")
    }
    return try RunRows(template: RequestTemplate(""), table: table, expectedColumn: run.expectedColumn)
  }

  /// Stores the scores.
  /// - Throws: ``EvaluationError`` if the run has changed meanwhile.
  package func apply(in transaction: inout Transaction) throws(EvaluationError) {
    guard let run = transaction.tables.runs[old.id], run.updatedAt == old.updatedAt, run.status == old.status else {
      throw EvaluationError(
        "Run \(old.id) has changed while its answers were scored again. Call the tool once more.")
    }
    for response in responses { transaction.put(response) }
  }
}
