import JSONCoding

/// Finds the position of a record in a document that was loaded without an error.
///
/// Loading keeps no offsets. This walks the text again, only when a message about a record is needed.
struct RecordLocator {
  private let text: [UInt8]
  private let kind: RecordKind
  private let id: Int
  private var reader = JSONReader.ofStore()
  private var found: Int?

  /// The offset of the record, or of its last version in the journal; 0 if it is not found.
  static func offset(of kind: RecordKind, id: Int, in text: [UInt8], from start: Int) -> Int {
    var locator = RecordLocator(text: text, kind: kind, id: id, start: start)
    // Only a truncated last entry can end the walk early, and that entry was not loaded.
    do { try locator.walk() } catch {}
    return locator.found ?? 0
  }

  private init(text: [UInt8], kind: RecordKind, id: Int, start: Int) {
    self.text = text
    self.kind = kind
    self.id = id
    reader.position = start
  }

  private mutating func walk() throws {
    try walkMembers { locator, key throws in
      switch key {
      case locator.kind.rawValue: try locator.walkRecords()
      case DocumentLoader.Member.journal: try locator.walkJournal()
      default: try locator.skip()
      }
    }
  }

  private mutating func walkJournal() throws {
    let text = self.text
    var first = true
    while try reader.nextElement(in: text.span, first: &first) {
      try walkMembers { locator, key throws in
        guard key == JournalEntry.Member.puts else { return try locator.skip() }
        try locator.walkMembers { locator, key throws in
          if key == locator.kind.rawValue { try locator.walkRecords() } else { try locator.skip() }
        }
      }
    }
  }

  private mutating func walkRecords() throws {
    let text = self.text
    var first = true
    while try reader.nextElement(in: text.span, first: &first) {
      _ = try reader.peek(in: text.span)
      let start = reader.position
      if try reader.value(in: text.span)["id"]?.intValue == id { found = start }
    }
  }

  private mutating func walkMembers(_ body: (inout Self, String) throws -> Void) throws {
    let text = self.text
    var first = true
    while let key = try reader.nextKey(in: text.span, first: &first) { try body(&self, key.key) }
  }

  private mutating func skip() throws {
    let text = self.text
    try reader.skipValue(in: text.span)
  }
}
