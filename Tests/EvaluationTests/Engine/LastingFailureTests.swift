import Evaluation
import Providers
import Store
import Synchronization
import Testing

/// Rows that would fail again: a run that goes on leaves them out, so that nobody pays for them twice unasked.
@Suite(.timeLimit(.minutes(20))) struct LastingFailureTests {
  /// A run of 6 rows, of which row 1 fails in one way every time and row 4 finds the account empty once.
  func interrupted(_ failure: ProviderError) async throws -> (EngineFixture, id: Int) {
    let isEmpty = Mutex(true)
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if prompt == "row 1" { throw failure }
      if prompt == "row 4",
        isEmpty.withLock({ isEmpty in
          defer { isEmpty = false }
          return isEmpty
        })
      {
        throw .sample(.insufficientQuota)
      }
      return prompt
    }
    let id = try await fixture.makeRun(concurrency: 1)
    #expect(try await fixture.generate(id).run.status == .failed)
    return (fixture, id)
  }

  @Test(arguments: [ProviderError.Kind.unusableAnswer, .invalidRequest])
  func `a resume leaves out what would fail again, and says how it is tried again`(
    kind: ProviderError.Kind
  ) async throws {
    let (fixture, id) = try await interrupted(.decided(kind))
    let told = try await fixture.warnings(of: id)
    #expect(told.contains { $0.contains("1 of them") && $0.contains("retry_failed: true") }, "\(told)")
    let calls = fixture.models.calls.count
    let (run, responses) = try await fixture.generate(id)
    #expect(Array(fixture.models.calls.dropFirst(calls)) == ["row 5", "row 4"])
    #expect(run.status == .completed && responses.map(\.status).count { $0 == .failed } == 1)
    #expect(responses[1].attempts == 3 && responses[1].error == "Withheld.")
    let progress = try await fixture.store.read { try #require($0.figures(ofRun: id)).progress.generated }
    #expect(progress == RunProgress.Count(done: 5, failed: 1, total: 6))
    let warnings = try await fixture.warnings(of: id)
    #expect(warnings.contains { $0.contains("1 of 6 rows failed") && $0.contains("retry_failed: true") }, "\(warnings)")
    _ = try await fixture.generate(id, .init(retryFailed: true))
    #expect(fixture.models.calls.last == "row 1" && fixture.models.calls.count == calls + 3)
  }

  @Test(arguments: [ProviderError.Kind.transient, .unauthorized, .notFound])
  func `a resume tries again what may have been mended`(kind: ProviderError.Kind) async throws {
    let (fixture, id) = try await interrupted(.sample(kind))
    let calls = fixture.models.calls.count
    _ = try await fixture.generate(id)
    #expect(Set(fixture.models.calls.dropFirst(calls)) == ["row 1", "row 4", "row 5"])
  }

  @Test func `a run without any answer tries rejected requests again, and no withheld answers`() async throws {
    let isBroken = Mutex(true)
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if prompt == "row 0" { throw ProviderError.decided(.unusableAnswer) }
      if isBroken.withLock({ $0 }) { throw .decided(.invalidRequest) }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 3, concurrency: 1)
    let (failed, _) = try await fixture.generate(id)
    #expect(failed.status == .failed && fixture.models.calls.count == 3)
    isBroken.withLock { $0 = false }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.map(\.status) == [.failed, .completed, .completed])
    #expect(Array(fixture.models.calls.dropFirst(3)) == ["row 1", "row 2"])
  }

  @Test func `a run of nothing but withheld answers costs nothing more and says so`() async throws {
    let fixture = EngineFixture { _, _ throws(ProviderError) in
      throw ProviderError.decided(.unusableAnswer)
    }
    let id = try await fixture.makeRun(rows: 2, concurrency: 1)
    for _ in 0..<2 {
      let (run, _) = try await fixture.generate(id)
      #expect(run.status == .failed && run.errorMessage?.contains("Withheld.") == true)
      #expect(fixture.models.calls.count == 2)
      let warnings = try await fixture.warnings(of: id)
      #expect(
        warnings.contains { $0.contains("2 of 2 rows failed") && $0.contains("retry_failed: true") }, "\(warnings)")
    }
    _ = try await fixture.generate(id, .init(retryFailed: true))
    #expect(fixture.models.calls.count == 4)
  }

  @Test func `another process leaves out the same rows`() async throws {
    let (fixture, id) = try await interrupted(ProviderError.decided(.unusableAnswer))
    await fixture.shutDown()
    let other = EngineFixture(folder: fixture.folder) { prompt, _ in prompt }
    #expect(try await other.generate(id).run.status == .completed)
    #expect(Set(other.models.calls) == ["row 4", "row 5"])
  }

  @Test func `a stop at max_cost tells apart the rows without an outcome and those that have failed`() async throws {
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if prompt == "row 0", call < 3 { throw ProviderError(.transient, "Broken.", usage: ProviderError.sampleUsage) }
      if prompt == "row 2", call < 4 { throw .sample(.insufficientQuota) }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 9, concurrency: 1)
    let (stopped, before) = try await fixture.generate(id)
    #expect(stopped.status == .failed && before.count { $0.status == .failed } == 2)
    // One cent for each of two calls so far, and room for one more.
    try await fixture.change(id) { $0.maxCost = 0.035 }
    let (run, _) = try await fixture.generate(id)
    #expect(
      run.errorMessage?.contains("5 rows are left and 2 rows that failed are to be tried again") == true, "\(run)")
  }

  // MARK: Refusals

  @Test func `refusals are counted beside the scores that they have`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    fixture.models.changeAnswers { answer in
      guard case .success(var completion) = answer.result, ["row 0", "row 3"].contains(completion.text) else {
        return answer
      }
      completion.text = "I cannot help with that."
      completion.finishReason = "refusal"
      return .init(result: .success(completion), attempts: 1)
    }
    let id = try await fixture.makeRun()
    _ = try await fixture.generate(id)
    let statistics = try await fixture.store.read { try #require($0.figures(ofRun: id)).statistics }
    #expect(statistics.refusals == 2 && statistics.completed == 6 && statistics.scoreCount == 6)
    #expect(try await fixture.warnings(of: id).contains { $0.contains("2 of 6 responses are refusals") })
  }
}

extension ProviderError {
  static let sampleUsage = TokenUsage(promptTokens: 10, completionTokens: 1)

  /// An error by which a model, its moderation or a validator has decided about a request.
  static func decided(_ kind: Kind) -> ProviderError {
    var error = ProviderError(kind, "Withheld.", usage: sampleUsage)
    error.isAboutRequest = true
    return error
  }
}
