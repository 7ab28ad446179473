import Evaluation
import Foundation
import JSONCoding
import Providers
import Store
import TestSupport
import Testing

@testable import Evaluation

/// What a run tells of its batches before and while they are under way.
@Suite(.timeLimit(.minutes(5))) struct BatchTellingTests {
  /// A tenth of a cent for each token of an answer, and half of it in a batch.
  private func fixture(_ batches: FakeBatches, longest: Int? = nil) -> EngineFixture {
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    fixture.models.price(perToken: 0.001, longest: longest)
    return fixture
  }

  private func makeRun(
    _ fixture: EngineFixture, rows: Int = 101, maxCost: Double, maxTokens: Int? = 100
  ) async throws -> Int {
    try await fixture.makeBatchRun(rows: rows) { run in
      run.maxCost = maxCost
      if let maxTokens {
        do { run.settings = try RequestSettings(["max_tokens": .int(maxTokens)]) } catch { Issue.record(error) }
      }
    }
  }

  @Test func `an estimate says that max_cost divides the rows into several batches, and what does not`() async throws {
    let batches = FakeBatches()
    let fixture = fixture(batches)
    let id = try await makeRun(fixture, maxCost: 1.6)
    let note = try #require(await fixture.engine.outlook(ofRun: id).batchLimit)
    #expect(note.contains("a batch is paid as a whole"))
    #expect(note.contains("further batches") && note.contains("of 101 requests"))
    let match = try #require(
      note.firstMatch(of: /max_cost \$([0-9.]*[0-9]), or max_tokens|max_cost \$([0-9.]*[0-9]) submits/))
    let enough = try #require(Double(match.1 ?? match.2 ?? ""))
    try await fixture.change(id) { $0.maxCost = enough }
    #expect(await fixture.engine.outlook(ofRun: id).batchLimit == nil)
    let (run, _) = try await fixture.generate(id)
    #expect(run.status == .completed && batches.submissions.count == 1)
  }

  @Test func `an estimate says that nothing will be submitted`() async throws {
    let open = fixture(FakeBatches())
    let id = try await makeRun(open, maxCost: 5, maxTokens: nil)
    let note = try #require(await open.engine.outlook(ofRun: id).batchLimit)
    #expect(note.hasPrefix("The run will submit nothing.") && note.contains("Set max_tokens"))
    let tight = fixture(FakeBatches())
    let other = try await makeRun(tight, maxCost: 0.05)
    #expect(await tight.engine.outlook(ofRun: other).batchLimit?.contains("lets nothing be submitted") == true)
    // A single row is a call of its own.
    let one = try await makeRun(tight, rows: 1, maxCost: 5, maxTokens: nil)
    #expect(await tight.engine.outlook(ofRun: one).batchLimit == nil)
  }

  @Test func `a row whose result is missing names the way to ask it again`() async throws {
    let batches = FakeBatches { $0.arrange = { Array($0.dropLast()) } }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let (run, responses) = try await fixture.generate(try await fixture.makeBatchRun(rows: 6))
    let failed = responses.filter { $0.status == .failed }
    #expect(run.status == .completed && failed.count == 1)
    #expect(failed.first?.error?.contains("retry_failed: true") == true)
  }

  @Test func `every start after a rejected batch asks another row, and none twice`() async throws {
    let batches = FakeBatches { $0.rejection = "Line 3: the model does not exist." }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 6)
    for start in 1...3 { #expect(try await fixture.generate(id).responses.count == start) }
    #expect(Set(fixture.models.calls).count == fixture.models.calls.count)
  }

  @Test func `progress tells of a cancellation, and of a provider that cannot be asked`() {
    var record = BatchRecord()
    (record.batchID, record.provider, record.state, record.places) = ("b", "openai", .submitted, [0, 9])
    func sentence(_ change: (inout BatchProgress) -> Void = { _ in }) -> String {
      var progress = RunProgress(status: .waiting, generated: .init(total: 10), judged: .init(total: 10))
      progress.batches = BatchProgress(of: [record])
      if var batches = progress.batches {
        change(&batches)
        progress.batches = batches
      }
      return progress.sentence
    }
    #expect(sentence().contains("waiting for 1 batch") && sentence().hasSuffix("the judge is then asked live"))
    #expect(sentence { $0.isEnding = true }.contains("cancelling 1 batch of 10 requests"))
    record.error = "Incorrect API key provided."
    #expect(sentence().hasSuffix("OpenAI could not be asked: Incorrect API key provided."))
    // What was wrong with a batch that has ended is told elsewhere.
    record.state = .rejected
    #expect(!sentence().contains("could not be asked"))
  }
}
