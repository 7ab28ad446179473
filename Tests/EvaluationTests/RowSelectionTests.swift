import JSONCoding
import Testing

@testable import Evaluation

@Suite struct RowSelectionTests {
  private func table(_ rows: Range<Int>, version: String = "") throws -> CSVTable {
    try CSVTable("text,expected_output,__note\n" + rows.map { "word \($0),\(version)\($0),\(version)\n" }.joined())
  }

  private func parts(_ table: CSVTable) throws -> [DatasetPart] {
    let split = try RowSplit(table)
    return try (0..<table.rowCount).map { try split.part(of: $0) }
  }

  @Test func `the parts are 40, 30 and 30 percent, and every row is in one`() throws {
    let table = try table(0..<10_000)
    let counts = try DatasetPart.allCases.map { try RowSelection.part($0).rows(of: table).count }
    #expect(counts.reduce(0, +) == 10_000)
    for (count, expected) in zip(counts, [4_000, 3_000, 3_000]) { #expect(abs(count - expected) < 150) }
  }

  @Test func `a row keeps its part when rows are added or its expected output and settings change`() throws {
    let before = try parts(table(0..<40))
    #expect(try Array(parts(table(0..<400)).prefix(40)) == before)
    #expect(try parts(table(0..<40, version: "2")) == before)
    let turned = try CSVTable("expected_output,text\n" + (0..<40).map { "x,word \($0)\n" }.joined())
    #expect(try parts(turned) == before)
  }

  @Test func `rows with equal inputs are in one part`() throws {
    let table = try CSVTable("a,b\n" + (0..<400).map { "\($0 % 4),\($0 % 2)\n" }.joined())
    let parts = try parts(table)
    for row in 4..<400 { #expect(parts[row] == parts[row - 4]) }
    // Adjacent values do not affect each other.
    let pairs = try CSVTable("a,b\n" + (0..<40).map { $0 < 20 ? "ab,c\($0)\n" : "a,bc\($0 - 20)\n" }.joined())
    let both = try self.parts(pairs)
    #expect(both[..<20] != both[20...])
  }

  @Test func `the column __split overrides, also in a small dataset`() throws {
    let table = try CSVTable("text,__split\na,test\nb, Train \nc,validation\nd,test\n")
    #expect(try RowSelection.part(.test).rows(of: table) == [0, 3])
    #expect(try RowSelection.part(.train).rows(of: table) == [1])
    let unknown = try CSVTable("text,__split\na,test\nb,dev\n")
    #expect(throws: RowSelectionError.unknownPart("dev", row: 1)) { try RowSelection.part(.test).rows(of: unknown) }
    let without = try CSVTable("text,__split\na,test\nb,test\n")
    #expect(throws: RowSelectionError.emptyPart(.train)) { try RowSelection.part(.train).rows(of: without) }
  }

  @Test func `under 30 rows there is no split, and the error says why`() throws {
    let table = try table(0..<29)
    let error = #expect(throws: RowSelectionError.self) { try RowSelection.part(.train).rows(of: table) }
    #expect(error == .tooFewRows(29))
    #expect(error?.description.contains("no claim on held-out rows is possible") == true)
    #expect(try RowSelection.sample(5).rows(of: table).count == 5)
  }

  @Test func `a sample is the same for every run, without repetition`() throws {
    let table = try table(0..<100)
    let rows = try RowSelection.sample(20).rows(of: table)
    #expect(rows == rows.sorted() && Set(rows).count == 20 && rows != Array(0..<20))
    #expect(try RowSelection.sample(20).rows(of: table) == rows)
    #expect(try Set(RowSelection.sample(30).rows(of: table)).isSuperset(of: rows))
    #expect(try RowSelection.sample(1_000).rows(of: table) == Array(0..<100))
  }

  @Test(
    arguments: [
      (nil, RowSelection.all), ("all", .all), ("", .all), ("Test", .part(.test)), (" train ", .part(.train)),
      ("20", .sample(20)),
    ] as [(String?, RowSelection)])
  func `a selection is read from its word`(text: String?, selection: RowSelection) {
    #expect(RowSelection(text) == selection)
  }

  @Test(arguments: ["0", "-3", "dev", "2.5"])
  func `any other word is not a selection`(text: String) {
    #expect(RowSelection(text) == nil)
  }

  @Test func `settings of a row are not input`() throws {
    let rows = try RunRows(template: RequestTemplate("{{ text }}"), table: table(0..<2))
    #expect(rows[1].input == ["text": "word 1"])
  }
}
