import Testing

@testable import Evaluation

@Suite struct CSVTableTests {
  private func rows(_ text: String) throws -> [[String]] {
    let table = try CSVTable(text)
    return [table.columns] + (0..<table.rowCount).map(table.row)
  }

  @Test(arguments: [
    ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
    ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
    ("a,b\r\n1,2\r\n3,4\r\n", [["a", "b"], ["1", "2"], ["3", "4"]]),
    ("a,b\r1,2\r3,4", [["a", "b"], ["1", "2"], ["3", "4"]]),
    ("\u{FEFF}a,b\n1,2", [["a", "b"], ["1", "2"]]),
    ("\u{FEFF}\"a\",b\n1,2", [["a", "b"], ["1", "2"]]),
    ("a,b\n\"x, y\",\"say \"\"hi\"\"\"", [["a", "b"], ["x, y", "say \"hi\""]]),
    ("a,b\n\"\"\"\",\"\"", [["a", "b"], ["\"", ""]]),
    ("a,b\n\"two\nlines\",\"dos\r\nlines\"\n1,2", [["a", "b"], ["two\nlines", "dos\r\nlines"], ["1", "2"]]),
    ("a,b\n,\n1,", [["a", "b"], ["", ""], ["1", ""]]),
    ("a,b\n 1 , 2 ", [["a", "b"], [" 1 ", " 2 "]]),
    (" a ,\"b \"\n1,2", [["a", "b"], ["1", "2"]]),
    ("a,b\nit's 5\" wide,2", [["a", "b"], ["it's 5\" wide", "2"]]),
    ("\n\na\n\n1\n\n\n2\n\n", [["a"], ["1"], ["2"]]),
    ("a\n\"\"\n", [["a"], [""]]),
    ("größe,😀\n1 m,日本", [["größe", "😀"], ["1 m", "日本"]]),
    ("a,b\n\u{0},x", [["a", "b"], ["\u{0}", "x"]]),
  ])
  func `fields are read by RFC 4180`(text: String, expected: [[String]]) throws {
    #expect(try rows(text) == expected)
  }

  @Test(arguments: [
    (#"text,expected_output\nHello,Hi"#, [["text", "expected_output"], ["Hello", "Hi"]]),
    (#"a\r\n1\r\n2\n"#, [["a"], ["1"], ["2"]]),
    (#"a,b\n"x\ny",2"#, [["a", "b"], ["x\ny", "2"]]),
  ])
  func `backslash n is a line break if there is no other`(text: String, expected: [[String]]) throws {
    #expect(try rows(text) == expected)
  }

  @Test func `backslash n is text if there are line breaks`() throws {
    #expect(try rows("a,b\nC:\\new,2") == [["a", "b"], [#"C:\new"#, "2"]])
  }

  @Test(arguments: [
    ("", EvaluationError.emptyCSV),
    ("\u{FEFF}\r\n\n", .emptyCSV),
    ("a,b", .noRows),
    ("a,b\r\n\r\n", .noRows),
    ("a,,c\n1,2,3", .emptyColumnName(column: 2, line: 1)),
    ("a,b, \n1,2,3", .emptyColumnName(column: 3, line: 1)),
    ("\n\na,b,a\n1,2,3", .duplicateColumn("a", line: 3)),
    ("a, a\n1,2", .duplicateColumn("a", line: 1)),
    ("a,b\n1,2\n3\n4,5", .raggedRow(fields: 1, columns: 2, line: 3)),
    ("a,b\r\n1,2\r\n\r\n3,4,5", .raggedRow(fields: 3, columns: 2, line: 4)),
    ("a,b\r1,2\r3", .raggedRow(fields: 1, columns: 2, line: 3)),
    ("a,b\n\"x\n\ny\",1\n2", .raggedRow(fields: 1, columns: 2, line: 5)),
    ("a,b\n1,2,", .raggedRow(fields: 3, columns: 2, line: 2)),
    ("a,b\n1,2\n3,\"open\n4,5\n", .openQuote(line: 3)),
    ("a,b\n1,\"", .openQuote(line: 2)),
    ("\"a,b\n1,2", .openQuote(line: 1)),
    ("a,b\n\"x\"y,2", .textAfterQuote(line: 2)),
    ("a,b\n\"x\ny\" ,2", .textAfterQuote(line: 3)),
  ])
  func `a fault is refused with its line`(text: String, error: EvaluationError) {
    #expect(throws: error) { try CSVTable(text) }
  }

  @Test func `errors say what to do`() {
    #expect(
      "\(EvaluationError.raggedRow(fields: 3, columns: 2, line: 7))"
        == "Line 7 has 3 fields, the header has 2. Put fields that contain commas in double quotes.")
    #expect(
      "\(EvaluationError.raggedRow(fields: 1, columns: 2, line: 7))"
        == "Line 7 has 1 field, the header has 2. Every row needs all fields.")
  }

  @Test func `a hundred thousand rows are read and can be looked up`() throws {
    var text = "id,text,expected_output\n"
    for index in 0..<100_000 { text += "\(index),\"row \(index), \"\"quoted\"\"\",value \(index)\n" }
    let table = try CSVTable(text)
    #expect(table.rowCount == 100_000)
    #expect(table.row(99_999) == ["99999", "row 99999, \"quoted\"", "value 99999"])
    #expect(table.columnIndex("text") == 1)
    #expect(table.columnIndex("Text") == nil)
  }

  @Test func `invalid UTF-8 does not stop the reader`() throws {
    let table = try CSVTable(bytes: [0x61, 0x0a, 0xff, 0x0a])
    #expect(table.row(0) == ["\u{FFFD}"])
  }
}

@Suite struct CSVPageTests {
  @Test(arguments: [
    (0, Int.max, Int.max, "a,b\n1,x\n2,\"y\nz\"\n3,w", 0..<3),
    (1, 1, .max, "a,b\n2,\"y\nz\"\n", 1..<2),
    (0, .max, 8, "a,b\n1,x\n", 0..<1),
    (0, .max, 7, "a,b\n1,x\n", 0..<1),
    (0, .max, 16, "a,b\n1,x\n2,\"y\nz\"\n", 0..<2),
    (0, .max, 15, "a,b\n1,x\n", 0..<1),
    (0, .max, 0, "a,b\n1,x\n", 0..<1),
    (2, 10, .max, "a,b\n3,w", 2..<3),
    (3, 10, .max, "a,b\n", 3..<3),
    (99, 10, .max, "a,b\n", 3..<3),
    (-5, 0, .max, "a,b\n", 0..<0),
  ])
  func `a page is the header and whole rows`(
    offset: Int, limit: Int, maxBytes: Int, csv: String, rows: Range<Int>
  ) throws {
    let table = try CSVTable("\u{FEFF}a,b\n1,x\n2,\"y\nz\"\n3,w")
    let page = table.page(offset: offset, limit: limit, maxBytes: maxBytes)
    #expect(page == CSVTable.Page(csv: csv, rows: rows))
  }

  @Test(arguments: [
    [["plain", "with, comma"], ["say \"hi\"", "two\nlines"], ["dos\r\n", ""], [" spaces ", "\\n"]],
    [["only"], [""], [" "], ["\""]],
  ])
  func `written text is read back unchanged`(rows: [[String]]) throws {
    let columns = Array(["first, name", "second"].prefix(rows[0].count))
    let table = try CSVTable(CSVWriter.text(columns: columns, rows: rows))
    #expect(table.columns == columns)
    #expect((0..<table.rowCount).map(table.row) == rows)
  }

  @Test func `a byte-order mark is in no column's name, unless it is in quotes`() throws {
    for marks in ["\u{feff}", "\u{feff}\u{feff}", "\n\u{feff}", "\u{feff}\r\n\n\u{feff}"] {
      #expect(try CSVTable(marks + "a,b\n1,2\n").columns == ["a", "b"])
    }
    #expect(throws: EvaluationError.self) { try CSVTable("\u{feff}\n\u{feff}") }
    let written = CSVWriter.text(columns: ["\u{feff}a", "b"], rows: [["\u{feff}", "\u{feff}"]])
    let table = try CSVTable(written)
    #expect(table.columns.map { Array($0.unicodeScalars) } == [["\u{feff}", "a"], ["b"]])
    #expect(table.row(0).map { Array($0.unicodeScalars) } == [["\u{feff}"], ["\u{feff}"]])
  }

  @Test func `only fields that need quotes get them`() {
    #expect(
      CSVWriter.text(columns: ["a", "b"], rows: [["x y", "1,5"], ["", "q\"q"]])
        == "a,b\nx y,\"1,5\"\n,\"q\"\"q\"\n")
  }
}
