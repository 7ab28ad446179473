package import Store

/// Which rows of a dataset are one piece of evidence.
package enum RowGroups {
  /// The column that names groups.
  package static let column = "__cluster"

  /// The group of each row: rows with equal values in the column `__cluster`, else those for which both runs were sent
  /// the same prompts.
  ///
  /// - Parameters:
  ///   - runs: baseline and candidate.
  ///   - table: nil for rows that are all their own.
  package static func of(_ runs: [RunRecord], _ table: CSVTable?) throws(TemplateError) -> [Int: Int] {
    guard let table else { return [:] }
    if let index = table.columnIndex(column) {
      return groups(table.rowCount) { table.row($0)[index] }
    }
    let rows = try runs.compactMap(\.snapshot).map { snapshot throws(TemplateError) in
      try RunRows(template: Template(snapshot.template), table: table)
    }
    return groups(table.rowCount) { row in rows.map { $0.texts(at: row).prompt }.joined(separator: "\u{0}") }
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
