import TestSupport
import Testing

@testable import Evaluation
@testable import Store

/// How many rows tell runs apart.
@Suite struct RowSeparationTests {
  private struct Answer {
    let row: Int
    let score: Double?
  }

  private func figures(_ answers: [Answer]) -> RunFigures {
    let entries = answers.enumerated().map { index, answer in
      var record = ResponseRecord()
      (record.id, record.rowIndex, record.repeatIndex) = (index + 1, answer.row, index)
      (record.status, record.score) = (answer.score == nil ? .failed : .completed, answer.score)
      return ResponseEntry(record, encodedAs: EncodedSlice([]))
    }
    return RunFigures(
      status: .completed, entries: entries, answerCount: entries.count,
      scoring: RunScoring(scoring: Scoring(rawValue: "ExactMatch")))
  }

  /// The rows with the mean scores of two runs or more, and those of them on which the means are equal.
  private func expected(_ runs: [[Answer]], _ rows: Set<Int>) -> (runs: Int, rows: Int, equal: Int) {
    let means = runs.map { answers in
      Dictionary(grouping: answers.filter { $0.score != nil && rows.contains($0.row) }, by: \.row).mapValues {
        $0.compactMap(\.score).reduce(0, +) / Double($0.count)
      }
    }
    let scores = rows.map { row in means.compactMap { $0[row] } }.filter { $0.count > 1 }
    return (
      means.count { !$0.isEmpty }, scores.count, scores.count { row in row.allSatisfy { abs($0 - row[0]) < 1e-9 } }
    )
  }

  @Test func `rows are counted whatever the order and the number of their answers`() throws {
    var random = RepeatableGenerator(seed: 3)
    for _ in 0..<300 {
      let runs = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        (0..<Int.random(in: 0...20, using: &random)).map { _ in
          Answer(
            row: [0, 1, 2, 3, 5, 8, 1_000_000_000].randomElement(using: &random) ?? 0,
            score: [nil, 0, 1, 1].randomElement(using: &random) ?? nil)
        }
      }
      let sorted = Bool.random(using: &random) ? runs.map { $0.sorted { $0.row < $1.row } } : runs
      let rows = Set((0...9).filter { _ in Int.random(in: 0...4, using: &random) > 0 } + [1_000_000_000])
      let expected = expected(sorted, rows)
      let found = RowSeparation(sorted.map(figures), rows: rows)
      if expected.rows == 0 {
        #expect(found == nil)
      } else {
        let found = try #require(found)
        #expect((found.runs, found.rows, found.equal) == expected)
      }
    }
  }
}
