import Store
import Testing

@testable import Evaluation

extension EngineFixture {
  /// The comparison of a run with a later one.
  func comparison(_ first: Int, _ second: Int) async throws -> RunComparison {
    try await store.read { tables in
      let (one, two) = (try tables.find(RunRecord.self, first), try tables.find(RunRecord.self, second))
      let sides = [
        ComparedRun(ComparedRun.Source(one, comparedWith: nil, in: tables)),
        ComparedRun(ComparedRun.Source(two, comparedWith: one, in: tables)),
      ]
      let dataset = try #require(one.datasetID.flatMap { tables.datasets[$0] })
      return try RunComparison(baseline: sides[0], candidate: sides[1], groups: RowGroups(sides, of: dataset))
    }
  }
}
