package import Store

/// The rows that a run under way is going to answer, those included that it has answered since.
package struct UnansweredRows: Sendable {
  private let rows: RunRows
  /// Their numbers in the dataset.
  package let indices: [Int]
  /// Those whose calls have begun.
  private let underWay: Set<Int>

  init(rows: RunRows, indices: [Int], underWay: Set<Int> = []) {
    self.rows = rows
    self.indices = indices
    self.underWay = underWay
  }

  /// The rows of a run that another process generates; nil where they cannot be told.
  ///
  /// Which of them are under way is not recorded.
  init?(of run: RunRecord, _ dataset: DatasetRecord?) throws(EvaluationError) {
    let table = try dataset?.table(of: run)
    guard dataset == nil || table != nil else { return nil }
    let rows = try RunRows(
      template: RequestTemplate(""), table: table, expectedColumn: run.expectedColumn,
      selected: RunPlanner.selectedRows(of: run, table))
    self.init(rows: rows, indices: rows.indices)
  }

  package func status(ofRow index: Int) -> ResponseStatus { underWay.contains(index) ? .running : .pending }

  /// A row as a response without an answer, which is not in the store.
  package func response(toRow index: Int, of run: RunRecord) -> ResponseRecord {
    let row = rows[index]
    var response = ResponseRecord()
    response.runID = run.id
    response.rowIndex = index
    response.status = status(ofRow: index)
    response.input = row.input
    response.expectedOutput = row.expectedOutput
    response.createdAt = run.startedAt ?? run.createdAt
    return response
  }
}
