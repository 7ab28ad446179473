import Testing

@testable import Evaluation

@Suite struct TableTextTests {
  private static func rows(_ text: String) throws -> [[String]] {
    let table = try TableText(text).table
    return [table.columns] + (0..<table.rowCount).map { table.row($0) }
  }

  private static func refusal(_ text: String) -> String? {
    do throws(EvaluationError) {
      _ = try TableText(text)
      return nil
    } catch { return error.description }
  }

  @Test(arguments: [
    "a,b\n1,2\n", "a,b\r\n\"1\",\"2\"", "\u{FEFF}a,b\n1,2\n", "a\nx;y\n", "a; b\nx\n", "a;b,c\n1,2\n", "a\n\"\"\nx\n",
  ])
  func `a text that is CSV is kept as it stands`(text: String) throws {
    let table = try TableText(text)
    #expect(table.csv == text && table.notes.isEmpty)
  }

  @Test(arguments: [
    "a;b\n1;2\n": "semicolons", "a;b\n1, or so;2\n": "semicolons", "\"a\";\"b\"\n\"1, so\";\"2\"\n": "semicolons",
    "a\tb\n1\t2": "tabs", "sep=;\na;b\n1;2": "semicolons", "\u{FEFF}\"sep=|\"\r\na|b\r\n1|2\r\n": "\"|\"",
    "sep=,\na,b\n1,2\n": "commas", "a, or so;b\n1;2\n3;4\n": "semicolons",
  ])
  func `another delimiter is recognized and told`(text: String, name: String) throws {
    let table = try TableText(text)
    #expect(table.table.columns.count == 2 && table.table.row(0)[1] == "2")
    #expect(table.notes.count == 1 && table.notes[0].contains(name))
    #expect(try CSVTable(table.csv) == table.table)
  }

  @Test func `a fault of a text with semicolons is told in its own terms`() {
    let sentence = Self.refusal("a;b\n1;2;3\n")
    #expect(sentence?.contains("Line 2 has 3 fields") == true && sentence?.contains("semicolons") == true)
    #expect(Self.refusal("a,b\n1,2,3\n")?.contains("commas") == true)
  }

  @Test func `columns and rows without values are left out and told`() throws {
    let table = try TableText("q,e,,\nParis,Paris,,\n,,,\n\"\",\" \",,\nRome,Rome,, \n,,,\n")
    #expect(table.table.columns == ["q", "e"] && table.table.rowCount == 2 && table.table.row(1) == ["Rome", "Rome"])
    #expect(table.notes.count == 2 && table.notes[1].hasPrefix("3 rows"))
    // Blanks are white space of any kind, as spreadsheets write them.
    let blanks = "\u{a0},\n\u{c},\u{2003}\nx,y\n\u{3000},\" \"\n"
    #expect(try Self.rows("a,b\n\(blanks)") == [["a", "b"], ["x", "y"]])
    #expect(Self.refusal("a,b\n,\n")?.contains("no row") == true)
    #expect(try Self.rows("a,b\n,x\n") == [["a", "b"], ["", "x"]])
  }

  @Test func `a value in a column without a name is no blank`() {
    #expect(Self.refusal("a,\n1,2\n")?.contains("column 2 of the header has no name") == true)
    #expect(Self.refusal("sep=;\n\na;\n1;2\n")?.hasPrefix("Line 3: column 2") == true)
    #expect(Self.refusal("a,,b\n1,,2\n")?.contains("column 2") == true)
    #expect(Self.refusal(",\n1,2\n")?.contains("column 1") == true)
  }

  @Test func `JSON Lines and arrays are rows`() throws {
    let expected = [["q", "n", "tags"], ["a, \"b\"", "1", ""], ["c\nd", "", "[1,true]"]]
    #expect(
      try Self.rows("{\"q\":\"a, \\\"b\\\"\",\"n\":1}\n\n{\"tags\":[1,true],\"q\":\"c\\nd\",\"n\":null}\r\n")
        == expected)
    #expect(
      try Self.rows("[{\"q\":\"a, \\\"b\\\"\",\"n\":1},\n{\"tags\":[1,true],\"q\":\"c\\nd\",\"n\":null}]") == expected)
    #expect(try TableText("{\"a\":1}").notes.first?.contains("JSON Lines") == true)
    // Numbers keep their spelling.
    #expect(try Self.rows("{\"a\":\"007\"}\n{\"a\":1.50}\n{\"a\":12345678901234567890}")[1][0] == "007")
  }

  @Test func `JSON that is no table is refused with its place`() {
    #expect(Self.refusal("{\"a\":1}\n{\"a\":")?.contains("Line 2 is not JSON") == true)
    #expect(Self.refusal("[{\"a\":1},2]")?.contains("Item 2 is not an object") == true)
    #expect(Self.refusal("[]")?.contains("no row") == true)
    #expect(Self.refusal("{}")?.contains("no row") == true)
  }

  @Test(arguments: [
    ("[\n{\"a\":1}\n{\"a\":2}\n]", "line 3"), ("[\n{\"a\":NaN}\n]", "line 2"), ("[{\"a\":1}]\n[{\"a\":2}]", "Line 2"),
    ("[{\"a\":1},\n{\"a\":2},\n]", "line 3"), ("\u{FEFF}[\n {\n  \"a\": 1\n }\n {\"a\": 2}\n]", "line 5"),
    ("[[1]\n", "line 2"),
    ("[\"a\",\n", "line 2"),
  ])
  func `a broken array is no CSV`(text: String, line: String) {
    #expect(Self.refusal(text)?.contains("JSON array") == true)
    #expect(Self.refusal(text)?.contains(line) == true, "\(Self.refusal(text) ?? "read")")
  }

  @Test func `a second value for a column and a NUL are refused with their line`() {
    #expect(Self.refusal("{\"a\":1}\n{\"a\":1,\" a\":2}")?.hasPrefix("Line 2 has two keys") == true)
    #expect(Self.refusal("[{\"\\u00e9\":1,\"e\\u0301\":2}]")?.hasPrefix("Item 1 has two keys") == true)
    #expect(Self.refusal("{\"a\":1}\n{\"a\":\"\\u0000\"}")?.hasPrefix("Line 2 has a NUL") == true)
    #expect(Self.refusal("a\nx\n\0\n")?.hasPrefix("Line 3 has a NUL") == true)
  }

  @Test func `a header may begin with a brace or a bracket`() throws {
    #expect(try Self.rows("{a},b\n1,2\n")[0] == ["{a}", "b"])
    #expect(try Self.rows("[a],b\n1,2\n")[0] == ["[a]", "b"])
  }

  @Test func `lost letters are told with their line`() throws {
    let text = "q,e\nParis,Paris\ncaf\u{FFFD},x\n"
    let (table, warnings) = (try TableText(text), try TableText(text).warnings)
    #expect(warnings.count == 1 && warnings[0].contains("Line 3") && warnings[0].contains("encoding"))
    #expect(table.csv == text && table.notes.isEmpty)
    #expect(try TableText("q,e\n\u{FFFE}\u{FF0C},\u{F8FF}\n").warnings.isEmpty)
  }

  @Test(arguments: ["rows.csv", "/tmp/rows.jsonl ", "C:\\x\\y.XLSX"])
  func `the name of a file is no table`(text: String) {
    #expect(Self.refusal(text)?.contains("name of a file") == true)
  }

  @Test func `a key that comes late is a column of all rows`() throws {
    let lines = #"{}"# + "\n" + #"{"a":"1, 2"}"# + "\n" + #"{"a":"x\ny","b":2}"# + "\n" + #"{"c":true}"#
    let table = try TableText(lines).table
    #expect(table.columns == ["a", "b", "c"])
    #expect((0..<4).map { table.row($0) } == [["", "", ""], ["1, 2", "", ""], ["x\ny", "2", ""], ["", "", "true"]])
    #expect(try Self.rows("[{}, {\"a\": 1}, {}]") == [["a"], [""], ["1"], [""]])
  }

  @Test func `a named format is read as such`() throws {
    let brace = "{\"a\"}\n{\"b\"}\n"
    #expect(try TableText(brace, format: .csv).table.rowCount == 1)
    #expect(try TableText("a, b\tc\n1, 2\t3\n", format: .tsv).table.row(0) == ["1, 2", "3"])
    for format in [TableFormat.json, .jsonl] {
      #expect(try TableText("{\"a\":1}", format: format).table.columns == ["a"])
      do throws(EvaluationError) {
        _ = try TableText("a\n1\n", format: format)
        Issue.record("it was read")
      } catch { #expect(error.description.contains(format.rawValue)) }
    }
  }

  @Test(arguments: [
    ("a,b\n1,2\na,b\n3,4", 3), ("\"a\",b\r\n1,\"x\ny\"\r\n\"a\",b\r\n", 4), ("a;b\n1;2\na;b", 3),
  ])
  func `a header that stands again is told with its line, and an error among rows to append`(
    text: String, line: Int
  ) throws {
    #expect(try TableText(text).warnings.contains { $0.contains("Line \(line) repeats the header") })
    #expect {
      _ = try TableText(text, secondHeader: .refused)
    } throws: { "\($0)".contains("Line \(line) repeats the header") }
    #expect(try TableText(text, secondHeader: .row).warnings.isEmpty)
  }

  @Test(arguments: ["a\n1\na\n", "a,b\na,bc\na,\n", "a,b\n1,2\nA,b\n"])
  func `a row that resembles the header is a row`(text: String) throws {
    #expect(try TableText(text).table.rowCount == 2)
  }
}
