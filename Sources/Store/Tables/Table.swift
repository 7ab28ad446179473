/// The records of one kind by id.
package struct Table<Row: Record>: Sendable {
  private var rows: [Int: Row] = [:]
  /// The highest id ever given out.
  package internal(set) var lastID = 0
  /// Whether a secret was removed or replaced that the file may still hold.
  var hasDroppedSecret = false

  package var count: Int { rows.count }

  package subscript(id: Int) -> Row? { rows[id] }

  /// All records, the newest first.
  package var newestFirst: [Row] { rows.values.sorted { $0.id > $1.id } }

  /// All records, in no particular order.
  package var all: some Collection<Row> { rows.values }

  package func contains(id: Int) -> Bool { rows[id] != nil }

  /// Inserts or replaces; returns what was there before.
  mutating func put(_ row: Row) -> Row? {
    lastID = max(lastID, row.id)
    let old = rows.updateValue(row, forKey: row.id)
    if let secret = old?.secret, secret != row.secret { hasDroppedSecret = true }
    return old
  }

  mutating func remove(id: Int) -> Row? {
    let old = rows.removeValue(forKey: id)
    if old?.secret != nil { hasDroppedSecret = true }
    return old
  }
}
