import Evaluation
import JSONCoding
import Store

/// Something of the store that can be found by its texts.
struct SearchItem: Sendable {
  /// A text with the name of its place.
  typealias Place = (name: String, text: String)

  /// The position in the order of a kind: the newest owner first, and within an owner the oldest first.
  struct Position: Sendable, Equatable {
    /// The record that it belongs to, such as a response's run; itself if there is none.
    let owner: Int
    let id: Int

    /// Whether it comes after another.
    func isBehind(_ other: Position) -> Bool {
      owner < other.owner || owner == other.owner && id > other.id
    }
  }

  /// The texts: at hand, or in a record that is decoded when it may have the sought one.
  enum Contents: Sendable {
    case places([Place])
    case encoded(
      @Sendable (inout EncodedSlice.Reader) throws -> ArraySlice<UInt8>, @Sendable () throws -> [Place])
  }

  let position: Position
  /// The name, and the members besides it, the kind and the id; made only for what is found.
  let label: @Sendable () -> (name: String, members: JSONObject)
  let contents: Contents
  /// The dataset whose rows are searched as well.
  private var rows: DatasetRecord?

  /// A record whose texts are in memory.
  init(_ record: some NamedRecord, _ places: [(String, String?)]) {
    position = Position(owner: record.id, id: record.id)
    label = { [name = record.displayName] in (name, [:]) }
    contents = .places(places.compactMap { name, text in text.map { (name, $0) } })
  }

  /// A dataset with its rows.
  init(_ dataset: DatasetRecord, tags: [(String, String?)]) {
    self.init(dataset, [("name", dataset.name)] + tags)
    rows = dataset
  }

  /// A record that is kept encoded.
  init(
    _ entry: some TableEntry, label: @escaping @Sendable () -> (name: String, members: JSONObject),
    places: @escaping @Sendable () throws -> [Place]
  ) {
    position = Position(owner: entry.ownerID, id: entry.id)
    self.label = label
    contents = .encoded({ reader in try entry.bytes(from: &reader) }, places)
  }

  /// The first place with the sought text, and an excerpt around it; nil if there is none.
  ///
  /// - Parameters:
  ///   - reader: reads the records that are kept encoded.
  ///   - read: the number of bytes that were searched, to which those of this item are added.
  func match(
    _ search: TextSearch, from reader: inout EncodedSlice.Reader, read: inout Int
  ) throws -> (place: String, excerpt: String)? {
    var places: [Place]
    switch contents {
    case .places(let given): places = given
    case .encoded(let encoded, let decoded):
      let bytes = try encoded(&reader)
      read += bytes.count
      guard search.mayOccur(inJSON: bytes.span) else { return nil }
      places = try decoded()
    }
    if let rows { places.append(("csv_data", rows.csvData)) }
    for (name, text) in places {
      read += text.utf8.count
      if let end = search.end(in: text) { return (name, Self.excerpt(of: text, around: end)) }
    }
    return nil
  }

  /// The sizes in bytes of the text before and after the end of a match.
  private static let (before, after) = (100, 60)

  /// A line of text around the end of a match.
  private static func excerpt(of text: String, around end: Int) -> String {
    let bytes = text.utf8
    let last = bytes.index(bytes.startIndex, offsetBy: end)
    let start = bytes.index(last, offsetBy: -before, limitedBy: bytes.startIndex) ?? bytes.startIndex
    let stop = bytes.index(last, offsetBy: after, limitedBy: bytes.endIndex) ?? bytes.endIndex
    let scalars = text.unicodeScalars
    let line = String(scalars[scalars.index(start)..<scalars.index(stop)]).split(whereSeparator: \.isNewline)
      .joined(separator: " ")
    return (start > bytes.startIndex ? "..." : "") + line + (stop < bytes.endIndex ? "..." : "")
  }
}

extension String.UnicodeScalarView {
  /// The index of the scalar that a byte belongs to.
  fileprivate func index(_ place: String.Index) -> String.Index {
    String.Index(place, within: self) ?? index(before: place)
  }
}
