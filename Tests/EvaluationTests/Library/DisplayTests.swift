import Testing

@testable import Evaluation
@testable import Store

@Suite struct DisplayTests {
  /// Two runs that have not begun.
  private func transaction() throws -> (Transaction, first: Int, second: Int) {
    var transaction = makeTransaction()
    let prompt = try transaction.prompt().id
    let first = transaction.run(prompt: prompt).id
    let second = transaction.run(prompt: prompt).id
    return (transaction, first, second)
  }

  @Test func `a run may begin after a newer one`() throws {
    var (transaction, first, second) = try transaction()
    transaction.beginDisplays(ofRun: second)
    transaction.beginDisplays(ofRun: first)
    let tables = try transaction.checked().tables
    #expect(tables.display(ofRun: first)?.isComplete == true)
    #expect(tables.display(ofRun: second)?.runID == second)
  }

  @Test func `a run that begins anew has one record, without what was shown of its old answers`() throws {
    var (transaction, first, second) = try transaction()
    transaction.beginDisplays(ofRun: first)
    transaction.beginDisplays(ofRun: second)
    transaction.beginDisplays(ofRun: first)
    let tables = try transaction.checked().tables
    #expect(tables.displays.count == 2)
    #expect(tables.display(ofRun: first)?.isComplete == true)
  }

  @Test func `what is shown of a run is added to its record, and goes with the run`() throws {
    var transaction = makeTransaction()
    let run = transaction.run(prompt: try transaction.prompt().id, responses: 5)
    let ids = transaction.tables.responses.entries(ofRun: run.id).map(\.id)
    transaction.recordDisplay(.scored, of: [ids[0], ids[1]], ofRun: run.id)
    transaction.recordDisplay(.scored, of: [ids[3]], ofRun: run.id)
    transaction.recordDisplay(.hidden, of: [ids[4]], ofRun: run.id)
    let display = try #require(try transaction.checked().tables.display(ofRun: run.id))
    #expect(!display.isComplete)
    #expect(ids.filter { display.contains($0, .scored) } == [ids[0], ids[1], ids[3]])
    #expect(ids.filter { display.contains($0, .hidden) } == [ids[4]])
    _ = try transaction.deleteCascading(RunRecord.self, id: run.id)
    #expect(try transaction.checked().tables.displays.count == 0)
  }
}
