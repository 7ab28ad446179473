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

  /// What stands between two entries that were not written together.
  static let separator = Array(",\n".utf8)
  /// What stands between two entries of one write, which thus is one line; no tool lays out JSON like this.
  static let separatorInBatch = Array(",\t".utf8)

  /// What comes before the next entry.
  var opening: [UInt8] { isEmpty ? [ASCII.lineFeed] : Self.separator }

  /// Bytes of all entries.
  var count: Int { end - start }
}
