import Evaluation
import JSONCoding
import MCP
import Store

/// `search`.
struct SearchTool {
  let services: Services
  /// The number of bytes that one call reads at most, apart from the last item.
  var budget = 128 << 20

  private static let query = Field<String>.required("query", .name, "What to find.").selfExplaining
  private static let kinds = Field<[String]?>.optional(
    "kinds", .array(of: .name), "Such as prompts, responses; all unless given.")
  private static let limit = Field<Int>.defaulted(
    "limit", .integer(1...100), default: 20, "Results per page."
  ).selfExplaining

  var search: Tool {
    Tool(
      name: "search", title: "Search everything",
      description: "Find a part of a name, tag or text in everything stored.",
      toolset: "search", annotations: .reading, fields: [Self.query, Self.kinds, Self.limit, Paging.cursor],
      ordering: .concurrent
    ) { [self] arguments, _ in
      try await page(
        query: arguments[Self.query], kinds: arguments[Self.kinds] ?? [], limit: arguments[Self.limit],
        cursor: arguments[Paging.cursor].nonEmpty)
    }
  }

  /// One page of results.
  func page(query: String, kinds named: [String], limit: Int, cursor: String?) async throws -> JSONObject {
    guard let search = TextSearch(query.trimmed()) else {
      throw ToolError("query has nothing to search for. Give a part of a name, a tag or a text.")
    }
    if let unknown = named.first(where: { name in !SearchKind.all.contains { $0.name == name } }) {
      throw ToolError(
        "kinds has \"\(Clipping.clip(unknown, to: 60))\". The kinds are "
          + "\(SearchKind.all.map(\.name).joined(separator: ", ")).")
    }
    var kinds = SearchKind.all.filter { named.isEmpty || named.contains($0.name) }[...]
    var start: SearchItem.Position?
    if let cursor { (kinds, start) = try Self.place(of: cursor, in: kinds) }
    var page = Page(room: limit, budget: budget)
    for kind in kinds {
      let groups = try await services.store.read { [start] tables in kind.groups(tables, start) }
      start = nil
      if try page.add(groups, of: kind, search) { break }
    }
    return page.object
  }

  /// Where to go on after a page.
  private static func place(
    of cursor: String, in kinds: ArraySlice<SearchKind>
  ) throws(ToolError) -> (ArraySlice<SearchKind>, SearchItem.Position) {
    let parts = cursor.split(separator: "/")
    guard parts.count == 3, let first = kinds.firstIndex(where: { $0.name == parts[0] }),
      let owner = Int(parts[1]), let id = Int(parts[2])
    else { throw Paging.badCursor(cursor) }
    return (kinds[first...], SearchItem.Position(owner: owner, id: id))
  }

  /// The results of a call.
  private struct Page {
    let room: Int
    let budget: Int
    private var results: [JSONValue] = []
    private var size = 0
    /// The number of bytes that were searched.
    private var read = 0
    private var reader = EncodedSlice.Reader()
    /// The last item that was searched.
    private var last: (kind: SearchKind, position: SearchItem.Position)?
    /// Whether there may be more results.
    private var isCut = false

    init(room: Int, budget: Int) { (self.room, self.budget) = (room, budget) }

    /// Searches items in order.
    /// - Returns: whether the page ends before the last of them.
    mutating func add(_ groups: [SearchKind.Group], of kind: SearchKind, _ search: TextSearch) throws -> Bool {
      for group in groups where try add(group, of: kind, search) { return true }
      return false
    }

    private mutating func add(_ group: SearchKind.Group, of kind: SearchKind, _ search: TextSearch) throws -> Bool {
      for index in 0..<group.count {
        let item = group.item(index)
        isCut = results.count == room || read >= budget || size > Clipping.resultLimit * 3 / 4
        if isCut { return true }
        try Task.checkCancellation()
        last = (kind, item.position)
        guard let (place, excerpt) = try item.match(search, from: &reader, read: &read) else { continue }
        let (name, members) = item.label()
        var object: JSONObject = [
          "kind": .string(kind.name), "id": .int(item.position.id),
          "name": .string(Clipping.clip(name, to: ResourceText.nameLimit)),
        ]
        for member in members.members { object[member.key] = member.value }
        object["place"] = .string(Clipping.clip(place, to: ResourceText.nameLimit))
        object["excerpt"] = .string(excerpt)
        size += Clipping.size(of: object)
        results.append(.object(object))
      }
      return false
    }

    var object: JSONObject {
      var object: JSONObject = ["results": .array(results)]
      if isCut {
        object["next_cursor"] = last.map { kind, position in
          .string("\(kind.name)/\(position.owner)/\(position.id)")
        }
        if read >= budget {
          object["note"] = .string("\(read >> 20) MiB were searched in this call. next_cursor goes on.")
        }
      }
      return object
    }
  }
}
