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
}
