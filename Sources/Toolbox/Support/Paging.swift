import Evaluation
import JSONCoding
import MCP
import Store

/// The common inputs and outputs of lists: `limit`, `cursor` and `fields`; the items, `total` and `next_cursor`.
enum Paging {
  static let limit = Field<Int>.defaulted(
    "limit", .integer(1...500), default: 50, "Items per page.")
  static let cursor = Field<String?>.optional("cursor", .summary, "next_cursor of the page before.")
  static let fields = Field<[String]?>.optional("fields", .array(of: .name), "Only these fields and id.")

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
    var start = 0
    if let cursor = arguments[cursor].nonEmpty {
      guard let isBehind = behind(cursor) else { throw badCursor(cursor) }
      start = rows.firstIndex(where: isBehind) ?? rows.count
    }
    var items: [JSONValue] = []
    var room = Clipping.resultLimit
    var end = start
    while end < rows.count, items.count < arguments[limit] {
      let whole = try item(rows[end])
      let object = Clipping.listItem(selection.members(of: whole) ?? view.applied(to: whole))
      room -= Clipping.size(of: object) + 1
      if room < 0, !items.isEmpty { break }
      items.append(.object(object))
      end += 1
    }
    var result: JSONObject = [name: .array(items), "total": .int(rows.count)]
    if end < rows.count, end > start { result["next_cursor"] = .string(position(rows[end - 1])) }
    if end < min(rows.count, start + arguments[limit]) {
      result["clipped"] = .string(
        "The page ends after \(items.count) items, because a result has at most \(Clipping.resultLimit) characters. Go on "
          + "with next_cursor, or name fewer fields.")
    }
    return result
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
    try Paging.page(
      Row.kind.rawValue, self[keyPath: Row.table].newestFirst.filter(isIncluded), arguments,
      known: try item(Row()).keys.with(optional), view: view, position: { "\($0.id)" },
      behind: { cursor in Int(cursor).map { id in { $0.id < id } } }, item: item)
  }

  /// One page of the records of a kind that have any requested tag, match the query and pass another filter, newest
  /// first.
  func taggedPage<Row: TaggedRecord>(
    _ type: Row.Type, _ arguments: Arguments, view: ListFields = .all, optional: [String] = [],
    where isIncluded: (Row) -> Bool = { _ in true }, item: (Row) throws -> JSONObject
  ) throws -> JSONObject {
    let tagIDs = try tagIDs(matchingAny: arguments[TagNames.filter])
    let matches = NameQuery.matches(arguments)
    return try page(
      type, arguments, view: view, optional: optional,
      where: { matches($0.displayName) && $0.matches(tagIDs) && isIncluded($0) },
      item: item)
  }
}

/// Lists can be searched by a part of the name.
enum NameQuery {
  static let field = Field<String?>.optional("query", .name, "A part of the name.")

  /// Whether a name contains the text of a call's query, ignoring case.
  static func matches(_ arguments: Arguments) -> (_ name: String) -> Bool {
    guard let sought = arguments[field].nonEmpty?.lowercased() else { return { _ in true } }
    return { $0.lowercased().contains(sought) }
  }
}
