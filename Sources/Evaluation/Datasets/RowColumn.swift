/// The meaning of a dataset's column, by its name.
package enum RowColumn {
  /// Whether a column holds a setting of the row, and no input data.
  package static func isSetting(_ name: String) -> Bool { name.hasPrefix("__") }

  /// Whether a run records a column's values with its responses.
  ///
  /// It records the input columns, and the group column, which a comparison needs after the dataset has changed.
  static func isRecorded(_ name: String) -> Bool { !isSetting(name) || name == RowGroups.column }

  /// A column with a meaning for the program.
  private struct Known {
    let name: String
    /// The column's purpose, as the end of a sentence.
    let purpose: String
    /// Common misspellings, in lower case and without separators between words.
    let spellings: Set<String>
  }

  private static let known = [
    Known(
      name: RunRows.standardExpectedColumn,
      purpose: "is what responses are compared with, unless a run's expected_column names another",
      spellings: ["expected", "expectedoutput", "expectedoutputs", "expectedanswer"]),
    Known(name: RowGroups.column, purpose: "groups the rows that belong together", spellings: ["cluster", "clusters"]),
    Known(name: RowSplit.column, purpose: "says train, validation or test", spellings: ["split", "splits"]),
  ]

  /// Notes on columns whose names are close to those with a meaning.
  package static func notes(on columns: [String]) -> [String] {
    columns.compactMap { column in
      guard !known.contains(where: { $0.name == column }) else { return nil }
      let spelling = column.lowercased().filter { $0.isLetter || $0.isNumber }
      if let meant = known.first(where: { $0.spellings.contains(spelling) }), !columns.contains(meant.name) {
        return "The column \"\(column)\" is plain data: \(meant.name) \(meant.purpose)."
      }
      guard isSetting(column) else { return nil }
      let names = known.map(\.name).filter(isSetting).joined(separator: " and ")
      return "The column \"\(column)\" is not used: of the columns that begin with __ only \(names) have a meaning."
    }
  }
}
