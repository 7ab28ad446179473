import JSONCoding

/// Which rows of a dataset a run runs on.
package enum RowSelection: Sendable, Equatable {
  case all
  case part(DatasetPart)
  /// So many rows, drawn with a fixed seed: every run that asks for as many rows of a dataset gets the same.
  case sample(Int)

  /// What a selection may be written as, beside a number.
  package static let words = ["all"] + DatasetPart.allCases.map(\.rawValue)

  /// Reads `all`, `train`, `validation`, `test` or a number; nothing means all.
  package init?(_ text: String?) {
    switch text?.trimmed().lowercased() {
    case nil, "", "all": self = .all
    case let word?:
      if let part = DatasetPart(rawValue: word) {
        self = .part(part)
      } else if let count = Int(word), count > 0 {
        self = .sample(count)
      } else {
        return nil
      }
    }
  }

  /// The selection as a run records it; nil for all rows.
  package var text: String? {
    switch self {
    case .all: nil
    case .part(let part): part.rawValue
    case .sample(let count): String(count)
    }
  }

  /// The rows of a table, counted from 0, ascending.
  package func rows(of table: CSVTable) throws(RowSelectionError) -> [Int] {
    switch self {
    case .all: return Array(0..<table.rowCount)
    case .part(let part): return try RowSplit(table).rows(of: part)
    case .sample(let count):
      var random = SeededGenerator(seed: RowSplit.seed)
      let drawn = (0..<table.rowCount).map { (row: $0, number: random.next()) }
      return drawn.sorted { ($0.number, $0.row) < ($1.number, $1.row) }.prefix(count).map(\.row).sorted()
    }
  }

  /// How many rows it is going to be, before they are looked at; of a part, its share.
  func count(of rowCount: Int) -> Int {
    switch self {
    case .all: rowCount
    case .part(let part): Int((Double(rowCount) * part.share).rounded())
    case .sample(let count): min(count, rowCount)
    }
  }

  /// Refuses a part of a dataset that is too small to be split.
  package func check(columns: [String], rowCount: Int) throws(RowSelectionError) {
    guard case .part = self, !columns.contains(RowSplit.column), rowCount < RowSplit.fewestRows else { return }
    throw .tooFewRows(rowCount)
  }
}

/// Why rows cannot be selected, and what to do.
package enum RowSelectionError: ClientFacingError, Sendable, Equatable {
  case tooFewRows(Int)
  case unknownPart(String, row: Int)
  case emptyPart(DatasetPart)

  package var description: String {
    switch self {
    case .tooFewRows(let count):
      "The dataset has \(count) rows, and a split needs at least \(RowSplit.fewestRows): parts of so few rows would decide "
        + "nothing, so no claim on held-out rows is possible. Leave rows out to run on all, or add rows."
    case .unknownPart(let name, let row):
      "The column \(RowSplit.column) says \"\(name.prefix(40))\" in row_index \(row). It may say train, validation or "
        + "test, or be empty."
    case .emptyPart(let part):
      "No row of the dataset is in the part \(part.rawValue). Leave rows out to run on all, or add rows."
    }
  }
}
