import JSONCoding
import Store

/// Passages of a request that were copied from rows of a dataset, so that its score on held-out rows proves nothing.
///
/// - In the instructions (template, system prompt, tools, schema) no passage may come from any row: a rule for a row is
///   no rule for others.
/// - In the turns before the template, which are examples, a passage may come from train rows, but not from rows of the
///   parts by which drafts are chosen and tested.
///
/// A row whose cells are too short for such a sequence is copied if its whole input and its expected output stand near
/// each other (``CopiedPairs``).
///
/// A sequence is no passage of a row if it stands in an earlier version, or in a tenth of all rows as well: in what all
/// rows share, and in the names of classes.
struct CopiedRows: Sendable {
  /// A passage, and the row that has it.
  struct Passage: Sendable, Equatable {
    let text: String
    let row: Int
    let part: DatasetPart
    let isExample: Bool
  }

  private(set) var passages: [Passage] = []

  /// The smallest number of different cells with a sequence that belongs to no row.
  private static let fewestSharing = 3
  private static let shareSharing = 0.1

  /// The number of cells or rows of a table from which words belong to no row.
  static func sharing(_ table: CSVTable) -> Int {
    max(fewestSharing, Int((shareSharing * Double(table.rowCount)).rounded(.up)))
  }

  /// The largest number of passages that are named.
  private static let mostNamed = 3
  private static let longestNamed = 200

  private struct Finding {
    var row: Int
    var part: DatasetPart
    /// The hashes of the cells that have the sequence, up to the number from which it belongs to no row.
    var cells: Set<Int> = []
  }

  /// - Parameters:
  ///   - request: what is sent.
  ///   - earlier: the requests of earlier versions.
  ///   - expectedColumn: the column of expected outputs; nil for the standard one.
  init(
    _ request: RequestTexts, earlier: [RequestTexts], table: CSVTable, expectedColumn: String? = nil
  ) throws(RowSelectionError) {
    let pairs = CopiedPairs(earlier: earlier, table: table, expectedColumn: expectedColumn)
    let short =
      try pairs.passages(in: request.instructions, isExample: false)
      + pairs.passages(in: request.examples, isExample: true).filter { $0.part != .train }
    try self.init(sequencesOf: request, earlier: earlier, table: table)
    passages += short
  }

  private init(
    sequencesOf request: RequestTexts, earlier: [RequestTexts], table: CSVTable
  ) throws(RowSelectionError) {
    let known = Set(earlier.flatMap { $0.instructions + $0.examples }.flatMap(WordSequences.hashes))
    let instructions = WordSequences(request.instructions)
    let examples = WordSequences(request.examples)
    let sought = Set(instructions.places.keys).union(examples.places.keys).subtracting(known)
    if sought.isEmpty { return }
    let split = try RowSplit(table)
    let columns = table.columns.indices.filter { !RowColumn.isSetting(table.columns[$0]) }
    let enough = Self.sharing(table)
    var findings: [UInt64: Finding] = [:]
    for row in 0..<table.rowCount {
      let cells = table.row(row)
      for column in columns {
        let hashes = WordSequences.hashes(in: cells[column]).filter(sought.contains)
        if hashes.isEmpty { continue }
        let part = try split.part(of: row)
        for hash in hashes {
          var finding = findings[hash] ?? Finding(row: row, part: part)
          if finding.part == .train, part != .train { (finding.row, finding.part) = (row, part) }
          if finding.cells.count < enough { finding.cells.insert(cells[column].hashValue) }
          findings[hash] = finding
        }
      }
    }
    let copied = findings.filter { $0.value.cells.count < enough }
    passages = Self.passages(instructions, copied, isExample: false)
    passages += Self.passages(examples, copied.filter { $0.value.part != .train }, isExample: true)
  }

  private static func passages(
    _ sequences: WordSequences, _ copied: [UInt64: Finding], isExample: Bool
  ) -> [Passage] {
    sequences.passages(of: copied.keys).compactMap { text, hashes in
      let rows = hashes.compactMap { copied[$0] }
      // A row that must never be read says more than one that may.
      guard let found = rows.first(where: { $0.part != .train }) ?? rows.first else { return nil }
      return Passage(text: text, row: found.row, part: found.part, isExample: isExample)
    }
  }

  /// Why a run of held-out rows is refused, and what to do; nil if nothing was copied.
  var problem: String? {
    if passages.isEmpty { return nil }
    let named = passages.prefix(Self.mostNamed).map { passage in
      "\"\(passage.text.clipped(to: Self.longestNamed))\" stands in row_index \(passage.row) (\(passage.part.rawValue))"
        + (passage.isExample ? " and in messages" : "")
    }.joined(separator: ", ")
    let more = passages.count > Self.mostNamed ? ", and \(passages.count - Self.mostNamed) more" : ""
    var advice: [String] = []
    if passages.contains(where: { !$0.isExample }) {
      advice.append("Say the rule in words of your own that hold for other rows too.")
    }
    if passages.contains(where: { !$0.isExample && $0.part == .train }) {
      advice.append("A train row that is wanted as an example may stand in messages, the turns before the template.")
    }
    if passages.contains(where: { $0.part != .train }) {
      advice.append(
        "A row that is wanted as an example must not decide: give it the value train in the column \(RowSplit.column).")
    }
    let consequence =
      passages.allSatisfy { $0.part == .train }
      ? "What it sends is copied from train rows of the dataset, and a rule for these rows is no rule for others: "
      : "What it sends is copied from rows of the dataset, so its score on held-out rows would prove nothing: "
    return consequence
      + "\(named)\(more). \(advice.joined(separator: " "))"
  }
}

/// The texts of a request as written, with a gap for each variable.
struct RequestTexts: Sendable, Equatable {
  let instructions: [String]
  /// Those of the turns before the template.
  let examples: [String]

  init(_ template: String, _ settings: RequestSettings) {
    let others = settings.values.members.filter { $0.key != RequestSetting.messages.name }
    instructions = ([template] + others.flatMap { Self.strings(in: $0.value) }).map(Self.withGaps)
    examples = settings.messages.flatMap { Self.strings(in: .object($0)) }.map(Self.withGaps)
  }

  private static func strings(in value: JSONValue) -> [String] {
    value.stringValue.map { [$0] } ?? value.arrayValue?.flatMap(strings)
      ?? value.objectValue?.members.flatMap { strings(in: $0.value) } ?? []
  }

  private static func withGaps(_ text: String) -> String {
    let template = Template(text)
    return template.render(values: template.variables.map { _ in String(WordSequences.gap) })
  }
}
