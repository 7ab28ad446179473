import MCP
import Store

/// A record that a message to a person can mention by name.
protocol NamedRecord: Record {
  var displayName: String { get }
  /// Whether a name in lower case, without what tells its versions apart, means this one.
  func isCurrent(ofName name: String) -> Bool
}

extension NamedRecord {
  func isCurrent(ofName name: String) -> Bool { false }
}

extension PromptRecord: NamedRecord {
  var displayName: String { "\(name) v\(versionNumber)" }
  func isCurrent(ofName name: String) -> Bool { current && self.name.lowercased() == name }
}
extension DatasetRecord: NamedRecord {
  var displayName: String { name }
}
extension RunRecord: NamedRecord {
  var displayName: String { name }
}
extension MetricRecord: NamedRecord {
  var displayName: String { name }
}
extension MetricGroupRecord: NamedRecord {
  var displayName: String { name }
}
extension ExperimentRecord: NamedRecord {
  var displayName: String { name }
}
extension SessionRecord: NamedRecord {
  var displayName: String { key }
}
extension TagRecord: NamedRecord {
  var displayName: String { name }
}
extension ProviderCredentialRecord: NamedRecord {
  var displayName: String { name ?? provider }
}

extension Field where Value == Int {
  /// The id of the record that a tool is about, also taken by the name of its kind: `run_id`.
  static func id(of kind: RecordKind, _ description: String? = nil) -> Field<Int> {
    let name = kind.singular.prefix(1).uppercased() + kind.singular.dropFirst()
    let words = kind.singular.split(separator: " ").joined(separator: "_")
    return .required("id", .integer(1...), description ?? "\(name) id.").alias("\(words)_id")
  }
}

extension Tables {
  /// The record, or an error that names those that are there.
  func find<Row: NamedRecord>(_ type: Row.Type, _ id: Int) throws(ToolError) -> Row {
    if let row = self[keyPath: Row.table][id] { return row }
    throw .notFound(Row.kind, id, among: self[keyPath: Row.table].newestFirst)
  }
}

extension ToolError {
  /// How many records an error mentions.
  private static let mentioned = 5
  /// How much of a name it shows.
  private static let longestName = 60

  static func notFound(_ kind: RecordKind, _ id: Int, among rows: [some NamedRecord]) -> ToolError {
    let maker = kind == .sessions ? "chat_completions_create with session_id" : "\(kind.rawValue)_create"
    let wayOn = rows.isEmpty ? "\(maker) makes one" : "\(kind.rawValue)_list shows all"
    return ToolError("No \(kind.singular) \(id). \(listed(rows, of: kind)). \(wayOn).")
  }

  /// - Parameter isAmbiguous: whether the rows are those of that name, and not all there are.
  static func noneNamed(
    _ name: String, _ kind: RecordKind, among rows: [some NamedRecord], isAmbiguous: Bool
  ) -> ToolError {
    let fault = isAmbiguous ? "Several \(kind.singular)s are" : "No \(kind.singular) is"
    return ToolError(
      "\(fault) named \"\(Clipping.clip(name, to: longestName))\". \(listed(rows, of: kind)). Give the id.")
  }

  /// `Runs: 3 "baseline", 2 "v2"`.
  private static func listed(_ rows: [some NamedRecord], of kind: RecordKind) -> String {
    if rows.isEmpty { return "There are none yet" }
    let plural = kind.singular.prefix(1).uppercased() + kind.singular.dropFirst() + "s"
    let names = rows.prefix(mentioned).map { row in
      "\(row.id) \"\(Clipping.clip(row.displayName, to: longestName))\""
    }.joined(separator: ", ")
    let more = rows.count > mentioned ? ", and \(rows.count - mentioned) more" : ""
    return "\(plural): \(names)\(more)"
  }
}
