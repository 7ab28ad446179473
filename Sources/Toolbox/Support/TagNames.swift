import MCP
import Store

/// The names of tags: how they are written, found and made.
enum TagNames {
  static let field = Field<[String]?>.optional(
    "tag_names", .array(of: .name), "Replaces the tags; missing ones are created."
  ).alias("tags")
  static let filter = Field<[String]?>.optional(
    "tag_names", .array(of: .name), "Only items with any of these tags."
  ).alias("tag", "tags")
  /// What lists of tagged records can be searched by.
  static var filters: [any ToolField] { [filter, NameQuery.field] }

  private static let colors = [
    "crimson", "burnt-orange", "amber", "mint", "deep-emerald", "electric-cyan", "cobalt-blue", "deep-indigo",
    "amethyst", "rose",
  ]
  private static let longest = 64

  /// The name as it is stored: trimmed, lower case.
  static func normalized(_ name: String) throws(ToolError) -> String {
    let name = name.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
    let isValid = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
    guard !name.isEmpty, name.count <= longest, isValid else {
      throw ToolError(
        "\"\(Clipping.clip(name, to: longest))\" is no name for a tag. Use 1 to \(longest) letters, digits, spaces, - or _."
      )
    }
    return name
  }

  /// A new tag.
  ///
  /// Colours go round by the number of tags ever made.
  static func make(_ name: String, in transaction: inout Transaction) -> TagRecord {
    transaction.insert(
      TagRecord {
        $0.name = name
        $0.color = colors[transaction.tables.tags.lastID % colors.count]
        ($0.createdAt, $0.updatedAt) = (transaction.now, transaction.now)
      })
  }

  /// The ids of the tags of these names, in order; missing tags are made.
  static func ids(_ names: [String], in transaction: inout Transaction) throws(ToolError) -> [Int] {
    var ids: [Int] = []
    for name in names {
      let name = try normalized(name)
      let known = transaction.tables.tags.all.first { $0.name == name }
      let id = known?.id ?? make(name, in: &transaction).id
      if !ids.contains(id) { ids.append(id) }
    }
    return ids
  }

  /// The ids that a list's filter asks for; nil without a filter.
  ///
  /// A name that no tag has matches nothing.
  static func filterIDs(_ names: [String]?, in tables: Tables) throws(ToolError) -> Set<Int>? {
    guard let names, !names.isEmpty else { return nil }
    var normalizedNames: Set<String> = []
    for name in names { normalizedNames.insert(try normalized(name)) }
    return Set(tables.tags.all.filter { normalizedNames.contains($0.name) }.map(\.id))
  }
}

/// A record that carries tags.
protocol TaggedRecord: NamedRecord {
  var tagIDs: [Int] { get set }
  var updatedAt: Timestamp { get set }
}

extension PromptRecord: TaggedRecord {}
extension DatasetRecord: TaggedRecord {}
extension MetricRecord: TaggedRecord {}
extension MetricGroupRecord: TaggedRecord {}
extension RunRecord: TaggedRecord {}

extension TaggedRecord {
  /// Replaces the record's tags by those that a call gives, if it gives any.
  mutating func updateTags(with arguments: Arguments, in transaction: inout Transaction) throws(ToolError) {
    if let names = arguments[TagNames.field] { tagIDs = try TagNames.ids(names, in: &transaction) }
  }

  /// Whether the record has any of the tags; true without a filter.
  func matches(_ tagIDs: Set<Int>?) -> Bool {
    tagIDs.map { !$0.isDisjoint(with: self.tagIDs) } ?? true
  }
}

extension Transaction {
  /// Takes a tag off every record of one kind.
  mutating func removeTag<Row: TaggedRecord>(_ id: Int, from type: Row.Type) {
    for var row in tables[keyPath: Row.table].newestFirst where row.tagIDs.contains(id) {
      row.tagIDs.removeAll { $0 == id }
      put(row)
    }
  }
}
