import Store
import Testing

@testable import Evaluation

@Suite(.timeLimit(.minutes(20))) struct RunSelectionTests {
  @Test(arguments: ["train", "validation", "test", "12"])
  func `a run answers the rows of its selection, under the dataset's numbers`(rows: String) async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 60)
    try await fixture.change(id) { $0.rows = rows }
    let expected = try RowSelection(rows)?.rows(
      of: CSVTable("text,expected_output\n" + (0..<60).map { "row \($0),row \($0)\n" }.joined()))
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed)
    #expect(responses.map(\.rowIndex) == expected)
    #expect(responses.allSatisfy { $0.responseText == "row \($0.rowIndex)" })
    #expect(run.snapshot?.rows == rows)
    #expect(run.snapshot?.rowCount == expected?.count)
    let progress = try #require(try await fixture.engine.progress(ofRun: id))
    #expect(progress.generated.total == expected?.count)
    // Nothing is left to do.
    #expect(try await fixture.engine.generate(run: id, options: .init()) == .completed)
  }

  @Test func `a run on a part with too few rows is refused with the reason`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 6)
    try await fixture.change(id) { $0.rows = "test" }
    let error = await #expect(throws: EvaluationError.self) { try await fixture.generate(id) }
    #expect(error.map { "\($0)" }?.contains("a split needs at least 30") == true)
  }
}
