import Evaluation
import Foundation
import JSONCoding
import Providers
import Store
import Synchronization
import TestSupport
import Testing

/// Batches within max_cost: they are paid as a whole, so that only what surely fits is submitted.
@Suite(.timeLimit(.minutes(5))) struct BatchBudgetTests {
  /// The tokens of the answer to a row: the first is short, and the others have any length up to the limit of 100.
  private static func tokens(_ prompt: String) -> Int {
    let row = Int(prompt.dropFirst(4)) ?? 0
    return row == 0 ? 2 : 1 + row * 37 % 100
  }

  /// A tenth of a cent for each token of an answer, and half of it in a batch.
  private static func fixture(
    folder: TemporaryFolder = TemporaryFolder(), _ batches: FakeBatches, longest: Int? = nil
  ) -> EngineFixture {
    batches.change { state in
      state.outcome = { .answered(.success(.inBatch($0, tokens: tokens($0)))) }
    }
    let fixture = EngineFixture(folder: folder, batches: batches) { prompt, _ in
      prompt.hasPrefix("row") ? prompt : #"{"reasons": "It is right.", "score": 4}"#
    }
    fixture.models.price(perToken: 0.001, longest: longest)
    return fixture
  }

  private static func makeRun(
    _ fixture: EngineFixture, rows: Int = 101, maxCost: Double, maxTokens: Int? = 100, metrics: Int = 0
  ) async throws -> Int {
    try await fixture.makeBatchRun(
      rows: rows, scoring: metrics > 0 ? .llmJudge : .exactMatch, metrics: metrics, judge: metrics > 0 ? "j" : nil
    ) { run in
      run.maxCost = maxCost
      if let maxTokens {
        do { run.settings = try RequestSettings(["max_tokens": .int(maxTokens)]) } catch { Issue.record(error) }
      }
    }
  }

  private static func cost(_ responses: [ResponseRecord]) -> Double {
    responses.reduce(0) { $0 + ($1.cost ?? 0) + ($1.judgeCost ?? 0) }
  }

  /// The amount that a message tells to set.
  private static func proposal(_ run: RunRecord) throws -> Double {
    let message = try #require(run.errorMessage)
    let match = try #require(message.firstMatch(of: /set max_cost to \$([0-9.]*[0-9])/), "\(message)")
    return try #require(Double(match.1))
  }

  @Test(arguments: [0.0001, 0.05, 0.3, 0.51, 0.55, 0.7, 1, 1.6, 2.4, 3, 5, 5.2, 8])
  func `no batch crosses a ceiling, however long its answers are`(ceiling: Double) async throws {
    let batches = FakeBatches()
    let fixture = Self.fixture(batches)
    let id = try await Self.makeRun(fixture, maxCost: ceiling)
    let (run, responses) = try await fixture.generate(id)
    #expect(Self.cost(responses) <= ceiling)
    let submitted = batches.submissions.map(\.requests.count)
    // Not row by row; only what is left in the end may be a small batch.
    #expect(submitted.dropLast().allSatisfy { $0 >= 10 } && submitted.count <= 6, "\(submitted)")
    if responses.count == 101 { return #expect(run.status == .completed) }
    #expect(run.status == .failed && responses.count == (submitted.isEmpty ? 0 : 1) + submitted.reduce(0, +))
    let enough = try Self.proposal(run)
    #expect(enough > ceiling)
    try await fixture.change(id) { $0.maxCost = enough }
    let (whole, all) = try await fixture.generate(id)
    #expect(whole.status == .completed && all.count == 101 && Self.cost(all) <= enough)
    #expect(Set(batches.prompts).count == batches.prompts.count, "nothing is submitted twice")
  }

  @Test func `once real costs are known, what they leave is used`() async throws {
    let batches = FakeBatches()
    let fixture = Self.fixture(batches)
    // A row costs 0.05 at most and 0.025 on average.
    let id = try await Self.makeRun(fixture, maxCost: 3.2)
    let (run, responses) = try await fixture.generate(id)
    let submitted = batches.submissions.map(\.requests.count)
    #expect(run.status == .completed && responses.count == 101)
    #expect(submitted.count >= 2 && submitted[0] == 63, "\(submitted)")
  }

  @Test func `a ceiling that lets nothing be submitted costs no call, and max_tokens would help`() async throws {
    let batches = FakeBatches()
    let fixture = Self.fixture(batches)
    let id = try await Self.makeRun(fixture, maxCost: 0.4)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && responses.isEmpty && fixture.models.calls.isEmpty && batches.submissions.isEmpty)
    // The rows have no usual length yet, so only a limit above what is assumed is proposed.
    #expect(run.errorMessage?.contains("100 tokens") == true)
    let larger = try await Self.makeRun(fixture, rows: 12, maxCost: 0.45, maxTokens: 100)
    let (_, few) = try await fixture.generate(larger)
    #expect(few.isEmpty && batches.submissions.isEmpty)
    let message = try #require(try await fixture.state(of: larger).run.errorMessage)
    let match = try #require(message.firstMatch(of: /max_tokens to ([0-9]+)/), "\(message)")
    let tokens = try #require(Int(match.1))
    try await fixture.change(larger) { run in
      do { run.settings = try RequestSettings(["max_tokens": .int(tokens)]) } catch { Issue.record(error) }
    }
    batches.change { $0.outcome = { .answered(.success(.inBatch($0, tokens: tokens))) } }
    let (whole, all) = try await fixture.generate(larger)
    #expect(whole.status == .completed && all.count == 12 && Self.cost(all) <= 0.45)
  }

  @Test func `without a known limit of an answer nothing is asked, and the message tells what to set`() async throws {
    let batches = FakeBatches()
    let fixture = Self.fixture(batches)
    let id = try await Self.makeRun(fixture, maxCost: 100, maxTokens: nil)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && responses.isEmpty && fixture.models.calls.isEmpty && batches.submissions.isEmpty)
    #expect(run.errorMessage?.contains("Set max_tokens with runs_update") == true)
    try await fixture.change(id) { run in
      do { run.settings = try RequestSettings(["max_tokens": 100]) } catch { Issue.record(error) }
    }
    #expect(try await fixture.generate(id).run.status == .completed)
  }

  @Test func `the model's own limit bounds a batch without max_tokens`() async throws {
    let batches = FakeBatches()
    let fixture = Self.fixture(batches, longest: 200)
    let id = try await Self.makeRun(fixture, maxCost: 2, maxTokens: nil)
    _ = try await fixture.generate(id)
    // A tenth of a dollar each.
    #expect(batches.submissions.first?.requests.count == 19)
  }

  @Test func `room is kept for the judge, who is asked about all answers that there are`() async throws {
    let batches = FakeBatches()
    let fixture = Self.fixture(batches)
    let id = try await Self.makeRun(fixture, maxCost: 2, metrics: 1)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && run.errorMessage?.contains("Stopped at max_cost") == true)
    #expect(responses.count > 20 && responses.count < 101 && Self.cost(responses) <= 2)
    #expect(responses.allSatisfy { $0.status == .completed && $0.reviews.count == 1 })
  }

  @Test(arguments: [1.5, 2.2, 3, 4.5])
  func `a stop with a judge tells what is spent and left, and its advice completes the run`(ceiling: Double)
    async throws
  {
    let fixture = Self.fixture(FakeBatches())
    let id = try await Self.makeRun(fixture, maxCost: ceiling, metrics: 1)
    let (run, responses) = try await fixture.generate(id)
    let cost = Self.cost(responses)
    #expect(cost <= ceiling)
    if run.status == .completed { return }
    let message = try #require(run.errorMessage)
    #expect(message.contains("\(Dollars.text(cost)) of"), "\(message), not \(cost)")
    let unfinished = 101 - responses.count { $0.status == .completed }
    #expect(message.contains("\(unfinished) row"), "\(message), not \(unfinished)")
    let enough = try Self.proposal(run)
    try await fixture.change(id) { $0.maxCost = enough }
    let (again, all) = try await fixture.generate(id)
    #expect(again.status == .completed && all.count == 101, "\(again.errorMessage ?? "")")
    #expect(Self.cost(all) <= enough)
  }

  @Test func `rows at the provider count at their most while another process goes on`() async throws {
    let folder = TemporaryFolder()
    let batches = FakeBatches { $0.pollsOfWork = 1_000_000 }
    let first = Self.fixture(folder: folder, batches)
    let id = try await Self.makeRun(first, maxCost: 2)
    _ = try await first.engine.generate(run: id, options: .init())
    while batches.state.withLock({ $0.polls }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
    await first.shutDown()
    #expect(batches.submissions.map(\.requests.count) == [39])
    let second = Self.fixture(folder: folder, batches)
    _ = try await second.engine.generate(run: id, options: .init())
    let polls = batches.state.withLock { $0.polls }
    while batches.state.withLock({ $0.polls }) < polls + 3 { try await Task.sleep(for: .milliseconds(5)) }
    #expect(batches.submissions.count == 1 && second.models.calls.isEmpty)
    batches.change { $0.pollsOfWork = 1 }
    let (_, responses) = try await second.generate(id)
    #expect(batches.submissions.count > 1 && Self.cost(responses) <= 2)
  }

  @Test func `a request lost in a batch counts at the price of batches, now and after a restart`() async throws {
    let folder = TemporaryFolder()
    let batches = FakeBatches { $0.arrange = { Array($0.dropLast()) } }
    let fixture = Self.fixture(folder: folder, batches)
    let id = try await Self.makeRun(fixture, rows: 12, maxCost: 5)
    let (run, responses) = try await fixture.generate(id)
    let lost = try #require(responses.last)
    #expect(lost.status == .failed && lost.uncountedCalls == 1 && lost.serviceTier == "batch")
    let warning = try #require(run.warnings.first { $0.contains("unknown cost") })
    // The longest answer so far has 86 tokens, and the limit is 100.
    let match = try #require(warning.firstMatch(of: /long answer, \$([0-9.]*[0-9])/), "\(warning)")
    let dollars = try #require(Double(match.1))
    #expect(dollars > 0.04 && dollars <= 0.05, "\(warning)")
  }
}
