import MCP
import Store

extension Tables {
  /// The ids, as texts, of the records whose id begins with a text or whose name has it, the newest first.
  func ids<Row: NamedRecord>(
    _ type: Row.Type, matching text: String, where isIncluded: (Row) -> Bool = { _ in true }
  ) -> [String] {
    let sought = text.lowercased()
    return self[keyPath: Row.table].newestFirst.filter { row in
      isIncluded(row)
        && (sought.isEmpty || "\(row.id)".hasPrefix(sought) || row.displayName.lowercased().contains(sought))
    }.map { "\($0.id)" }
  }

  func idsOfRunsWithResponses(matching text: String) -> [String] {
    ids(RunRecord.self, matching: text) { !responses.entries(ofRun: $0.id).isEmpty }
  }

  /// The record that a person means by its id or by its name, which must then be the only one of that name.
  func find<Row: NamedRecord>(_ type: Row.Type, named text: String) throws(ToolError) -> Row {
    if let id = Int(text.filter { !$0.isWhitespace }) { return try find(type, id) }
    let rows = self[keyPath: Row.table].newestFirst
    let sought = text.lowercased()
    var same = rows.filter { $0.displayName.lowercased() == sought }
    // A prompt's name without a version means the current one.
    if same.isEmpty { same = rows.filter { $0.isCurrent(ofName: sought) } }
    if same.count == 1, let row = same.first { return row }
    throw .noneNamed(text, Row.kind, among: same.isEmpty ? rows : same, isAmbiguous: !same.isEmpty)
  }
}
