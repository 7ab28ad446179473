import Evaluation
import JSONCoding
import MCP
import Store

/// The common inputs and outputs of lists: `limit`, `cursor` and `fields`; the items, `total` and `next_cursor`.
enum Paging {
  static let limit = Field<Int>.defaulted(
    "limit", .integer(1...500), default: 50, "Items per page."
  ).selfExplaining
  static let cursor = Field<String?>.optional("cursor", .summary, "A page's next_cursor.").selfExplaining
  static let fields = Field<[String]?>.optional("fields", .array(of: .name), "Fields to show.").selfExplaining

  static var all: [any ToolField] { [limit, cursor, fields] }

  /// One page of records.
  ///
  /// - Parameters:
  ///   - name: the member that holds the items.
  ///   - rows: all rows that pass the filters, in list order.
  ///   - known: the possible fields of items.
  ///   - view: the fields shown by default.
  ///   - position: the `next_cursor` of a page that ends with the row.
  ///   - behind: whether a row comes after a position, even if the one it was made of is gone; nil for a text that is
  ///     no position.
  ///   - item: a record as clients see it.
  static func page<Row>(
    _ name: String, _ rows: [Row], _ arguments: Arguments, known: [String], view: ListFields = .all,
    position: (Row) -> String, behind: (String) -> ((Row) -> Bool)?, item: (Row) throws -> JSONObject
  ) throws -> JSONObject {
    let selection = try FieldSelection(arguments, known: known)
    let start = try start(of: rows, arguments, behind: behind)
    let items = try items(of: rows[start...].prefix(arguments[limit]), room: Clipping.resultLimit) { row in
      let whole = try item(row)
      return selection.members(of: whole) ?? view.applied(to: whole)
    }
    let end = start + items.count
    var result: JSONObject = [name: .array(items), "total": .int(rows.count)]
    if end < rows.count, end > start { result["next_cursor"] = .string(position(rows[end - 1])) }
    if end < min(rows.count, start + arguments[limit]) {
      result["clipped"] = .string(
        "The page ends after \(items.count) items, because a result has at most \(Clipping.resultLimit) characters. Go on "
          + "with next_cursor, or name fewer fields.")
    }
    return result
  }

  /// The items of the first rows, as many as there is room for, and at least one.
  ///
  /// - Parameter room: the number of characters that they may have together.
  static func items<Row>(
    of rows: ArraySlice<Row>, room: Int, item: (Row) throws -> JSONObject
  ) rethrows -> [JSONValue] {
    var (items, room): ([JSONValue], Int) = ([], room)
    for row in rows {
      let object = Clipping.listItem(try item(row))
      room -= Clipping.size(of: object) + 1
      if room < 0, !items.isEmpty { break }
      items.append(.object(object))
    }
    return items
  }

  /// The index of the first row of the page that a call asks for.
  static func start<Row>(
    of rows: [Row], _ arguments: Arguments, behind: (String) -> ((Row) -> Bool)?
  ) throws(ToolError) -> Int {
    guard let cursor = arguments[cursor].nonEmpty else { return 0 }
    guard let isBehind = behind(cursor) else { throw badCursor(cursor) }
    return rows.firstIndex(where: isBehind) ?? rows.count
  }

  /// Whether an id comes after the one that a cursor is, newest first; nil for a text that is no id.
  static func isOlder(than cursor: String) -> ((Int) -> Bool)? {
    Int(cursor).map { id in { $0 < id } }
  }

  static func badCursor(_ cursor: String) -> ToolError {
    ToolError(
      "cursor \"\(Clipping.clip(cursor, to: 60))\" is not a next_cursor of this list. Leave it out to start over.")
  }
}

extension Tables {
  /// One page of the records of a kind that pass a filter, the newest first.
  ///
  /// - Parameter optional: members that only some items have.
  func page<Row: NamedRecord>(
    _ type: Row.Type, _ arguments: Arguments, view: ListFields = .all, optional: [String] = [],
    where isIncluded: (Row) -> Bool = { _ in true }, item: (Row) throws -> JSONObject
  ) throws -> JSONObject {
    let table = self[keyPath: Row.table]
    return try Paging.page(
      Row.kind.rawValue, table.ids(where: isIncluded), arguments,
      known: try item(Row()).keys.with(optional), view: view, position: { "\($0)" },
      behind: Paging.isOlder, item: { try item(table[$0] ?? Row()) })
  }

  /// One page of the records of a kind that have any requested tag, match the query and pass another filter, newest
  /// first.
  func taggedPage<Row: TaggedRecord>(
    _ type: Row.Type, _ arguments: Arguments, view: ListFields = .all, optional: [String] = [],
    where isIncluded: (Row) -> Bool = { _ in true }, item: (Row) throws -> JSONObject
  ) throws -> JSONObject {
    let isTagged: (Row) -> Bool = try tagFilter(arguments)
    return try page(
      type, arguments, view: view, optional: optional, where: { isTagged($0) && isIncluded($0) }, item: item)
  }

  /// Whether a record has any requested tag and matches the query.
  func tagFilter<Row: TaggedRecord>(_ arguments: Arguments) throws -> (Row) -> Bool {
    let tagIDs = try tagIDs(matchingAny: arguments[TagNames.filter])
    let matches = NameQuery.matches(arguments)
    let isArchived = arguments[TagNames.archived]
    return { $0.isArchived == isArchived && matches($0.displayName) && $0.matches(tagIDs) }
  }
}

extension Store {
  /// One page of the records of a kind that pass a filter, the newest first.
  ///
  /// Nothing is computed in the store: the material of the page's items is gathered there, and the items are made of it
  /// outside, on all processors.
  ///
  /// - Parameters:
  ///   - isIncluded: makes the filter.
  ///   - optional: members that only some items have.
  ///   - gather: the material of a record.
  func page<Row: NamedRecord & Sendable, Material: Sendable>(
    _ type: Row.Type, _ arguments: Arguments, view: ListFields = .all, optional: [String] = [],
    where isIncluded: @escaping @Sendable (borrowing Tables) throws -> (Row) -> Bool,
    gather: @escaping @Sendable (Row, borrowing Tables) throws -> Material,
    item: @escaping @Sendable (Material) throws -> JSONObject
  ) async throws -> JSONObject {
    let (ids, materials, empty) = try await read { tables in
      let ids = tables[keyPath: Row.table].ids(where: try isIncluded(tables))
      let start = try Paging.start(of: ids, arguments, behind: Paging.isOlder)
      var materials: [(id: Int, Material)] = []
      for id in ids[start...].prefix(arguments[Paging.limit]) {
        if let row = tables[keyPath: Row.table][id] { materials.append((id, try gather(row, tables))) }
      }
      return (ids, materials, try gather(Row(), tables))
    }
    let none = try item(empty)
    let known = none.keys.with(optional)
    // A wrong field is refused before anything is worked out.
    _ = try FieldSelection(arguments, known: known)
    let objects = try await mapConcurrently(materials, smallestPart: 1) { id, material in (id, try item(material)) }
    let made = Dictionary(uniqueKeysWithValues: objects)
    return try Paging.page(
      Row.kind.rawValue, ids, arguments, known: known, view: view,
      position: { "\($0)" }, behind: Paging.isOlder, item: { made[$0] ?? none })
  }
}

/// Lists can be searched by a part of the name.
enum NameQuery {
  static let field = Field<String?>.optional("query", .name, "A part of the name.").selfExplaining

  /// Whether a name contains the text of a call's query, ignoring case.
  static func matches(_ arguments: Arguments) -> (_ name: String) -> Bool {
    guard let sought = arguments[field].nonEmpty?.lowercased() else { return { _ in true } }
    return { $0.lowercased().contains(sought) }
  }
}
