import JSONCoding

/// Where the next journal entry goes in a file.
struct JournalTail: Equatable, Sendable {
  /// What closes the document after the last entry.
  static let closing = Array("\n]\n}\n".utf8)

  /// Offset behind the journal's opening bracket.
  var start: Int
  /// Offset behind the last entry, or behind the bracket if there is none.
  var end: Int
  var isEmpty: Bool

  /// What stands between two entries.
  static let separator = Array(",\n".utf8)

  /// What comes before the next entry.
  var opening: [UInt8] { isEmpty ? [ASCII.lineFeed] : Self.separator }

  /// Bytes of all entries.
  var count: Int { end - start }
}
