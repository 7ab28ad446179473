import Providers
import Store
import Synchronization
import Testing

@testable import Evaluation

/// Comparisons of runs with several answers a row, of which some failed.
@Suite(.timeLimit(.minutes(20))) struct FailedAnswerTests {
  /// Two runs with two answers to each row that are right unless they fail.
  ///
  /// - Parameter failure: of an answer by its row and number; the second run's answers have the numbers 2 and 3.
  private func pair(
    rows: Int = 40, _ failure: @escaping @Sendable (_ row: Int, _ number: Int) -> ProviderError?
  ) async throws -> (EngineFixture, first: Int, second: Int) {
    let counts = Mutex<[String: Int]>([:])
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      let number = counts.withLock { counts in
        defer { counts[prompt, default: 0] += 1 }
        return counts[prompt, default: 0]
      }
      if let error = failure(Int(prompt.dropFirst(4)) ?? 0, number) { throw error }
      return prompt
    }
    let first = try await fixture.makeRun(rows: rows, concurrency: 1)
    try await fixture.change(first) { $0.repeats = 2 }
    try await fixture.generate(first)
    let second = try await fixture.store.commit { transaction in
      var run = try transaction.tables.find(RunRecord.self, first)
      (run.id, run.status, run.snapshot) = (0, .pending, nil)
      return transaction.insert(run).id
    }
    try await fixture.generate(second)
    return (fixture, first, second)
  }

  /// Has people find every answer right before its score is shown.
  private func approve(_ fixture: EngineFixture, _ runs: [Int]) async throws {
    try await fixture.store.commit { transaction in
      for run in runs {
        let answered = transaction.tables.responses.entries(ofRun: run).filter { $0.status != .failed }.map(\.id)
        transaction.recordDisplay(.hidden, of: Set(answered), ofRun: run)
        for id in answered {
          var draft = VerdictDraft(.response(id))
          draft.hasPassed = true
          _ = try transaction.createVerdicts([draft])
        }
      }
    }
  }

  @Test func `a correction by people's verdicts counts failed answers 0`() async throws {
    let (fixture, first, second) = try await pair { $1 == 3 ? .decided(.unusableAnswer) : nil }
    #expect(try await fixture.comparison(first, second).verdict == .worse)
    try await approve(fixture, [first, second])
    let comparison = try await fixture.comparison(first, second)
    let difference = try #require(comparison.corrected?.difference)
    #expect(abs(difference.mean + 0.5) < 1e-9 && difference.rated == 40)
    #expect(comparison.verdict == .worse, "\(comparison.sentence)")
  }

  @Test func `a failed answer alone is no verdict of people on its row`() async throws {
    let (fixture, first, second) = try await pair { $1 == 3 ? .decided(.unusableAnswer) : nil }
    try await approve(fixture, [first])
    #expect(try await fixture.comparison(first, second).corrected?.rated == 0)
  }

  /// An outage fails one of two answers in 16 of 40 rows of one of the runs.
  @Test(arguments: [1, 3]) func `answers lost in an outage are no merit of the other run`(number: Int) async throws {
    let (fixture, first, second) = try await pair { row, call in
      call == number && row % 5 < 2 ? .sample(.transient) : nil
    }
    let comparison = try await fixture.comparison(first, second)
    #expect(comparison.verdict == .unclear, "\(comparison.sentence)")
    #expect(comparison.sentence.contains("so none is given"), "\(comparison.sentence)")
    #expect(comparison.sentence.contains("16 rows of \"r\" (run \(number == 1 ? first : second))"))
    #expect(comparison.sentence.contains("counted 0") && comparison.sentence.contains("retry_failed: true"))
    try await approve(fixture, [first, second])
    let corrected = try await fixture.comparison(first, second)
    #expect(corrected.corrected?.interval != nil && corrected.verdict == .unclear, "\(corrected.sentence)")
  }

  @Test(arguments: [(1, Verdict.better), (3, .worse)])
  func `answers that the model withholds count 0 for either run`(number: Int, verdict: Verdict) async throws {
    let (fixture, first, second) = try await pair { row, call in
      call == number && row % 5 < 2 ? .decided(.unusableAnswer) : nil
    }
    let comparison = try await fixture.comparison(first, second)
    #expect(comparison.verdict == verdict, "\(comparison.sentence)")
    #expect(comparison.sentence.contains("16 rows of") && comparison.sentence.contains("counted 0"))
  }

  @Test func `runs that lost all their answers show nothing`() async throws {
    let (fixture, first, second) = try await pair(rows: 80) { row, _ in row > 0 ? .sample(.unauthorized) : nil }
    let comparison = try await fixture.comparison(first, second)
    #expect(comparison.verdict != .same && comparison.verdict != .notWorse, "\(comparison.sentence)")
  }
}
