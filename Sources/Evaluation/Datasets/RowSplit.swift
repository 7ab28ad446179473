import JSONCoding
import Store

/// The parts of a dataset, assigned to rows by a hash of their input values.
///
/// A row keeps its part when rows are added, and rows with equal inputs share a part. The input is hashed, not the
/// rendered prompt, so that two versions of a prompt get the same rows; no property of a run is hashed. A value in the
/// column `__split` takes precedence.
package struct RowSplit: Sendable {
  /// The column that names a row's part.
  package static let column = "__split"
  /// The smallest number of rows that can be split.
  package static let fewestRows = 30
  static let seed: UInt64 = 0x5eed

  private let table: CSVTable
  private let override: Int?
  /// The input columns, by name.
  private let columns: [Int]

  package init(_ table: CSVTable) throws(RowSelectionError) {
    try RowSelection.part(.train).check(columns: table.columns, rowCount: table.rowCount)
    self.table = table
    override = table.columnIndex(Self.column)
    columns = table.columns.indices.filter { index in
      let name = table.columns[index]
      return !RowColumn.isSetting(name) && name != RunRows.standardExpectedColumn
    }.sorted { table.columns[$0] < table.columns[$1] }
  }

  /// The rows of a part, counted from 0, ascending.
  package func rows(of part: DatasetPart) throws(RowSelectionError) -> [Int] {
    var rows: [Int] = []
    for row in 0..<table.rowCount where try self.part(of: row) == part { rows.append(row) }
    guard !rows.isEmpty else { throw .emptyPart(part) }
    return rows
  }

  /// The part of a row, counted from 0.
  package func part(of row: Int) throws(RowSelectionError) -> DatasetPart {
    let values = table.row(row)
    if let override, !values[override].isBlank {
      guard let part = DatasetPart(rawValue: values[override].trimmed().lowercased()) else {
        throw .unknownPart(values[override].trimmed(), row: row)
      }
      return part
    }
    var place = Self.place(columns.map { (table.columns[$0], values[$0]) })
    for part in DatasetPart.allCases {
      if place < part.share { return part }
      place -= part.share
    }
    return .test
  }

  /// A number in 0..<1 derived from names and values.
  private static func place(_ members: [(name: String, value: String)]) -> Double {
    var hasher = FNV1a()
    for member in members {
      hasher.combine(part: member.name)
      hasher.combine(part: member.value)
    }
    // FNV-1a alone maps similar texts to nearby values.
    var random = SeededGenerator(seed: hasher.hash ^ seed)
    return random.unit()
  }
}
