import JSONCoding

/// Writes the tables as a document: one valid JSON text with one record a line and an empty journal at the end.
///
/// The output ends after the journal's bracket; ``JournalTail/closing`` completes it.
struct DocumentWriter {
  /// Receives the next part of the document, in order.
  typealias Sink = (_ bytes: [UInt8]) throws(StoreError) -> Void

  /// A written document.
  struct Result {
    /// The position of its journal.
    let tail: JournalTail
    /// The places of the records that are kept encoded, in the order of their tables.
    let slices: [RecordKind: [EncodedSlice]]
  }

  private static let partSize = 1 << 20
  /// The file to which the document is written, for the records of this part of it.
  private var file: FileReference
  private let sink: Sink
  private var buffer: [UInt8] = []
  private(set) var count = 0

  private init(_ file: FileDescriptor, _ sink: @escaping Sink) {
    self.file = FileReference(file)
    self.sink = sink
    buffer.reserveCapacity(Self.partSize + 4096)
  }

  /// Writes the document in parts of about 1 MiB.
  ///
  /// - Parameter sink: writes them to the file.
  static func write(
    _ tables: Tables, version: Int, to file: FileDescriptor, by sink: @escaping Sink
  ) throws(StoreError) -> Result {
    var writer = DocumentWriter(file, sink)
    return try writer.write(tables, version)
  }

  private mutating func write(_ tables: Tables, _ version: Int) throws(StoreError) -> Result {
    var slices: [RecordKind: [EncodedSlice]] = [:]
    try append("{\n\"\(DocumentLoader.Member.version)\": \(version),\n")
    let lastIDs = JSONObject(tables.lastIDs.map { JSONObject.Member(key: $0.name, value: .int($0.id)) })
    try append("\"\(DocumentLoader.Member.lastIDs)\": \(JSONValue.object(lastIDs).text),\n")
    for kind in RecordKind.allCases {
      var list = List(kind: kind)
      try kind.type.forEachEncoded(in: tables) { record throws(StoreError) in try append(record, to: &list) }
      try end(list)
      if !list.slices.isEmpty { slices[kind] = list.slices }
    }
    try append("\"\(DocumentLoader.Member.journal)\": [")
    let tail = JournalTail(start: count, end: count, isEmpty: true)
    try flush()
    return Result(tail: tail, slices: slices)
  }

  /// The array of one kind while it is written.
  private struct List {
    let kind: RecordKind
    var isEmpty = true
    var slices: [EncodedSlice] = []
  }

  private mutating func append(_ record: RecordForm, to list: inout List) throws(StoreError) {
    try append(list.isEmpty ? "\"\(list.kind.rawValue)\": [\n" : ",\n")
    list.isEmpty = false
    switch record {
    case .bytes(let bytes):
      let line = Self.onOneLine(bytes)
      if list.kind.type is any EncodedRecord.Type {
        list.slices.append(EncodedSlice(in: file, at: count, line.span))
      }
      try append(line)
    case .text(let text, let id):
      try text.forEachPartOfLine(ofDataset: id) { part throws(StoreError) in try append(part[...]) }
    }
  }

  private mutating func end(_ list: List) throws(StoreError) {
    try append(list.isEmpty ? "\"\(list.kind.rawValue)\": [],\n" : "\n],\n")
  }

  /// Puts a record that an editor has spread over several lines back on one line.
  private static func onOneLine(_ record: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard record.contains(ASCII.lineFeed) else { return record }
    do { return try JSONValue(ofStore: record.span).encoded[...] } catch { return record }
  }

  private mutating func append(_ text: String) throws(StoreError) {
    try append(Array(text.utf8)[...])
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) throws(StoreError) {
    buffer.append(contentsOf: bytes)
    count += bytes.count
    if buffer.count >= Self.partSize { try flush() }
  }

  private mutating func flush() throws(StoreError) {
    try sink(buffer)
    buffer.removeAll(keepingCapacity: true)
    file = FileReference(file.file)
  }
}
