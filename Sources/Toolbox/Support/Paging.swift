import JSONCoding
import MCP
import Store

/// What every list takes and gives: `limit`, `cursor` and `fields`; the items, `total` and `next_cursor`.
enum Paging {
  static let limit = Field<Int>.defaulted(
    "limit", .integer(1...500), default: 50, "Most items to return.")
  static let cursor = Field<String?>.optional("cursor", .string, "next_cursor of the page before.")
  static let fields = Field<[String]?>.optional("fields", .array(of: .string), "Only these fields; id always.")

  static var all: [FieldDeclaration] { [limit.declaration, cursor.declaration, fields.declaration] }

  /// One page of records.
  ///
  /// - Parameters:
  ///   - name: the member that holds the items.
  ///   - rows: everything that the filters let through, in the list's order.
  ///   - position: where a page that ends with the row has ended, as its `next_cursor` says.
  ///   - behind: whether a row comes after a position, even if the one it was made of is gone; nil for a text that is
  ///     no position.
  ///   - item: a record as the client sees it.
  static func page<Row>(
    _ name: String, _ rows: [Row], _ arguments: Arguments, position: (Row) -> String,
    behind: (String) -> ((Row) -> Bool)?, item: (Row) throws -> JSONObject
  ) throws -> JSONObject {
    var start = 0
    if let cursor = arguments[cursor].nonEmpty {
      guard let isBehind = behind(cursor) else { throw badCursor(cursor) }
      start = rows.firstIndex(where: isBehind) ?? rows.count
    }
    var items: [JSONValue] = []
    var room = Clipping.resultLimit
    var end = start
    while end < rows.count, items.count < arguments[limit] {
      let object = Clipping.listItem(try select(arguments[fields], from: try item(rows[end])))
      room -= Clipping.size(of: object) + 1
      if room < 0, !items.isEmpty { break }
      items.append(.object(object))
      end += 1
    }
    var result: JSONObject = [name: .array(items), "total": .int(rows.count)]
    if end < rows.count, end > start { result["next_cursor"] = .string(position(rows[end - 1])) }
    return result
  }

  static func badCursor(_ cursor: String) -> ToolError {
    ToolError("cursor \"\(cursor)\" is not a next_cursor of this list. Leave it out to begin anew.")
  }

  /// The asked-for members of an item.
  private static func select(_ fields: [String]?, from object: JSONObject) throws -> JSONObject {
    guard let fields, !fields.isEmpty else { return object }
    let unknown = fields.filter { object[$0] == nil }
    guard unknown.isEmpty else {
      throw ToolError(
        "fields has \(unknown.map { "\"\($0)\"" }.joined(separator: ", ")), which \(unknown.count == 1 ? "is" : "are") "
          + "not there. Fields: \(object.keys.joined(separator: ", ")).")
    }
    return JSONObject(object.members.filter { $0.key == "id" || fields.contains($0.key) })
  }
}

extension Tables {
  /// One page of the records of a kind, the newest first.
  func page<Row: NamedRecord>(
    _ type: Row.Type, _ arguments: Arguments, item: (Row) throws -> JSONObject
  ) throws -> JSONObject {
    try page(self[keyPath: Row.table].newestFirst, arguments, item: item)
  }

  /// One page of the records of a kind that have any of the tags asked for and pass another filter, the newest first.
  func taggedPage<Row: TaggedRecord>(
    _ type: Row.Type, _ arguments: Arguments, where isIncluded: (Row) -> Bool = { _ in true },
    item: (Row) throws -> JSONObject
  ) throws -> JSONObject {
    let tagIDs = try TagNames.filterIDs(arguments[TagNames.filter], in: self)
    let rows = self[keyPath: Row.table].newestFirst.filter { $0.matches(tagIDs) && isIncluded($0) }
    return try page(rows, arguments, item: item)
  }

  private func page<Row: NamedRecord>(
    _ rows: [Row], _ arguments: Arguments, item: (Row) throws -> JSONObject
  ) throws -> JSONObject {
    try Paging.page(
      Row.kind.rawValue, rows, arguments, position: { "\($0.id)" },
      behind: { cursor in Int(cursor).map { id in { $0.id < id } } }, item: item)
  }
}
