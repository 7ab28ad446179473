import JSONCoding

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
