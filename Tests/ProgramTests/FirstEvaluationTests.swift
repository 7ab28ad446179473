import Testing

@testable import completion_kit

/// What `--try` prints.
@Suite struct FirstEvaluationTests {
  @Test func `the text has both runs, the verdict and every row, and is the same every time`() async throws {
    let text = try await FirstEvaluation.text()
    #expect(try await FirstEvaluation.text() == text)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.contains { $0.hasSuffix("runs_compare    better") })
    #expect(lines.contains { $0.hasPrefix("\"with the city\" is better than \"baseline\": +0.917 on average") })
    #expect(lines.contains { $0.contains("\"baseline\" scores 0.08 on 12 rows, 95 % interval 0.01 to 0.35") })
    #expect(lines.contains { $0.contains("\"with the city\" scores 1.00 on 12 rows, 95 % interval 0.76 to 1.00") })
    #expect(lines.filter { $0.wholeMatch(of: /\s\s[A-Z][a-z]+ +[01]\.00 +1\.00/) != nil }.count == 12)
    #expect(lines.allSatisfy { $0.count <= 120 && $0.last != " " })
  }
}
