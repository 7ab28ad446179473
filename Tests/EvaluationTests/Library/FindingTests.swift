import Testing

@testable import Evaluation
@testable import Store

/// Finding a record by its id or its name.
@Suite struct FindingTests {
  @Test func `white space inside a name does not make it an id`() throws {
    var transaction = makeTransaction()
    let dataset = try transaction.dataset("2024 05")
    #expect(try transaction.tables.find(DatasetRecord.self, named: "2024 05").id == dataset.id)
    #expect(try transaction.tables.find(DatasetRecord.self, named: " 1 ").id == dataset.id)
    #expect(throws: EvaluationError.self) { try transaction.tables.find(DatasetRecord.self, named: "0 1") }
  }

  @Test func `a number is an id, and a name only where no record has that id`() throws {
    var transaction = makeTransaction()
    let (first, second) = (try transaction.dataset("2"), try transaction.dataset("2024"))
    #expect(try transaction.tables.find(DatasetRecord.self, named: "2").id == second.id)
    #expect(try transaction.tables.find(DatasetRecord.self, named: "2024").id == second.id)
    #expect(try transaction.tables.find(DatasetRecord.self, named: "1").id == first.id)
    #expect(try refusal { _ = try transaction.tables.find(DatasetRecord.self, named: "7") }.contains("No dataset 7"))
  }
}
