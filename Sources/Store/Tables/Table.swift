/// The records of one kind by id.
package struct Table<Row: Record>: Sendable {
  private var rows: [Int: Row] = [:]
  /// The ids of the records, ascending, so that lists need not be sorted for every page.
  private var ids: [Int] = []
  /// The highest id ever given out.
  package internal(set) var lastID = 0
  /// Whether a removed or replaced secret may still be in the file.
  var hasDroppedSecret = false

  package var count: Int { rows.count }

  package subscript(id: Int) -> Row? { rows[id] }

  /// All records, newest first.
  package var newestFirst: [Row] { ids.reversed().compactMap { rows[$0] } }

  /// All records, in no particular order.
  package var all: some Collection<Row> { rows.values }

  package func contains(id: Int) -> Bool { rows[id] != nil }

  /// Inserts or replaces a record; returns the old one.
  mutating func put(_ row: Row) -> Row? {
    lastID = max(lastID, row.id)
    let old = rows.updateValue(row, forKey: row.id)
    if old == nil { ids.insert(row.id, at: index(of: row.id)) }
    if let secret = old?.secret, secret != row.secret { hasDroppedSecret = true }
    return old
  }

  mutating func remove(id: Int) -> Row? {
    let old = rows.removeValue(forKey: id)
    if old != nil { ids.remove(at: index(of: id)) }
    if old?.secret != nil { hasDroppedSecret = true }
    return old
  }

  /// The position of an id, or the position at which to insert it.
  private func index(of id: Int) -> Int {
    // A new record has the highest id.
    if ids.last.map({ $0 < id }) ?? true { return ids.count }
    var (low, high) = (0, ids.count)
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
