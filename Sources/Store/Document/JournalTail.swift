import JSONCoding

/// The position of the next journal entry in a file.
struct JournalTail: Equatable, Sendable {
  /// The bytes that close the document after the last entry.
  static let closing = Array("\n]\n}\n".utf8)

  /// The offset after the journal's opening bracket.
  var start: Int
  /// The offset after the last entry, or after the bracket if there is none.
  var end: Int
  var isEmpty: Bool

  /// The separator between entries of different writes.
  static let separator = Array(",\n".utf8)
  /// The separator between entries of one write, which is therefore one line; no tool formats JSON like this.
  static let separatorInBatch = Array(",\t".utf8)

  /// The bytes before the next entry.
  var opening: [UInt8] { isEmpty ? [ASCII.lineFeed] : Self.separator }

  /// The size of all entries in bytes.
  var count: Int { end - start }
}
