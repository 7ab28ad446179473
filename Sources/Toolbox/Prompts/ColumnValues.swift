import Evaluation
import JSONCoding
import MCP
import Store

/// Suggests values of a prompt's argument: those of the datasets' columns with its name.
enum ColumnValues {
  /// The longest suggested value; longer texts are not picked from a list.
  private static let longestValue = 200
  /// The largest number of different values that are collected.
  private static let enough = 1000
  /// The largest dataset that is read, because reading must be faster than typing.
  private static let largestDataset = 8 << 20

  /// The values that begin with the typed text, ignoring case, in row order.
  ///
  /// Only rows with the values of the arguments chosen so far count, unless there are none.
  static func matching(
    _ query: CompletionQuery, ofColumn column: String, in datasets: [DatasetRecord]
  ) throws(EvaluationError) -> [String] {
    var tables: [CSVTable] = []
    for dataset in datasets where dataset.columns.contains(column) && dataset.byteCount <= largestDataset {
      tables.append(try dataset.table())
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
      // A dataset without any of the other columns cannot be filtered by them.
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
