import JSONCoding
package import Store

extension Tables {
  /// The record with an id.
  /// - Throws: ``EvaluationError`` that names some existing records.
  package func find<Row: NamedRecord>(_ type: Row.Type, _ id: Int) throws(EvaluationError) -> Row {
    if let row = self[keyPath: Row.table][id] { return row }
    throw .notFound(Row.kind, id, among: self[keyPath: Row.table].newestFirst)
  }

  /// The record with an id or with a unique name; a number is a name only if no record has that id.
  package func find<Row: NamedRecord>(_ type: Row.Type, named text: String) throws(EvaluationError) -> Row {
    let id = Int(text.trimmed())
    if let id, let row = self[keyPath: Row.table][id] { return row }
    let rows = self[keyPath: Row.table].newestFirst
    let sought = text.lowercased()
    var same = rows.filter { $0.displayName.lowercased() == sought }
    // A prompt's name without a version means the current version.
    if same.isEmpty { same = rows.filter { $0.isCurrent(ofName: sought) } }
    if same.count == 1, let row = same.first { return row }
    if let id, same.isEmpty { throw .notFound(Row.kind, id, among: rows) }
    throw .noneNamed(text, Row.kind, among: same.isEmpty ? rows : same, isAmbiguous: !same.isEmpty)
  }
}

extension EvaluationError {
  /// The largest number of records mentioned in an error.
  private static let mentioned = 5
  /// The largest number of characters of a name in an error.
  private static let longestName = 60

  static func notFound(_ kind: RecordKind, _ id: Int, among rows: [some NamedRecord]) -> EvaluationError {
    let maker = kind == .sessions ? "chat_completions_create with session_id" : "\(kind.rawValue)_create"
    let nextStep = rows.isEmpty ? "\(maker) makes one" : "\(kind.rawValue)_list shows all"
    return EvaluationError("No \(kind.singular) \(id). \(listed(rows, of: kind)). \(nextStep).")
  }

  /// - Parameter isAmbiguous: whether the rows are those with that name, rather than all.
  static func noneNamed(
    _ name: String, _ kind: RecordKind, among rows: [some NamedRecord], isAmbiguous: Bool
  ) -> EvaluationError {
    let fault = isAmbiguous ? "Several \(kind.singular)s are" : "No \(kind.singular) is"
    return EvaluationError(
      "\(fault) named \"\(name.clipped(to: longestName))\". \(listed(rows, of: kind)). Give the id.")
  }

  /// `Runs: 3 "baseline", 2 "v2"`.
  private static func listed(_ rows: [some NamedRecord], of kind: RecordKind) -> String {
    if rows.isEmpty { return "There are none yet" }
    let plural = kind.singular.prefix(1).uppercased() + kind.singular.dropFirst() + "s"
    let names = rows.prefix(mentioned).map { row in
      "\(row.id) \"\(row.displayName.clipped(to: longestName))\""
    }.joined(separator: ", ")
    let more = rows.count > mentioned ? ", and \(rows.count - mentioned) more" : ""
    return "\(plural): \(names)\(more)"
  }
}
