/// The records of one kind by id.
package struct Table<Row: Record>: Sendable {
  private var places: [Int: Place] = [:]
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

  /// The place of a record in memory, where it can be read without a copy.
  ///
  /// A record has dozens of fields: to copy one retains all that they refer to.
  private final class Place: Sendable {
    let row: Row

    init(_ row: Row) { self.row = row }
  }

  package var count: Int { places.count }

  package subscript(id: Int) -> Row? { places[id]?.row }

  /// The ids of the records with an indexed name.
  package func ids(named name: String) -> [Int] { idsByName[name] ?? [] }

  /// Copies of all records, newest first; ``ids(where:)`` and ``forEachInPlace(_:)`` copy none.
  package var newestFirst: [Row] { ids.reversed().compactMap { places[$0]?.row } }

  /// All records, in no particular order.
  package var all: some Collection<Row> { places.values.lazy.map(\.row) }

  /// Calls a function with each record where it is, newest first.
  package func forEachInPlace(_ body: (Row) throws -> Void) rethrows {
    for id in ids.reversed() { if let place = places[id] { try body(place.row) } }
  }

  /// The ids of the records with a property, newest first.
  package func ids(where isIncluded: (Row) throws -> Bool) rethrows -> [Int] {
    var found: [Int] = []
    try forEachInPlace { row in if try isIncluded(row) { found.append(row.id) } }
    return found
  }

  package func contains(id: Int) -> Bool { places[id] != nil }

  /// Inserts or replaces a record; returns the old one.
  mutating func put(_ row: Row) -> Row? {
    lastID = max(lastID, row.id)
    revision = Revision()
    var row = row
    if let old = places[row.id] { row.adopt(old.row) }
    let old = places.updateValue(Place(row), forKey: row.id)?.row
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
    let old = places.removeValue(forKey: id)?.row
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
