import Evaluation
import JSONCoding
import MCP
import Providers
import Store

/// The answers of a run with the messages that were sent for them, for formats of examples.
struct SentAnswers: Sendable {
  /// An answer that becomes an example, or the reason why it does not.
  typealias Choice = (_ response: ResponseRecord) -> String?

  private let projection: ResponseProjection
  /// The answers that become examples, in the order of their rows.
  private let entries: [ResponseEntry]
  let skipped: [ExportText.Skipped]

  /// - Parameter reason: why an answer is no example; nil for one that is.
  init(_ run: RunRecord, _ entries: [ResponseEntry], _ scoring: RunScoring, skipping reason: Choice) throws {
    let projection = ResponseProjection(run: run, scoring: scoring)
    self.projection = projection
    var chosen: [ResponseEntry] = []
    var reasons = SkippedRows()
    for entry in entries.sorted(by: { ($0.key, $0.id) < ($1.key, $1.id) }) {
      let response = try entry.decoded()
      if let why = reason(response) ?? Self.fault(of: response, projection) {
        reasons.add(entry.rowIndex, why)
      } else {
        chosen.append(entry)
      }
    }
    self.entries = chosen
    skipped = reasons.all
    guard !chosen.isEmpty else {
      throw ToolError(
        "Run \(run.id) has nothing to export in this format. "
          + (skipped.isEmpty
            ? "It has no responses; runs_generate makes them." : skipped.map(\.sentence).joined(separator: " ")))
    }
  }

  /// The lines of the examples.
  ///
  /// - Parameter line: an example from the messages and the response.
  func rows(_ line: @escaping @Sendable (_ messages: [JSONValue], _ response: ResponseRecord) -> JSONObject) -> RowText
  {
    .jsonLines(entries.count) { index in
      let response = try entries[index].decoded()
      return line(projection.rendered(response)?.messages.map(\.chatCompletions) ?? [], response)
    }
  }

  private static func fault(of response: ResponseRecord, _ projection: ResponseProjection) -> String? {
    guard let request = projection.rendered(response) else { return "What was sent for it is not recorded." }
    let files = request.turns.flatMap(\.images).contains { image in
      !["https://", "data:"].contains { image.address.hasPrefix($0) }
    }
    return files ? "It has an image from a file, which the format cannot hold." : nil
  }
}

/// Rows that a format leaves out, by reason.
struct SkippedRows {
  private static let shown = 10
  private var rows: [(why: String, rows: [Int])] = []

  mutating func add(_ row: Int, _ why: String) {
    if let index = rows.firstIndex(where: { $0.why == why }) {
      if rows[index].rows.last != row { rows[index].rows.append(row) }
    } else {
      rows.append((why, [row]))
    }
  }

  var all: [ExportText.Skipped] {
    rows.map { why, rows in
      let list = rows.prefix(Self.shown).map(String.init).joined(separator: ", ")
      let more = rows.count > Self.shown ? ", ..." : ""
      return .init(what: rows.count == 1 ? "row \(list)" : "\(rows.count) rows: \(list)\(more)", why: why)
    }
  }
}

extension ExportText.Skipped {
  /// What is skipped and why, such as `2 rows: 1, 3: There is no expected output.`.
  var sentence: String { "\(what.prefix(1).uppercased())\(what.dropFirst()): \(why)" }
}

extension Services {
  func sentAnswers(ofRun id: Int, skipping reason: @Sendable (RunScoring, ResponseRecord) -> String?) async throws
    -> SentAnswers
  {
    let (run, entries, scoring) = try await store.read { tables in
      let run = try tables.find(RunRecord.self, id)
      return (run, tables.responses.entries(ofRun: run.id), tables.scoring(of: run))
    }
    return try SentAnswers(run, entries, scoring) { reason(scoring, $0) }
  }
}

/// The rows of a dataset whose message is one column, for formats of examples.
struct DatasetExamples: Sendable {
  private let table: CSVTable
  private let input: Int
  private let expected: Int
  /// The rows with an expected output.
  private let rows: [Int]
  let skipped: [ExportText.Skipped]

  init(_ dataset: DatasetRecord) throws {
    table = try dataset.table()
    let name = RunRows.standardExpectedColumn
    guard let expected = table.columnIndex(name) else {
      throw ToolError(
        "Dataset \(dataset.id) has no column \(name), and this format needs the answers. Export a run of it instead, or "
          + "choose jsonl.")
    }
    let inputs = table.columns.filter { !RowColumn.isSetting($0) && $0 != name }
    guard let column = inputs.contains("input") ? "input" : inputs.count == 1 ? inputs[0] : nil,
      let input = table.columnIndex(column)
    else {
      throw ToolError(
        "Dataset \(dataset.id) has the columns \(inputs.joined(separator: ", ")), so it cannot be told which of them is "
          + "the message. Export a run of it, whose prompt makes one of them, or name one column input.")
    }
    (self.input, self.expected) = (input, expected)
    var rows: [Int] = []
    var reasons = SkippedRows()
    for index in 0..<table.rowCount {
      if table.row(index)[expected].isBlank {
        reasons.add(index, "There is no expected output.")
      } else {
        rows.append(index)
      }
    }
    self.rows = rows
    let others = inputs.filter { $0 != column }
    skipped =
      others.map { .init(what: "column \"\($0)\"", why: "The message is the column input.") } + reasons.all
  }

  func lines(_ line: @escaping @Sendable (_ message: JSONValue, _ expected: String) -> JSONObject) -> RowText {
    .jsonLines(rows.count) { index in
      let cells = table.row(rows[index])
      return line(["role": "user", "content": .string(cells[input])], cells[expected])
    }
  }
}
