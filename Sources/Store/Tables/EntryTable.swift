/// Entries grouped by owner and ordered by id.
package struct EntryTable<Entry: TableEntry>: Sendable {
  private var owners: [Int: Owned] = [:]

  /// The entries of an owner, by ascending ids, and their state.
  private struct Owned {
    var entries: [Entry] = []
    var revision = Revision()

    /// Changes the entries in place.
    mutating func change<Result>(_ body: (inout [Entry]) -> Result) -> Result {
      revision = Revision()
      return body(&entries)
    }
  }

  /// The highest id ever given out.
  package internal(set) var lastID = 0

  package var count: Int { owners.values.reduce(0) { $0 + $1.entries.count } }
  /// The ids of the owners that have entries.
  package var ownerIDs: some Collection<Int> { owners.keys }

  /// The entries of an owner, oldest first.
  package func entries(of ownerID: Int) -> [Entry] { owners[ownerID]?.entries ?? [] }

  /// The state of an owner's entries; nil without any.
  package func revision(of ownerID: Int) -> Revision? { owners[ownerID]?.revision }

  package func entry(_ id: Int, of ownerID: Int) -> Entry? {
    guard let entries = owners[ownerID]?.entries else { return nil }
    let index = Self.index(of: id, in: entries)
    return index < entries.count && entries[index].id == id ? entries[index] : nil
  }

  /// The entry with this id, of any owner.
  package func entry(_ id: Int) -> Entry? {
    for ownerID in owners.keys {
      if let entry = entry(id, of: ownerID) { return entry }
    }
    return nil
  }

  /// Calls a function with each entry, owner by owner.
  func forEachEncoded(_ body: (RecordForm) throws(StoreError) -> Void) throws(StoreError) {
    var reader = EncodedSlice.Reader()
    for ownerID in owners.keys.sorted() {
      for entry in entries(of: ownerID) {
        try body(.bytes(try entry.bytes(from: &reader)))
      }
    }
  }

  /// Notes that the bytes of an entry are now in a file.
  mutating func move(_ id: Int, of ownerID: Int, to file: FileReference, at offset: Int) {
    // The record may have been deleted by a later transaction of the same write.
    if owners[ownerID] != nil { Self.move(id, in: &owners[ownerID, default: Owned()].entries, to: file, at: offset) }
  }

  private static func move(_ id: Int, in entries: inout [Entry], to file: FileReference, at offset: Int) {
    let index = index(of: id, in: entries)
    guard index < entries.count, entries[index].id == id else { return }
    entries[index].slice = entries[index].slice.moved(to: file, at: offset)
  }

  /// Sets the places of all bytes, in the order of ``forEachEncoded(_:)``.
  mutating func move(to slices: [EncodedSlice]) {
    var rest = slices[...]
    for ownerID in owners.keys.sorted() { Self.move(&owners[ownerID, default: Owned()].entries, to: &rest) }
  }

  private static func move(_ entries: inout [Entry], to slices: inout ArraySlice<EncodedSlice>) {
    for index in entries.indices {
      guard let slice = slices.popFirst() else { return }
      entries[index].slice = slice
    }
  }

  /// Changes the places of an owner's entries.
  mutating func updatePlaces(of ownerID: Int, _ body: (inout [Entry]) -> Void) {
    body(&owners[ownerID, default: Owned()].entries)
  }

  /// Inserts or replaces an entry; returns the old one.
  mutating func put(_ entry: Entry) -> Entry? {
    lastID = max(lastID, entry.id)
    return owners[entry.ownerID, default: Owned()].change { Self.put(entry, into: &$0) }
  }

  /// As ``put(_:)`` for the entries of many lines, which mostly come in order and owner by owner.
  ///
  /// - Parameter key: the owner and the id of a line's entry, for which the entry need not be copied.
  mutating func append<Line>(
    _ lines: [Line], key: (Line) -> (ownerID: Int, id: Int), entry: (Line) -> Entry
  ) {
    let span = lines.span
    var start = 0
    while start < lines.count {
      let (ownerID, first) = key(span[start])
      var last = first
      var end = start + 1
      while end < lines.count {
        let next = key(span[end])
        guard next.ownerID == ownerID, next.id > last else { break }
        last = next.id
        end += 1
      }
      lastID = max(lastID, last)
      owners[ownerID, default: Owned()].change { Self.append(lines[start..<end], entry, to: &$0) }
      start = end
    }
  }

  /// Inserts entries of one owner by ascending ids, all of them above ``lastID``; false, with nothing done, for others.
  mutating func append(ifNext entries: [Entry]) -> Bool {
    guard let ownerID = entries.first?.ownerID else { return true }
    var last = lastID
    let isOther = entries.containsInPlace { entry in
      guard entry.ownerID == ownerID, entry.id > last else { return true }
      last = entry.id
      return false
    }
    if isOther { return false }
    lastID = last
    owners[ownerID, default: Owned()].change { $0 += entries }
    return true
  }

  /// - Parameter lines: with ascending ids.
  private static func append<Line>(_ lines: ArraySlice<Line>, _ entry: (Line) -> Entry, to entries: inout [Entry]) {
    if let last = entries.last, let first = lines.first.map(entry), first.id <= last.id {
      for line in lines { _ = put(entry(line), into: &entries) }
    } else {
      entries.append(contentsOf: lines.lazy.map(entry))
    }
  }

  /// As ``put(_:)``; false, with nothing done, if the id was given to an entry that is not there or has another owner.
  mutating func putIfNextOrKnown(_ entry: Entry) -> Bool {
    guard entry.id > lastID || self.entry(entry.id, of: entry.ownerID) != nil else { return false }
    _ = put(entry)
    return true
  }

  private static func put(_ entry: Entry, into entries: inout [Entry]) -> Entry? {
    let index = Self.index(of: entry.id, in: entries)
    if index == entries.count {
      entries.append(entry)
    } else if entries[index].id == entry.id {
      let old = entries[index]
      entries[index] = entry
      return old
    } else {
      entries.insert(entry, at: index)
    }
    return nil
  }

  mutating func remove(id: Int, of ownerID: Int) {
    // In place, because a list with another reference would be copied for every removal.
    owners[ownerID, default: Owned()].change { Self.remove(id, from: &$0) }
    if owners[ownerID]?.entries.isEmpty == true { owners[ownerID] = nil }
  }

  private static func remove(_ id: Int, from entries: inout [Entry]) {
    let index = index(of: id, in: entries)
    if index < entries.count, entries[index].id == id { entries.remove(at: index) }
  }

  /// Removes the entries of an owner and returns them.
  mutating func removeAll(of ownerID: Int) -> [Entry] {
    owners.removeValue(forKey: ownerID)?.entries ?? []
  }

  /// Sets the entries of an owner.
  mutating func restore(_ entries: [Entry], of ownerID: Int) {
    owners[ownerID] = entries.isEmpty ? nil : Owned(entries: entries)
  }

  /// Removes entries by id, of any owner, in one pass.
  mutating func remove(_ ids: Set<Int>) {
    for ownerID in Array(owners.keys) { restore(entries(of: ownerID).filter { !ids.contains($0.id) }, of: ownerID) }
  }

  /// The position of an id, or the position at which to insert it.
  private static func index(of id: Int, in entries: [Entry]) -> Int {
    if let last = entries.last, last.id < id { return entries.count }
    return entries.partitioningIndex { $0.id >= id }
  }
}
