import Evaluation
import Store

/// Rows of a run with the same failure: equal inputs, answers and scores.
struct WeakRowGroup: Sendable {
  /// The first row of the group.
  let row: WeakRow
  private(set) var rowIndices: [Int]

  /// The largest number of rows that are read.
  private static let readRows = 2_000

  /// All rows without the best score, lowest first; equal rows are grouped.
  ///
  /// - Parameters:
  ///   - rows: the rows that count; nil for all.
  ///   - hasClasses: whether the rows have few expected values.
  static func all(of view: RunView, rows: Set<Int>?, hasClasses: Bool) throws(StoreError) -> [WeakRowGroup] {
    struct Key: Hashable {
      let score: Double
      let texts: [String?]
    }
    var groups: [WeakRowGroup] = []
    var known: [Key: Int] = [:]
    for row in try WeakRow.lowest(readRows, of: view, rows: rows, hasClasses: hasClasses) {
      let key = Key(score: row.score, texts: [row.input, row.expected, row.response])
      if let index = known[key] {
        groups[index].rowIndices.append(row.rowIndex)
      } else {
        known[key] = groups.count
        groups.append(WeakRowGroup(row: row, rowIndices: [row.rowIndex]))
      }
    }
    return groups
  }

  /// `row 3`, or `14 equal rows: 3, 5, 8, ...`.
  var label: String {
    guard rowIndices.count > 1 else { return "row \(row.rowIndex)" }
    let shown = rowIndices.prefix(20).map(String.init).joined(separator: ", ")
    return "\(rowIndices.count) equal rows: \(shown)\(rowIndices.count > 20 ? ", ..." : "")"
  }
}
