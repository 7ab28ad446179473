import Providers
import Store
import Testing

@testable import Evaluation

/// What follows from removing `stop_against`, and from new scores.
extension RunStopTests {
  @Test func `without its stop a run answers the rest, in the order that it began`() async throws {
    let phase = Phase()
    let fixture = EngineFixture(Self.answerByPhase(phase))
    let id = try await pair(fixture, concurrency: 1)
    phase.next()
    let (stopped, early) = try await fixture.generate(id)
    #expect(early.count == 8)
    try await fixture.change(id) { $0.removeStop() }
    let figures = try await fixture.store.read { try #require($0.figures(ofRun: id)) }
    #expect(figures.answerCount == 60 && figures.entries.count == 8)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && run.stoppedEarly == nil && run.stopAgainst == nil && responses.count == 60)
    #expect(run.snapshot?.orderSeed == stopped.snapshot?.orderSeed && run.snapshot?.formerStopAgainst == 1)
    #expect(Set(early.map(\.id)).isSubset(of: Set(responses.map(\.id))) && fixture.models.calls.count == 120)
    let again = try await fixture.generate(id, .init(restart: true)).run
    #expect(again.snapshot?.orderSeed == nil && again.snapshot?.formerStopAgainst == nil)
  }

  @Test func `new scores are not those that stopped a run`() async throws {
    let phase = Phase()
    let fixture = EngineFixture(Self.answerByPhase(phase))
    let id = try await pair(fixture)
    phase.next()
    let stop = try #require(try await fixture.generate(id).run.stoppedEarly)
    func rule() async throws -> RunScoring {
      try await fixture.store.read { try #require($0.figures(ofRun: id)).scoring }
    }
    let before = try await rule()
    #expect(stop.isDecided(by: before) && stop.sentence(against: 1, by: before).hasPrefix("Better than run 1"))
    #expect(stop.warning(by: before, isTrusted: true).contains("too high"))
    try await fixture.change(id) { $0.scoring = .contains }
    let after = try await rule()
    let sentence = stop.sentence(against: 1, by: after)
    #expect(!stop.isDecided(by: after) && sentence.contains("replaced since") && !sentence.contains("Better"))
    #expect(!stop.warning(by: after, isTrusted: true).contains("too high") && sentence.contains("of 60 calls"))
    // A stop of an earlier format does not say by what it was decided.
    var old = stop
    old.scoring = nil
    #expect(old.isDecided(by: after))
  }

  @Test func `more repeats make a complete run lack answers, and only those are made`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 4)
    try await fixture.change(id) { $0.repeats = 2 }
    let known = try await fixture.generate(id).responses
    try await fixture.change(id) { $0.repeats = 3 }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.count == 12 && fixture.models.calls.count == 12)
    #expect(Set(known.map(\.id)).isSubset(of: Set(responses.map(\.id))))
    #expect(responses.filter { $0.repeatIndex == 2 }.count == 4)
    #expect(try await fixture.engine.generate(run: id, options: .init()) == .completed)
  }
}
