/// A page of the rows of a long text.
///
/// A text that is read is in memory several times, here and in the client. So a page ends with the last row that fits
/// into 16 MiB, and tells where the next page begins. It has at least one row, however long.
struct RowPage: Equatable {
  static let byteLimit = 16 << 20

  let text: String
  /// The range of the rows in the text.
  let rows: Range<Int>
  let total: Int

  init(text: String, rows: Range<Int>, total: Int) {
    self.text = text
    self.rows = rows
    self.total = total
  }

  /// - Parameters:
  ///   - header: the beginning of every page.
  ///   - footer: the end of every page.
  ///   - row: appends a row with its line feed.
  init(
    header: [UInt8], footer: [UInt8] = [], from offset: Int, of total: Int, limit: Int = byteLimit,
    row: (_ index: Int, _ output: inout [UInt8]) throws -> Void
  ) rethrows {
    var output = header
    var end = offset
    while end < total {
      let length = output.count
      try row(end, &output)
      if output.count > limit, end > offset {
        output.removeSubrange(length...)
        break
      }
      end += 1
    }
    output += footer
    self.init(text: String(decoding: output, as: UTF8.self), rows: offset..<end, total: total)
  }

  /// The offset of the next page; nil for the last page.
  var nextOffset: Int? { rows.upperBound < total ? rows.upperBound : nil }
}
