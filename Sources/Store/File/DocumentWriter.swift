import JSONCoding

/// Writes the tables as a document: one valid JSON text, a record a line, an empty journal at the end.
///
/// It ends behind the journal's bracket; ``JournalTail/closing`` completes it.
struct DocumentWriter {
  /// Takes the next part of the document, in order.
  typealias Sink = (_ bytes: [UInt8]) throws(StoreError) -> Void

  private static let partSize = 1 << 20
  private let sink: Sink
  private var buffer: [UInt8] = []
  private(set) var count = 0

  private init(_ sink: @escaping Sink) {
    self.sink = sink
    buffer.reserveCapacity(Self.partSize + 4096)
  }

  /// Writes the document in parts of about a mebibyte.
  /// - Returns: where its journal begins.
  static func write(
    _ tables: Tables, version: Int = StoreFormat.current.version, to sink: @escaping Sink
  ) throws(StoreError) -> JournalTail {
    var writer = DocumentWriter(sink)
    return try writer.write(tables, version)
  }

  private mutating func write(_ tables: Tables, _ version: Int) throws(StoreError) -> JournalTail {
    try append("{\n\"\(DocumentLoader.Member.version)\": \(version),\n")
    let lastIDs = JSONObject(tables.lastIDs.map { JSONObject.Member(key: $0.name, value: .int($0.id)) })
    try append("\"\(DocumentLoader.Member.lastIDs)\": \(JSONValue.object(lastIDs).text),\n")
    for kind in RecordKind.allCases {
      switch kind {
      case .tags: try append(tables.tags)
      case .providerCredentials: try append(tables.providerCredentials)
      case .prompts: try append(tables.prompts)
      case .datasets: try append(tables.datasets)
      case .metrics: try append(tables.metrics)
      case .metricGroups: try append(tables.metricGroups)
      case .runs: try append(tables.runs)
      case .responses: try append(tables.responses)
      case .experiments: try append(tables.experiments)
      case .generations: try append(tables.generations)
      case .sessions: try append(tables.sessions)
      case .sessionExchanges: try append(tables.sessionExchanges)
      }
    }
    try append("\"\(DocumentLoader.Member.journal)\": [")
    let tail = JournalTail(start: count, end: count, isEmpty: true)
    try flush()
    return tail
  }

  private mutating func append<Row: Record>(_ table: Table<Row>) throws(StoreError) {
    var list = List(kind: Row.kind)
    for row in table.newestFirst.reversed() { try append(row.encoded[...], to: &list) }
    try end(list)
  }

  private mutating func append(_ responses: ResponseTable) throws(StoreError) {
    var list = List(kind: .responses)
    for runID in responses.runIDs.sorted() {
      for entry in responses.entries(ofRun: runID) { try append(entry.slice.bytes, to: &list) }
    }
    try end(list)
  }

  private mutating func append(_ generations: GenerationTable) throws(StoreError) {
    var list = List(kind: .generations)
    for id in generations.experimentIDs.sorted() {
      for entry in generations.entries(ofExperiment: id) { try append(entry.slice.bytes, to: &list) }
    }
    try end(list)
  }

  /// One kind's array while it is being written.
  private struct List {
    let kind: RecordKind
    var isEmpty = true
  }

  private mutating func append(_ record: ArraySlice<UInt8>, to list: inout List) throws(StoreError) {
    try append(list.isEmpty ? "\"\(list.kind.rawValue)\": [\n" : ",\n")
    list.isEmpty = false
    try append(Self.onOneLine(record))
  }

  private mutating func end(_ list: List) throws(StoreError) {
    try append(list.isEmpty ? "\"\(list.kind.rawValue)\": [],\n" : "\n],\n")
  }

  /// A record that somebody's editor has spread over several lines goes back on one.
  private static func onOneLine(_ record: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard record.contains(ASCII.lineFeed) else { return record }
    do { return try JSONValue(parsing: record.span).encoded[...] } catch { return record }
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
  }
}
