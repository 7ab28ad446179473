/// The records of one kind by id.
package struct Table<Row: Record>: Sendable {
  private var rows: [Int: Row] = [:]
  /// The ids of the records, ascending, so that lists need not be sorted for every page.
  private var ids: [Int] = []
  /// The ids by the records' ``Record/indexedName``: one each, unless the file was edited by hand.
  private var idsByName: [String: [Int]] = [:]
  /// The highest id ever given out.
  package internal(set) var lastID = 0
  /// The state of the records.
  private(set) var revision = Revision()
  /// Whether a removed or replaced secret may still be in the file.
  var hasDroppedSecret = false

  package var count: Int { rows.count }

  package subscript(id: Int) -> Row? { rows[id] }

  /// The ids of the records with an indexed name.
  package func ids(named name: String) -> [Int] { idsByName[name] ?? [] }

  /// All records, newest first.
  package var newestFirst: [Row] { ids.reversed().compactMap { rows[$0] } }

  /// All records, in no particular order.
  package var all: some Collection<Row> { rows.values }

  package func contains(id: Int) -> Bool { rows[id] != nil }

  /// Inserts or replaces a record; returns the old one.
  mutating func put(_ row: Row) -> Row? {
    lastID = max(lastID, row.id)
    revision = Revision()
    var row = row
    if let old = rows[row.id] { row.adopt(old) }
    let old = rows.updateValue(row, forKey: row.id)
    if old == nil { ids.insert(row.id, at: index(of: row.id)) }
    if old?.indexedName != row.indexedName {
      removeName(of: old)
      if let name = row.indexedName { idsByName[name, default: []].append(row.id) }
    }
    if let secret = old?.secret, secret != row.secret { hasDroppedSecret = true }
    return old
  }

  mutating func remove(id: Int) -> Row? {
    revision = Revision()
    let old = rows.removeValue(forKey: id)
    if old != nil { ids.remove(at: index(of: id)) }
    removeName(of: old)
    if old?.secret != nil { hasDroppedSecret = true }
    return old
  }

  /// Removes a former record's name from the index.
  private mutating func removeName(of old: Row?) {
    guard let old, let name = old.indexedName else { return }
    idsByName[name]?.removeAll { $0 == old.id }
    if idsByName[name] == [] { idsByName[name] = nil }
  }

  /// The position of an id, or the position at which to insert it.
  private func index(of id: Int) -> Int {
    // A new record has the highest id.
    if ids.last.map({ $0 < id }) ?? true { return ids.count }
    return ids.partitioningIndex { $0 >= id }
  }
}
