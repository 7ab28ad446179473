/// As many rows of a long text as are given at once.
///
/// A text that is read stands in memory a few times over, as it does with the client. So a part ends with the last row
/// that fits 16 MiB, and says where the next one begins; one row is given however long it is.
struct RowPage: Equatable {
  static let byteLimit = 16 << 20

  let text: String
  /// The rows that the text has, of all.
  let rows: Range<Int>
  let total: Int

  init(text: String, rows: Range<Int>, total: Int) {
    self.text = text
    self.rows = rows
    self.total = total
  }

  /// - Parameters:
  ///   - header: what every part begins with.
  ///   - row: appends a row with its line feed.
  init(
    header: [UInt8], from offset: Int, of total: Int, limit: Int = byteLimit,
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
    self.init(text: String(decoding: output, as: UTF8.self), rows: offset..<end, total: total)
  }

  /// Where the next part begins; nil if this is the last.
  var nextOffset: Int? { rows.upperBound < total ? rows.upperBound : nil }
}
