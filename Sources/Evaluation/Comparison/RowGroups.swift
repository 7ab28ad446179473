import JSONCoding
package import Store

/// Which rows of two runs are one piece of evidence.
///
/// A group is the rows with equal values in the column `__cluster`; rows that it says nothing of, and those of a dataset
/// without it, are one group where both runs were sent the same prompts.
package struct RowGroups: Sendable {
  /// The column that names groups.
  package static let column = "__cluster"

  /// The group of each row that both runs run on, as far as is known.
  private let numbers: [Int: Int]
  /// Whether the rows had groups by name that nobody knows any more.
  private let hasLostNames: Bool

  /// Finds the groups in the dataset, or, where it has changed, in what the runs recorded with their responses.
  ///
  /// - Parameters:
  ///   - runs: baseline and candidate.
  ///   - table: the table that they ran on; nil where it has changed.
  ///   - columns: those that the dataset has now.
  package init(_ runs: [ComparedRun], table: CSVTable?, columns: [String]) throws {
    if let table {
      numbers = try Self.numbers(runs.map(\.run), table)
      hasLostNames = false
    } else {
      let recorded = try Self.recorded(runs)
      numbers = recorded.numbers
      hasLostNames = recorded.unnamed > 0 && (recorded.named > 0 || columns.contains(Self.column))
    }
  }

  /// The group of a row.
  subscript(row: Int) -> Int { numbers[row] ?? -1 - row }

  /// The groups with rows that are still to be answered or reviewed.
  ///
  /// They do not count before they are complete: what has counted once must not change.
  func open(_ runs: ComparedRun...) -> Set<Int> {
    if runs.allSatisfy(\.isThrough) { return [] }
    let rows = Set(numbers.keys).union(runs.flatMap(\.entries.keys))
    let isOpen = { (row: Int) in runs.contains { !$0.isSettled(row: row) } }
    return Set(rows.filter(isOpen).map { self[$0] })
  }

  /// Why runs cannot be compared whose groups are not known; nil for others.
  func doubt(_ baseline: ComparedRun, _ candidate: ComparedRun) -> String? {
    guard hasLostNames else { return nil }
    return
      "\(candidate.title) and \(baseline.title) cannot be compared: the dataset was changed since, and which rows its "
      + "column \(Self.column) named as one group was not recorded with them. runs_generate with restart: true runs both "
      + "again."
  }

  // MARK: What makes a group

  private enum Key: Hashable {
    case name(String)
    case prompts([String])

    init(name: String?, prompts: @autoclosure () -> [String]) {
      if let name = name?.trimmed(), !name.isEmpty {
        self = .name(name)
      } else {
        self = .prompts(prompts())
      }
    }
  }

  private static func numbers(_ runs: [RunRecord], _ table: CSVTable) throws -> [Int: Int] {
    var rows = Set(0..<table.rowCount)
    for run in runs { rows.formIntersection(try (RowSelection(run.snapshot?.rows) ?? .all).rows(of: table)) }
    return try numbers(of: rows.sorted(), templates: try runs.map { try $0.sentTemplate }, in: table)
  }

  /// The group of each of some rows that prompts are made from.
  package static func numbers(of rows: [Int], templates: [RequestTemplate], in table: CSVTable) throws -> [Int: Int] {
    let name = table.columnIndex(column)
    let bound = try templates.map { try RunRows(template: $0, table: table) }
    return numbers(rows) { row in
      Key(name: name.map { table.row(row)[$0] }, prompts: bound.flatMap { $0.texts(at: row) })
    }
  }

  /// The groups as the responses have them, and how many rows say what the column held, be it nothing.
  private static func recorded(_ runs: [ComparedRun]) throws -> (numbers: [Int: Int], named: Int, unnamed: Int) {
    let templates = try runs.map { ($0.run, try $0.run.sentTemplate) }
    var (named, unnamed) = (0, 0)
    let rows = Set(runs.flatMap(\.entries.keys)).sorted()
    let numbers = try numbers(rows) { row in
      let responses = try runs.compactMap { try $0.entries[row]?.decoded() }
      let name = responses.lazy.compactMap { $0.input[column]?.stringValue }.first
      if name == nil { unnamed += 1 } else { named += 1 }
      return Key(
        name: name,
        prompts: templates.flatMap { run, template in
          template.renderTexts(values: template.variables.map { responses.first?.value(of: $0, in: run) ?? "" })
        })
    }
    return (numbers, named, unnamed)
  }

  private static func numbers(_ rows: [Int], _ key: (Int) throws -> Key) rethrows -> [Int: Int] {
    var first: [Key: Int] = [:]
    var numbers: [Int: Int] = [:]
    for row in rows {
      let key = try key(row)
      numbers[row] = first[key] ?? row
      first[key] = numbers[row]
    }
    return numbers
  }
}

extension ResponseRecord {
  /// What a variable of the template stood for in the row that a run answered; nil where that is not recorded.
  package func value(of name: String, in run: RunRecord) -> String? {
    // A column may be composed where the variable is decomposed: to Unicode the names are the same.
    (input[name] ?? input.members.first { $0.key == name }?.value)?.stringValue
      ?? (name == run.expectedColumn ?? RunRows.standardExpectedColumn ? expectedOutput : nil)
  }
}
