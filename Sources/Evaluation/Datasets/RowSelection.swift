import JSONCoding
import Store

/// The rows of a dataset that a run uses.
package enum RowSelection: Sendable, Equatable {
  case all
  case part(DatasetPart)
  /// A number of rows drawn with a fixed seed: every run with the same number gets the same rows of a dataset.
  case sample(Int)

  /// The words for a selection; a number is the alternative.
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

  /// Whether the rows are kept apart from those by which prompts are written.
  var isHeldOut: Bool { [.part(.validation), .part(.test)].contains(self) }

  /// The selection as recorded in a run; nil for all rows.
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

  /// The number of selected rows of a dataset; 0 for a part that the dataset does not have.
  ///
  /// A part is counted row by row, because a hash seldom hits its share.
  func count(in dataset: DatasetRecord) -> Int {
    switch self {
    case .all: return dataset.rowCount
    case .sample(let count): return min(count, dataset.rowCount)
    case .part:
      do { return try rows(of: dataset.table()).count } catch { return 0 }
    }
  }

  /// Checks that a dataset is large enough to be split, if the selection is a part.
  package func check(columns: [String], rowCount: Int) throws(RowSelectionError) {
    guard case .part = self, !columns.contains(RowSplit.column), rowCount < RowSplit.fewestRows else { return }
    throw .tooFewRows(rowCount)
  }
}

/// A selection that has no rows, with its remedy.
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
