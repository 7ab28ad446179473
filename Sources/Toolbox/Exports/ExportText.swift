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

/// Rows between a header and a footer, each made when it is needed, so that a long text is never in memory as a whole.
struct RowText: Sendable {
  /// The size in bytes from which a part is written.
  private static let partSize = 1 << 20

  var header: [UInt8] = []
  var footer: [UInt8] = []
  let count: Int
  /// Appends a row with its line feed.
  let row: @Sendable (_ index: Int, _ output: inout [UInt8]) throws -> Void

  /// JSON Lines: one value for each row.
  static func jsonLines(
    _ count: Int, _ value: @escaping @Sendable (_ index: Int) throws -> JSONObject
  ) -> RowText {
    RowText(count: count) { index, output in
      output += try value(index).encoded
      output.append(ASCII.lineFeed)
    }
  }

  /// The rows from an offset on that fit; every page is a text with the header and the footer.
  func page(from offset: Int, limit: Int = RowPage.byteLimit) throws -> RowPage {
    try RowPage(header: header, footer: footer, from: offset, of: count, limit: limit, row: row)
  }

  /// Writes the whole text in parts of about 1 MiB.
  func write(_ output: ExportText.Output) throws {
    var part = header
    for index in 0..<count {
      try row(index, &part)
      if part.count >= Self.partSize {
        try output(part)
        part.removeAll(keepingCapacity: true)
      }
    }
    try output(part + footer)
  }
}
