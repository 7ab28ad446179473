package import Store

/// The rows that a running run is going to answer, including those answered since its start.
package struct UnansweredRows: Sendable {
  private let rows: RunRows
  /// The row indices in the dataset.
  package let indices: [Int]
  /// The rows whose calls have begun.
  private let underWay: Set<Int>

  init(rows: RunRows, indices: [Int], underWay: Set<Int> = []) {
    self.rows = rows
    self.indices = indices
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
    self.init(rows: rows, indices: rows.indices)
  }

  package func status(ofRow index: Int) -> ResponseStatus { underWay.contains(index) ? .running : .pending }

  /// The row as a response without an answer; the store does not contain it.
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
