import Testing

@testable import Evaluation
@testable import Store

@Suite struct DatasetTests {
  @Test func `columns and rows come from the text`() throws {
    var transaction = makeTransaction()
    let dataset = try transaction.createDataset(name: "d", DatasetContents("a,b\n1,2\n3,4\n"), tagNames: ["t"])
    #expect((dataset.columns, dataset.rowCount, dataset.tagIDs) == (["a", "b"], 2, [1]))
    #expect(dataset.csvData == "a,b\n1,2\n3,4\n")
  }

  @Test func `a change keeps everything that it does not name`() throws {
    var transaction = makeTransaction()
    let dataset = try transaction.dataset()
    transaction = transaction.later()
    let renamed = try transaction.updateDataset(dataset.id, name: "e")
    #expect((renamed.name, renamed.csvData, renamed.rowCount) == ("e", dataset.csvData, 2))
    #expect(renamed.updatedAt == transaction.now && renamed.createdAt == dataset.createdAt)
    let filled = try transaction.updateDataset(dataset.id, contents: DatasetContents("x\n1\n"))
    #expect((filled.name, filled.columns, filled.rowCount) == ("e", ["x"], 1))
  }

  @Test func `an invalid CSV is refused with its line`() throws {
    #expect(
      try refusal { _ = try DatasetContents("a,b\n1") }
        == "csv_data cannot be read. Line 2 has 1 field, the header has 2. Every row needs all fields.")
  }

  // MARK: More rows

  private func appended(_ old: String, _ more: String) throws -> DatasetContents {
    var transaction = makeTransaction()
    let dataset = try transaction.createDataset(name: "d", DatasetContents(old))
    return try DatasetContents(dataset, appending: DatasetContents(more))
  }

  @Test(arguments: [
    ("a,b\n1,2\n", "a,b\n3,4\n"), ("a,b\n1,2", "a;b\n3;4"), ("a,b\r\n1,2\r\n\r\n", "b,a\n4,3"),
    ("\u{feff}a,b\n\"1\",2\n", "{\"b\":4,\"a\":3}"), ("a,b\\n1,2", "sep=,\na,b\n3,4\n"), ("a,b\r1,2", "a,b\\n3,4"),
  ])
  func `rows are appended behind the others, however they are written`(old: String, more: String) throws {
    let contents = try appended(old, more)
    #expect((0..<2).map { contents.table.row($0) } == [["1", "2"], ["3", "4"]])
    #expect(contents.table.rowCount == 2 && contents.notes.last == "1 row was appended, from row_index 1 on.")
    #expect(try CSVTable(bytes: contents.bytes) == contents.table)
  }

  @Test func `a row of one empty value is appended`() throws {
    let contents = try appended("a\n1", "a\n\"\"\n2\n")
    #expect((0..<3).map { contents.table.row($0) } == [["1"], [""], ["2"]])
  }

  @Test func `other columns are named`() throws {
    let missing = try refusal { _ = try appended("a,b\n1,2\n", "a\n3\n") }
    #expect(missing.contains("lack the column \"b\"") && !missing.contains("which the dataset does not have"))
    let unknown = try refusal { _ = try appended("a\n1\n", "a,c,d\n3,4,5\n") }
    #expect(unknown.contains("the columns \"c\", \"d\", which the dataset does not have"))
    #expect(try refusal { _ = try appended("a\n1\n", "3\n4\n") }.contains("header"))
  }

  @Test func `rows keep their part of a split when others are appended`() throws {
    let old = "text\n" + (0..<60).map { "row \($0)\n" }.joined()
    let contents = try appended(old, "text\n" + (60..<90).map { "row \($0)\n" }.joined())
    for part in DatasetPart.allCases {
      let before = try RowSplit(CSVTable(old)).rows(of: part)
      let after = try RowSplit(contents.table).rows(of: part)
      #expect(after.prefix(before.count) == before[...] && after.dropFirst(before.count).allSatisfy { $0 >= 60 })
    }
  }
}
