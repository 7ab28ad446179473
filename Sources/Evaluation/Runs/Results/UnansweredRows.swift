package import Store

/// The answers that a running run is going to make, including those made since its start.
package struct UnansweredRows: Sendable {
  private let rows: RunRows
  package let keys: [AnswerKey]
  /// The answers whose calls have begun.
  private let underWay: Set<AnswerKey>

  init(rows: RunRows, keys: [AnswerKey], underWay: Set<AnswerKey> = []) {
    self.rows = rows
    self.keys = keys
    self.underWay = underWay
  }

  /// The rows of a run that another process generates; nil if they are unknown.
  ///
  /// The store does not record which of them have begun.
  init?(of run: RunRecord, _ dataset: DatasetRecord?) throws(EvaluationError) {
    let table = try dataset?.table(of: run)
    guard dataset == nil || table != nil else { return nil }
    let rows = try RunRows(
      template: RequestTemplate(""), table: table, expectedColumn: run.expectedColumn,
      selected: RunPlanner.selectedRows(of: run, table))
    self.init(rows: rows, keys: rows.keys(repeats: run.repeats))
  }

  package func status(of key: AnswerKey) -> ResponseStatus { underWay.contains(key) ? .running : .pending }

  /// The row and its place as a response without an answer; the store does not contain it.
  package func response(at key: AnswerKey, of run: RunRecord) -> ResponseRecord {
    let row = rows[key.rowIndex]
    var response = ResponseRecord()
    response.runID = run.id
    response.key = key
    response.status = status(of: key)
    response.input = row.input
    response.expectedOutput = row.expectedOutput
    response.createdAt = run.startedAt ?? run.createdAt
    return response
  }
}
