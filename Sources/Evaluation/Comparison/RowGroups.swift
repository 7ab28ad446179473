import JSONCoding
package import Store

/// The rows of two runs grouped into pieces of evidence.
///
/// A group is the rows with equal values in the column `__cluster`. Rows without a value there, and rows of a dataset
/// without that column, form one group if both runs were sent the same prompts for them.
package struct RowGroups: Sendable {
  /// The column that names groups.
  package static let column = "__cluster"

  /// The group of each row that both runs have, where it is known.
  private let numbers: [Int: Int]
  /// Whether any row names its group; otherwise a group is the rows with the same prompts.
  package let isNamed: Bool
  /// Whether the names of the rows' groups are lost.
  private let hasLostNames: Bool

  /// Reads the groups from the dataset or, if it has changed, from the runs' responses.
  ///
  /// - Parameters:
  ///   - runs: baseline and candidate.
  ///   - table: the table of both runs; nil if it has changed.
  ///   - columns: the dataset's current columns.
  package init(_ runs: [ComparedRun], table: CSVTable?, columns: [String]) throws {
    if let table {
      numbers = try Self.numbers(runs.map(\.run), table)
      (isNamed, hasLostNames) = (Self.hasNames(table), false)
    } else {
      let recorded = try Self.recorded(runs)
      numbers = recorded.numbers
      isNamed = recorded.named > 0
      hasLostNames = recorded.unnamed > 0 && (recorded.named > 0 || columns.contains(Self.column))
    }
  }

  /// Reads the groups of runs of a dataset, which may have changed since.
  package init(_ runs: [ComparedRun], of dataset: DatasetRecord?) throws {
    try self.init(
      runs, table: try runs.first.flatMap { try dataset?.table(of: $0.run) }, columns: dataset?.columns ?? [])
  }

  /// The groups of one run, whose responses are read only where its dataset has changed.
  ///
  /// - Parameter table: its table; nil if it has changed.
  package init(of run: ComparedRun.Source, table: CSVTable?) throws {
    if let table {
      numbers = try Self.numbers([run.run], table)
      (isNamed, hasLostNames) = (Self.hasNames(table), false)
    } else {
      self = try RowGroups([ComparedRun(run)], table: nil, columns: [])
    }
  }

  /// The group of a row.
  package subscript(row: Int) -> Int { numbers[row] ?? -1 - row }

  /// Whether a row is known to be one of both runs.
  func contains(_ row: Int) -> Bool { numbers[row] != nil }

  /// The groups with rows that still lack an answer or a review.
  ///
  /// They do not count until they are complete, because a later row must not change what already counted.
  func open(_ runs: ComparedRun...) -> Set<Int> {
    if runs.allSatisfy(\.isFinished) { return [] }
    let rows = Set(numbers.keys).union(runs.flatMap(\.entries.keys))
    let isOpen = { (row: Int) in runs.contains { !$0.isSettled(row: row) } }
    return Set(rows.filter(isOpen).map { self[$0] })
  }

  /// Why the runs cannot be compared, if their groups are unknown; nil otherwise.
  func doubt(_ baseline: ComparedRun, _ candidate: ComparedRun) -> String? {
    guard hasLostNames else { return nil }
    return
      "\(candidate.title(besides: baseline)) and \(baseline.title(besides: candidate)) cannot be compared: the dataset was changed since, and which rows its "
      + "column \(Self.column) named as one group was not recorded with them. "
      + [baseline, candidate].map { ChangedDataset.remedy(likeRun: $0.run.id) }.joined(separator: " ")
  }

  // MARK: Forming groups

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

  private static func hasNames(_ table: CSVTable) -> Bool {
    guard let name = table.columnIndex(column) else { return false }
    return (0..<table.rowCount).contains { !table.row($0)[name].trimmed().isEmpty }
  }

  private static func numbers(_ runs: [RunRecord], _ table: CSVTable) throws -> [Int: Int] {
    var rows = Set(0..<table.rowCount)
    for run in runs { rows.formIntersection(try (RowSelection(run.snapshot?.rows) ?? .all).rows(of: table)) }
    return try numbers(of: rows.sorted(), templates: try runs.map { try $0.sentTemplate }, in: table)
  }

  /// The group of each of the given rows, by the prompts made from them.
  package static func numbers(of rows: [Int], templates: [RequestTemplate], in table: CSVTable) throws -> [Int: Int] {
    let name = table.columnIndex(column)
    let variables = Set(templates.flatMap(\.variables))
    if name == nil, variables.count == 1, let column = variables.first.flatMap(table.columnIndex) {
      // Prompts with one variable are equal where its values are, so they need not be rendered.
      return numbers(rows) { Key.prompts([table.row($0)[column]]) }
    }
    let bound = try templates.map { try RunRows(template: $0, table: table) }
    return numbers(rows) { row in
      Key(name: name.map { table.row(row)[$0] }, prompts: bound.flatMap { $0.texts(at: row) })
    }
  }

  /// The groups recorded in the responses, and the number of rows with and without a recorded column value.
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
    // Hashes of 64 bits, because the keys would take as much memory as the dataset. Among a million rows, two of them are
    // equal by chance with a probability of 3e-8.
    var first: [Int: Int] = [:]
    var numbers: [Int: Int] = [:]
    numbers.reserveCapacity(rows.count)
    for row in rows {
      let hash = try key(row).hashValue
      numbers[row] = first[hash] ?? row
      first[hash] = numbers[row]
    }
    return numbers
  }
}

extension ResponseRecord {
  /// The value of a template's variable in the row that a run answered; nil if it is not recorded.
  package func value(of name: String, in run: RunRecord) -> String? {
    // A column name may be composed and the variable decomposed; Unicode treats the names as equal.
    (input[name] ?? input.members.first { $0.key == name }?.value)?.stringValue
      ?? (name == run.expectedColumn ?? RunRows.standardExpectedColumn ? expectedOutput : nil)
  }
}
