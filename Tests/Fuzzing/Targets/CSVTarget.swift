import JSONCoding

@testable import Evaluation

extension FuzzTarget {
  /// Tables: what is recognized is kept as CSV that is read as the same table, also page by page.
  static let csv = FuzzTarget(name: "csv") { bytes in
    // A table is text, and invalid UTF-8 is refused before.
    let text = String(decoding: bytes, as: UTF8.self)
    guard let read = try accepted({ try TableText(bytes: Array(text.utf8)) }) else { return }
    let rows = Self.rows(of: read.table)
    try require(read.table.columns.allSatisfy { !$0.isEmpty }, "a column without a name")
    try require(rows.allSatisfy { $0.count == read.table.columns.count }, "a row of another width")
    try requireTable(read.bytes, like: read.table, rows, "the text that is kept")
    let written = CSVWriter.bytes(columns: read.table.columns, rows: rows)
    try requireTable(written, like: read.table, rows, "what is written")
    try requireTable(read.table.bytes(appending: read.table), like: read.table, rows + rows, "the table twice")
    try requirePages(of: read.table, rows)
    try requireLines(of: read, text)
  }

  private static func rows(of table: CSVTable) -> [[String]] { (0..<table.rowCount).map(table.row) }

  private static func requireTable(
    _ bytes: [UInt8], like table: CSVTable, _ rows: [[String]], _ what: String
  ) throws {
    guard let again = try accepted({ try CSVTable(bytes: bytes) }) else {
      throw FuzzFinding("\(what) is refused: \(String(decoding: bytes, as: UTF8.self))")
    }
    let (found, wanted) = ([again.columns] + Self.rows(of: again), [table.columns] + rows)
    // Equal byte by byte, not only by Unicode's rules.
    let isSame = found.map { $0.map { Array($0.utf8) } } == wanted.map { $0.map { Array($0.utf8) } }
    try require(isSame, "\(what) is read as \(found), not \(wanted)")
  }

  private static func requirePages(of table: CSVTable, _ rows: [[String]]) throws {
    var offset = 0
    while offset < table.rowCount {
      let page = table.page(offset: offset, limit: 3, maxBytes: 40)
      try require(page.rows.lowerBound == offset && !page.rows.isEmpty, "a page from \(offset) has \(page.rows)")
      try requireTable(Array(page.csv.utf8), like: table, Array(rows[page.rows]), "the page \(page.rows)")
      offset = page.rows.upperBound
    }
  }

  private static func requireLines(of read: TableText, _ text: String) throws {
    guard !read.notes.contains(where: { $0.hasPrefix("Read as ") }) else { return }
    let lines = read.rowLines
    let last = text.utf8.reduce(1) { $1 == ASCII.lineFeed || $1 == ASCII.carriageReturn ? $0 + 1 : $0 }
    let limit = last == 1 ? Int.max : last
    try require(lines.count == read.table.rowCount, "\(lines.count) lines of \(read.table.rowCount) rows")
    try require(zip(lines, lines.dropFirst()).allSatisfy { $0 < $1 }, "rows on the lines \(lines)")
    try require(lines.allSatisfy { 2...limit ~= $0 }, "rows on the lines \(lines) of \(last)")
  }
}
