import Evaluation
import JSONCoding
import MCP
import Store

/// `archive`.
struct ArchiveTool {
  let services: Services

  /// Archives records of a kind or brings them back.
  private typealias Change =
    @Sendable (_ ids: [Int], _ isArchived: Bool, _ transaction: inout Transaction) throws -> Void

  /// The kinds that can be archived.
  private static let kinds: [(name: String, change: Change)] = TaggedRecords.all.map { entry(of: $0) }

  private static func entry<Row: TaggedRecord>(of type: Row.Type) -> (name: String, change: Change) {
    (Row.kind.rawValue, { ids, isArchived, transaction in try transaction.archive(type, ids, isArchived) })
  }

  private static let kind = Field<String>.required("kind", .choice(of: kinds.map(\.name)), "What to archive.")
    .selfExplaining
  private static let ids = Field<[Int]>.required("ids", .array(of: .id), "Ids of that kind.").alias("id").selfExplaining
  private static let restore = Field<Bool>.defaulted("restore", .boolean, default: false, "Bring back instead.")

  var archive: Tool {
    Tool(
      name: "archive", title: "Archive", description: "Hide from lists without deleting; search and get still find it.",
      toolset: "search", annotations: .marking, fields: [Self.kind, Self.ids, Self.restore]
    ) { [store = services.store] arguments, _ in
      let (name, isArchived) = (arguments[Self.kind], !arguments[Self.restore])
      guard let kind = Self.kinds.first(where: { $0.name == name }) else { throw ToolError("kind is unknown.") }
      let ids = arguments[Self.ids]
      try await store.commit { transaction in try kind.change(ids, isArchived, &transaction) }
      return ["kind": .string(name), "ids": .array(ids.map(JSONValue.int)), "archived": .bool(isArchived)]
    }
  }
}
