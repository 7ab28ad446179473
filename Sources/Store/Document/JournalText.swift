/// Entries for the journal: bytes, and long texts of datasets that are encoded part by part as they are written.
///
/// The encoded form of such a text may have hundreds of megabytes and is never held as a whole.
struct JournalText: Sendable {
  private enum Part {
    case bytes([UInt8])
    case text(DatasetText, datasetID: Int)
  }

  /// The size in bytes from which a text is long.
  private static let longText = 1 << 20

  private var parts: [Part] = []
  /// The size of the parts in bytes.
  private var partsCount = 0
  /// The bytes behind the last long text.
  var ending: [UInt8] = []

  /// The places of the records that are kept encoded, from the start of the bytes.
  private(set) var places: [RecordPlace] = []

  /// The size in bytes.
  var count: Int { partsCount + ending.count }
  var isEmpty: Bool { count == 0 }
  /// All bytes; nil if there is a long text.
  var shortText: [UInt8]? { parts.isEmpty ? ending : nil }

  mutating func append(_ record: RecordForm) {
    switch record {
    case .bytes(let bytes): ending.append(contentsOf: bytes)
    case .text(let text, let id):
      let size = text.lineSize(ofDataset: id)
      guard size >= Self.longText else {
        return text.forEachPartOfLine(ofDataset: id) { ending.append(contentsOf: $0) }
      }
      parts += [.bytes(ending), .text(text, datasetID: id)]
      partsCount += ending.count + size
      ending = []
    }
  }

  /// Appends a record that is kept encoded, and notes its place.
  mutating func append(_ record: RecordForm, _ kind: RecordKind, id: Int, of ownerID: Int) {
    places.append(RecordPlace(kind: kind, id: id, ownerID: ownerID, offset: count))
    append(record)
  }

  /// Puts bytes before all others.
  mutating func prepend(_ bytes: [UInt8]) {
    for index in places.indices { places[index].offset += bytes.count }
    if parts.isEmpty { return ending.insert(contentsOf: bytes, at: 0) }
    parts.insert(.bytes(bytes), at: 0)
    partsCount += bytes.count
  }

  /// Calls a function with the bytes, part by part.
  func forEachPart<Failure: Error>(_ body: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    for part in parts {
      switch part {
      case .bytes(let bytes): try body(bytes)
      case .text(let text, let id): try text.forEachPartOfLine(ofDataset: id, body)
      }
    }
    try body(ending)
  }
}
