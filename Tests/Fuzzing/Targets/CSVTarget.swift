import JSONCoding

@testable import Evaluation

extension FuzzTarget {
  /// Tables: what is recognized has all values of the text, and is kept as CSV that is read as the same table, also page
  /// by page.
  static let csv = FuzzTarget(name: "csv") { bytes in
    // A table is text, and invalid UTF-8 is refused before.
    let text = String(decoding: bytes, as: UTF8.self)
    guard let read = try accepted({ try TableText(bytes: Array(text.utf8)) }) else { return try requireFault(text) }
    try requireValues(of: read, Array(text.utf8))
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

  /// The values are those of the text as a plain reader has them.
  private static func requireValues(of read: TableText, _ text: [UInt8]) throws {
    var tables = [TableByHand(json: text)]
    if !read.notes.contains(where: { $0.hasPrefix("Read as ") }) {
      tables = TableText.Delimiter.allCases.map { TableByHand(text, separatedBy: $0.rawValue) }
      if read.notes.contains(where: { $0.hasSuffix("as its first line says.") }) {
        let rest = text.drop { $0 != ASCII.lineFeed && $0 != ASCII.carriageReturn }
        tables = text.prefix(10).map { TableByHand(Array(rest), separatedBy: $0) }
      }
    }
    let isFound = tables.compactMap(\.self).contains { $0.isEqual(to: read.table) }
    try require(isFound, "the table has \(read.table.columns) and \(rows(of: read.table))")
  }

  /// A text that is refused is no table with commas.
  private static func requireFault(_ text: String) throws {
    let bytes = Array(text.utf8)
    let first = text.unicodeScalars.first { $0 != "\u{feff}" && $0.value > 0x20 }
    guard !text.contains("sep="), first != "{", first != "[", !bytes.contains(0),
      let table = TableByHand(bytes, separatedBy: ASCII.comma), table.columns.count > 1
    else { return }
    throw FuzzFinding(
      "a table with the columns \(table.columns.map { String(decoding: $0, as: UTF8.self) }) is refused")
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
