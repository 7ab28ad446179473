import Evaluation
import Providers
import Store
import Synchronization
import Testing

/// Failures of a connection, a setting or a moment: once they are mended, the rows are asked again.
extension LastingFailureTests {
  @Test(arguments: [ProviderError.Kind.unusableAnswer, .invalidRequest])
  func `a resume asks again where no model has decided about the row`(kind: ProviderError.Kind) async throws {
    // As for a web page in place of JSON, or a redirect.
    let (fixture, id) = try await interrupted(ProviderError(kind, "Check api_endpoint."))
    let calls = fixture.models.calls.count
    _ = try await fixture.generate(id)
    #expect(Set(fixture.models.calls.dropFirst(calls)) == ["row 1", "row 4", "row 5"])
  }

  @Test func `the estimate of an interrupted run covers the rows that are tried again`() async throws {
    let (fixture, id) = try await interrupted(.sample(.transient))
    let told = try #require(await fixture.engine.outlook(ofRun: id).cost?.likely)
    let started = try #require(try await fixture.generate(id).run.estimatedCost)
    #expect(abs(told - started) < 1e-9 && told > 0.055)
  }

  @Test func `an interrupted run whose rows all have an outcome costs more if one is tried again`() async throws {
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if prompt == "row 2" { throw .sample(.insufficientQuota) }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 3, concurrency: 1)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && responses.count == 3)
    #expect(try await fixture.store.read { try #require($0.figures(ofRun: id)).needsForecast })
    let told = try #require(await fixture.engine.outlook(ofRun: id).cost?.likely)
    #expect(abs(told - 0.03) < 1e-9)
  }

  @Test func `copied answers do not make rejections last`() async throws {
    let isBroken = Mutex(false)
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if isBroken.withLock({ $0 }) { throw .decided(.invalidRequest) }
      return prompt
    }
    let reuse = RunReuseTests()
    let first = try await fixture.makeRun(rows: 4, concurrency: 1)
    _ = try await fixture.generate(first)
    try await reuse.add(rows: (4..<12).map { "row \($0),row \($0)\n" }.joined(), to: fixture)
    let id = try await reuse.copy(fixture, of: first)
    isBroken.withLock { $0 = true }
    let (failed, _) = try await fixture.generate(id)
    #expect(failed.status == .failed && fixture.models.calls.count < 12)
    isBroken.withLock { $0 = false }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.map(\.status) == Array(repeating: .completed, count: 12))
    #expect(responses.count { $0.reusedFrom != nil } == 4)
  }

  @Test func `a stretch of rejections that stopped the run does not last, whatever was answered before`() async throws {
    enum Weather { case fair, unpaid, broken }
    let weather = Mutex(Weather.fair)
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      switch weather.withLock({ $0 }) {
      case .fair where call == 3: throw .sample(.insufficientQuota)
      case .fair: return prompt
      case .unpaid: throw .sample(.insufficientQuota)
      case .broken: throw .decided(.invalidRequest)
      }
    }
    let id = try await fixture.makeRun(rows: 12, concurrency: 1)
    #expect(try await fixture.generate(id).responses.map(\.status) == [.completed, .completed, .failed])
    weather.withLock { $0 = .broken }
    let (stopped, rejected) = try await fixture.generate(id)
    #expect(stopped.status == .failed && rejected.count == 8)
    // Answers of a later start, before the rejected rows come again, prove nothing about them either.
    weather.withLock { $0 = .fair }
    fixture.models.changeAnswers { answer in
      if case .success(let completion) = answer.result, completion.text == "row 10" {
        weather.withLock { $0 = .unpaid }
      }
      return answer
    }
    #expect(try await fixture.generate(id).run.status == .failed)
    fixture.models.changeAnswers { $0 }
    weather.withLock { $0 = .fair }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.map(\.status) == Array(repeating: .completed, count: 12))
  }

  @Test func `a call that began before a rejection says nothing about it`() async throws {
    let (begins, began) = AsyncStream.makeStream(of: Void.self)
    let (ends, ended) = AsyncStream.makeStream(of: Void.self)
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      switch prompt {
      case "row 0" where call <= 2:
        began.finish()
        for await _ in ends {}
      case "row 1" where call <= 2:
        for await _ in begins {}
        throw .decided(.invalidRequest)
      case "row 2" where call == 3:
        ended.finish()
        throw .sample(.insufficientQuota)
      default: break
      }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 3, concurrency: 2)
    let (failed, before) = try await fixture.generate(id)
    #expect(failed.status == .failed && before.map(\.status) == [.completed, .failed, .failed])
    #expect(try await fixture.generate(id).responses.allSatisfy { $0.status == .completed })
  }
}
