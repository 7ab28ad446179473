package import Store

/// Which rows of a dataset are one piece of evidence.
package enum RowGroups {
  /// The column that names groups.
  package static let column = "__cluster"

  /// The group of each row that is not alone: rows with equal values in the column `__cluster`, else those for which the
  /// baseline was sent the same prompt.
  ///
  /// - Parameter dataset: nil, or changed since the run, for rows that are all their own.
  package static func of(_ baseline: RunRecord, _ dataset: DatasetRecord?) throws -> [Int: Int] {
    guard let dataset, let snapshot = baseline.snapshot, Fingerprint.of(dataset.csvData) == snapshot.datasetHash else {
      return [:]
    }
    let table = try CSVTable(dataset.csvData)
    if let index = table.columnIndex(column) {
      return groups(table.rowCount) { table.row($0)[index] }
    }
    let rows = try RunRows(
      template: Template(snapshot.template), table: table, expectedColumn: baseline.expectedColumn)
    return groups(table.rowCount) { rows.texts(at: $0).prompt }
  }

  private static func groups(_ count: Int, _ key: (Int) -> String) -> [Int: Int] {
    var numbers: [String: Int] = [:]
    var groups: [Int: Int] = [:]
    for row in 0..<count {
      let key = key(row)
      if numbers[key] == nil { numbers[key] = row }
      groups[row] = numbers[key]
    }
    return groups
  }
}
