import Store
import Testing

@testable import Evaluation

@Suite struct JudgeShiftTests {
  private func shift(_ earlier: [Double], _ later: [Double], groups: [Int]? = nil) throws -> JudgeShift {
    let rows = zip(earlier, later).enumerated().map { index, pair in
      PairedComparison.Row(baseline: pair.0, candidate: pair.1, group: groups?[index] ?? index)
    }
    return try #require(JudgeShift(PairedDifferences(rows, scale: .bounded(1...5))))
  }

  @Test func `shift and noise of ten texts judged twice`() throws {
    let shift = try shift([4, 3, 5, 2, 4, 4, 3, 5, 1, 4], [4, 4, 5, 2, 5, 4, 3, 5, 2, 4])
    #expect(shift.rows == 10 && abs(shift.mean - 0.3) < 1e-12)
    #expect(abs(shift.noise - 0.3872983346) < 1e-9)
    let interval = try #require(shift.interval)
    #expect(abs(interval.lowerBound + 0.04555021441) < 1e-9 && abs(interval.upperBound - 0.6455502144) < 1e-9)
    #expect(!shift.isCertain)
  }

  @Test func `a few equal differences prove nothing, many do`() throws {
    #expect(try !shift([3, 3], [4, 4]).isCertain)
    #expect(try shift([3], [4]).interval == nil)
    #expect(try shift(Array(repeating: 3, count: 8), Array(repeating: 4, count: 8)).isCertain)
    // Eight rows of two groups are two pieces of evidence.
    #expect(try !shift(Array(repeating: 3, count: 8), Array(repeating: 4, count: 8), groups: [1, 1, 1, 1, 2, 2, 2, 2]).isCertain)
  }
}
