import Evaluation
import JSONCoding
import MCP
import Store

/// What a prompt's argument may be: the values of the datasets' columns of its name.
enum ColumnValues {
  /// A longer value is a text, which nobody picks from a list.
  private static let longestValue = 200
  /// More different values than anybody looks through.
  private static let enough = 1000
  /// Reading a larger dataset would take longer than the pause between two keys.
  private static let largestDataset = 8 << 20

  /// The values that begin with what was typed, in the order of the rows; case does not count.
  ///
  /// Of the rows only those count that have the values of the arguments settled so far, unless there is none.
  static func matching(
    _ query: CompletionQuery, ofColumn column: String, in datasets: [DatasetRecord]
  ) throws(EvaluationError) -> [String] {
    var tables: [CSVTable] = []
    for dataset in datasets where dataset.columns.contains(column) && dataset.csvData.utf8.count <= largestDataset {
      tables.append(try CSVTable(dataset.csvData))
    }
    let related = values(query, of: column, in: tables, settled: query.arguments.filter { $0.key != column })
    return related.isEmpty ? values(query, of: column, in: tables, settled: [:]) : related
  }

  private static func values(
    _ query: CompletionQuery, of column: String, in tables: [CSVTable], settled: [String: String]
  ) -> [String] {
    let beginning = query.value.lowercased()
    var seen: Set<String> = []
    var values: [String] = []
    for table in tables {
      guard let index = table.columnIndex(column) else { continue }
      let conditions = settled.compactMap { name, value in table.columnIndex(name).map { (index: $0, value: value) } }
      // A dataset without any of the other columns says nothing of what goes with them.
      if conditions.isEmpty && !settled.isEmpty { continue }
      for row in 0..<table.rowCount where values.count < enough {
        let cells = table.row(row)
        let value = cells[index]
        guard conditions.allSatisfy({ cells[$0.index] == $0.value }), !value.isBlank,
          value.utf8.count <= longestValue, !value.contains(where: \.isNewline),
          beginning.isEmpty || value.lowercased().hasPrefix(beginning), seen.insert(value).inserted
        else { continue }
        values.append(value)
      }
    }
    return values
  }
}
