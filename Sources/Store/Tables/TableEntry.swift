import JSONCoding

/// A record kept as its encoded bytes and the few fields needed for lists and sums.
package protocol TableEntry: Sendable {
  /// The type of the record.
  associatedtype Whole: Fields
  /// The table that holds the entries.
  static var table: WritableKeyPath<Tables, EntryTable<Self>> { get }
  static var kind: RecordKind { get }

  var id: Int { get }
  /// The record that this one belongs to, and with which it is removed.
  var ownerID: Int { get }
  var slice: EncodedSlice { get set }

  /// - Parameter record: the record, whose unindexed fields may be missing.
  init(_ record: Whole, encodedAs slice: EncodedSlice)
}

extension TableEntry {
  /// The members of the record with these names, if they are strings; nil for one that is absent or null.
  ///
  /// Where thousands of records are read for a few members, this costs a fraction of ``decoded()``.
  ///
  /// - Parameter source: reads the bytes.
  func strings(_ names: [String], from source: inout EncodedSlice.Reader) throws(StoreError) -> [String?] {
    let bytes = try bytes(from: &source)
    let text = bytes.span
    var reader = JSONReader.ofStore()
    var isFirst = true
    var values = [String?](repeating: nil, count: names.count)
    var missing = names.count
    do throws(JSONError) {
      // A name occurs once: a record with one twice is refused when the store is opened.
      while missing > 0, let key = try reader.nextRawKey(in: text, first: &isFirst) {
        if let index = names.firstIndex(where: { JSONReader.isText(key, $0, in: text) }) {
          values[index] = try reader.value(in: text).stringValue
          missing -= 1
        } else {
          try reader.skipValue(in: text)
        }
      }
    } catch {
      throw damage(String(describing: error))
    }
    return values
  }

  /// The bytes of the record, as the file has them.
  ///
  /// - Throws: ``StoreError/edited(kind:id:)`` if the file has changed, and ``StoreError/damagedRecord(kind:id:reason:)``
  ///   if it cannot be read.
  package func bytes() throws(StoreError) -> ArraySlice<UInt8> {
    var reader = EncodedSlice.Reader()
    return try bytes(from: &reader)
  }

  /// As ``bytes()``, for loops over many records.
  package func bytes(from reader: inout EncodedSlice.Reader) throws(StoreError) -> ArraySlice<UInt8> {
    do { return try reader.bytes(of: slice) } catch {
      switch error {
      case .changed: throw .edited(kind: Self.kind, id: id)
      case .unreadable(let reason): throw damage("its file cannot be read: \(reason)")
      }
    }
  }

  private func damage(_ reason: String) -> StoreError { .damagedRecord(kind: Self.kind, id: id, reason: reason) }

  /// The whole record.
  /// - Throws: as ``bytes()``, and ``StoreError/damagedRecord(kind:id:reason:)`` if the bytes are not a valid record.
  package func decoded() throws(StoreError) -> Whole {
    let bytes = try bytes()
    do {
      guard let object = try JSONValue(ofStore: bytes.span).objectValue else {
        throw RecordError.wrongType(field: Self.kind.rawValue, expected: Whole.expectation)
      }
      return try Whole(object)
    } catch {
      throw damage(String(describing: error))
    }
  }
}
