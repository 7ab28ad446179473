extension EntryTable {
  /// The ids of all entries, in the order of ``forEachEncoded(_:)``.
  var keys: [RecordKeys] {
    ownerIDs.sorted().map { ownerID in RecordKeys(ownerID: ownerID, ids: entries(of: ownerID).map(\.id)) }
  }

  /// Sets the places of all entries to those in a new document.
  ///
  /// - Parameters:
  ///   - keys: the ids of the entries in the document itself.
  ///   - slices: their places, in the same order.
  /// - Returns: false if an entry is in no known place.
  mutating func relocate(_ keys: [RecordKeys], to slices: [EncodedSlice], by document: NewDocument) -> Bool {
    var places: [Int: (ids: [Int], slices: ArraySlice<EncodedSlice>)] = [:]
    var start = 0
    for owner in keys {
      guard start + owner.ids.count <= slices.count else { return false }
      places[owner.ownerID] = (owner.ids, slices[start..<start + owner.ids.count])
      start += owner.ids.count
    }
    var isComplete = true
    for ownerID in Array(ownerIDs) {
      let (ids, slices) = places[ownerID] ?? ([], [])
      updatePlaces(of: ownerID) { entries in
        isComplete = Self.relocate(&entries, ids, slices, document) && isComplete
      }
    }
    return isComplete
  }

  private static func relocate(
    _ entries: inout [Entry], _ ids: [Int], _ slices: ArraySlice<EncodedSlice>, _ document: NewDocument
  ) -> Bool {
    let file = FileReference(document.file)
    var place = 0
    for index in entries.indices {
      guard let offset = entries[index].slice.offset(in: document.source) else { return false }
      if offset >= document.boundary {
        // It came while the document was written.
        entries[index].slice = entries[index].slice.moved(to: file, at: offset + document.shift)
        continue
      }
      while place < ids.count, ids[place] < entries[index].id { place += 1 }
      guard place < ids.count, ids[place] == entries[index].id else { return false }
      entries[index].slice = slices[slices.startIndex + place]
    }
    return true
  }
}
