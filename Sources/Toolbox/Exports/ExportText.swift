import JSONCoding

/// A text that is exported, made while it is read or written.
struct ExportText: Sendable {
  /// Takes a part of the text.
  typealias Output = (_ bytes: [UInt8]) throws -> Void

  /// What a format cannot hold.
  struct Skipped: Sendable, Equatable {
    /// The place: `row 3`, `metric "tone"`.
    let what: String
    let why: String

    var json: JSONValue { ["what": .string(what), "why": .string(why)] }
  }

  /// The rows from an offset on that fit into a number of bytes.
  let page: @Sendable (_ offset: Int, _ limit: Int) throws -> RowPage
  /// Writes the whole text part by part.
  let write: @Sendable (_ output: Output) throws -> Void
  /// What a reader of the text has to know, in sentences.
  var notes: [String] = []
  var skipped: [Skipped] = []

  /// Adds what speaks against the scores of a run that is exported.
  mutating func tell(doubt: String?) {
    if let doubt { notes.append("Of the scores: \(doubt).") }
  }

  /// A text without rows.
  init(_ text: String) {
    page = { _, _ in RowPage(text: text, rows: 0..<0, total: 0) }
    write = { output in try output(Array(text.utf8)) }
  }

  /// A text of rows.
  init(_ rows: RowText) {
    page = { offset, limit in try rows.page(from: offset, limit: limit) }
    write = { output in try rows.write(output) }
  }

  /// A text of rows that is in memory already.
  ///
  /// - Parameter text: UTF-8.
  init(_ text: [UInt8], page: @escaping @Sendable (_ offset: Int, _ limit: Int) throws -> RowPage) {
    self.page = page
    write = { output in try output(text) }
  }
}
