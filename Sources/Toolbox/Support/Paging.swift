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
  ///   - position: what tells where a page ended; the next one begins behind it. Unique, and in the list's order.
  ///   - item: a record as the client sees it.
  static func page<Row>(
    _ name: String, _ rows: [Row], _ arguments: Arguments, position: (Row) -> String,
    item: (Row) throws -> JSONObject
  ) throws -> JSONObject {
    var start = 0
    if let cursor = arguments[cursor], !cursor.isEmpty {
      guard let index = rows.firstIndex(where: { position($0) == cursor }) else {
        throw ToolError("cursor \"\(cursor)\" is not a next_cursor of this list. Leave it out to begin anew.")
      }
      start = index + 1
    }
    var items: [JSONValue] = []
    var room = Clipping.resultLimit
    var end = start
    while end < rows.count, items.count < arguments[limit] {
      let object = Clipping.clip(
        try select(arguments[fields], from: try item(rows[end])), textsTo: Clipping.listTextLimit)
      room -= Clipping.size(of: object) + 1
      if room < 0, !items.isEmpty { break }
      items.append(.object(object))
      end += 1
    }
    var result: JSONObject = [name: .array(items), "total": .int(rows.count)]
    if end < rows.count, end > start { result["next_cursor"] = .string(position(rows[end - 1])) }
    return result
  }

  /// The asked-for members of an item.
  static func select(_ fields: [String]?, from object: JSONObject) throws -> JSONObject {
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
