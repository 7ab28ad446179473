package import Store

/// The names of tags: normalizing, finding and creating them.
enum TagNames {
  private static let colors = [
    "crimson", "burnt-orange", "amber", "mint", "deep-emerald", "electric-cyan", "cobalt-blue", "deep-indigo",
    "amethyst", "rose",
  ]
  private static let longest = 64

  /// The stored form of a name: trimmed, lower case.
  static func normalized(_ name: String) throws(EvaluationError) -> String {
    let name = name.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
    let isValid = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
    guard !name.isEmpty, name.count <= longest, isValid else {
      throw EvaluationError(
        "\"\(name.clipped(to: longest))\" is not a valid tag name. Use 1 to \(longest) letters, digits, spaces, - or _."
      )
    }
    return name
  }

  /// The color of the next tag; the colors repeat.
  static func color(afterTag lastID: Int) -> String { colors[lastID % colors.count] }
}

extension PromptRecord: TaggedRecord {}

extension DatasetRecord: TaggedRecord {}

extension MetricRecord: TaggedRecord {}

extension MetricGroupRecord: TaggedRecord {}

extension RunRecord: TaggedRecord {}

extension Tables {
  /// The tag ids of a list's filter; nil without a filter.
  ///
  /// An unknown name matches nothing.
  package func tagIDs(matchingAny names: [String]?) throws(EvaluationError) -> Set<Int>? {
    guard let names, !names.isEmpty else { return nil }
    var ids: Set<Int> = []
    for name in names { ids.formUnion(tags.ids(named: try TagNames.normalized(name))) }
    return ids
  }

  /// The stored form of a name, if no other tag has it.
  fileprivate func freeTagName(_ name: String, for id: Int? = nil) throws(EvaluationError) -> String {
    let name = try TagNames.normalized(name)
    if let other = tags.ids(named: name).first(where: { $0 != id }) {
      throw EvaluationError("There is a tag \"\(name)\" already: id \(other). Use it, or choose another name.")
    }
    return name
  }
}

extension Transaction {
  /// Creates a tag with a unique name.
  package mutating func createTag(_ name: String) throws(EvaluationError) -> TagRecord {
    insertTag(try tables.freeTagName(name))
  }

  package mutating func renameTag(_ id: Int, to name: String) throws(EvaluationError) -> TagRecord {
    var tag = try tables.find(TagRecord.self, id)
    tag.name = try tables.freeTagName(name, for: id)
    tag.updatedAt = now
    put(tag)
    return tag
  }

  /// The ids of the tags with these names, in order; missing tags are created.
  package mutating func tagIDs(named names: [String]) throws(EvaluationError) -> [Int] {
    var ids: [Int] = []
    for name in names {
      let name = try TagNames.normalized(name)
      let id = tables.tags.ids(named: name).first ?? insertTag(name).id
      if !ids.contains(id) { ids.append(id) }
    }
    return ids
  }

  private mutating func insertTag(_ normalizedName: String) -> TagRecord {
    insert(
      TagRecord {
        $0.name = normalizedName
        $0.color = TagNames.color(afterTag: tables.tags.lastID)
        ($0.createdAt, $0.updatedAt) = (now, now)
      })
  }

  /// Removes a tag from everything that has it.
  mutating func removeTag(_ id: Int) {
    for type in TaggedRecords.all { removeTag(id, from: type) }
  }

  private mutating func removeTag<Row: TaggedRecord>(_ id: Int, from type: Row.Type) {
    for var row in tables[keyPath: Row.table].newestFirst where row.tagIDs.contains(id) {
      row.tagIDs.removeAll { $0 == id }
      put(row)
    }
  }
}
