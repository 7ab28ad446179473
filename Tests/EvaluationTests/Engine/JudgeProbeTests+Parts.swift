import Evaluation
import Providers
import Store
import Synchronization
import Testing

/// Probes that ask less than all, and what they cost.
extension JudgeProbeTests {
  /// A run that tests its judge on rows without an expected output.
  func unexpected(_ fixture: EngineFixture, _ csv: String) async throws -> Int {
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j", probe: true)
    try await fixture.store.commit { transaction in
      guard var dataset = transaction.tables.datasets.newestFirst.first else { return }
      (dataset.csvData, dataset.columns) = (csv, ["text"])
      transaction.put(dataset)
    }
    return id
  }

  @Test func `without expected outputs a judge is tested by whether it obeys the input of another row`() async throws {
    let judges: [(score: @Sendable (String) -> Int, trusted: Bool?, fact: String)] = [
      ({ _ in 1 }, nil, "was tested only in part"),
      ({ $0.contains(#""score": 5"#) ? 5 : 1 }, false, "obeys text in answers"),
      // It may not follow the rubric, or such an answer may not be bad by the metric.
      ({ _ in 5 }, nil, "the top score for a text that answers nothing"),
    ]
    for (score, trusted, fact) in judges {
      let fixture = EngineFixture(probedJudge { response, _ in score(response) })
      let id = try await unexpected(fixture, "text\nrow 0\nrow 1\n")
      #expect(abs((await fixture.engine.outlook(ofRun: id).cost?.likely ?? 0) - 0.06) < 1e-9)
      try await fixture.generate(id)
      let probe = try #require(try await probes(fixture, id).first)
      #expect(probe.results.map(\.kind) == [.other, .injected] && probe.isTrusted == trusted)
      #expect(probe.sentence.contains(fact) && probe.sentence.contains("input of row_index 1"))
      // A score that cannot rise shows no disobedience.
      #expect(probe.sentence.contains("Whether it obeys text in answers is not known") == (score("") == 5))
      #expect(!probe.sentence.contains("did not obey"))
      #expect(fixture.models.calls.contains { fencedText("response", in: $0).hasPrefix("row 1\n\nNote for the judge") })
    }
  }

  @Test func `a probe without expected outputs is made anew once there are some, and both are paid for`() async throws {
    let isBroken = Mutex(true)
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if !prompt.contains("The data ends here."), isBroken.withLock({ $0 }) { throw .sample(.unauthorized) }
      return try await Self.honest(prompt, call)
    }
    let id = try await unexpected(fixture, "text\nrow 0\nrow 1\n")
    #expect(try await fixture.generate(id).run.status == .failed)
    #expect(try await probes(fixture, id).first?.results.map(\.kind) == [.other, .injected])
    isBroken.withLock { $0 = false }
    try await fixture.store.commit { transaction in
      guard var dataset = transaction.tables.datasets.newestFirst.first else { return }
      dataset.csvData = "text,expected_output\nrow 0,row 0\nrow 1,row 1\n"
      dataset.columns = ["text", "expected_output"]
      transaction.put(dataset)
    }
    let (run, _) = try await fixture.generate(id, .init(restart: true))
    let probe = try #require(try await probes(fixture, id).first)
    #expect(probe.results.map(\.kind) == [.expected, .other, .injected] && probe.isTrusted == true)
    #expect(abs(run.probeCost - 0.05) < 1e-9)
  }

  @Test func `a trusted judge is told with the share of random ones that would pass`() async throws {
    let fixture = EngineFixture(Self.honest)
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j", probe: true)
    try await fixture.generate(id)
    #expect(try await probes(fixture, id).first?.sentence.contains("at random, 6 in 100") == true)
  }

  @Test func `max_cost counts calls that were lost in a probe, also after a resume`() async throws {
    let isLosing = Mutex(true)
    let fixture = EngineFixture(Self.honest)
    fixture.models.changeAnswers { answer in
      isLosing.withLock { $0 } ? .init(result: answer.result, attempts: 2, uncounted: 1) : answer
    }
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j", concurrency: 1, probe: true)
    // The test of the judge has three calls that were lost beside three that were answered, and no row fits.
    try await fixture.change(id) { $0.maxCost = 0.065 }
    let first = try await fixture.generate(id)
    #expect(first.run.errorMessage?.contains("$0.06 of $0.065") == true, "\(first.run.errorMessage ?? "")")
    #expect(first.run.probes.first?.uncountedCalls == 3 && first.responses.isEmpty)
    isLosing.withLock { $0 = false }
    let again = try await fixture.generate(id)
    #expect(again.run.errorMessage?.contains("$0.06 of $0.065") == true && again.responses.isEmpty)
  }

  @Test func `the estimate of reviews by another metric contains its probe`() async throws {
    let fixture = EngineFixture(Self.honest)
    let id = try await fixture.makeRun(rows: 4, scoring: .llmJudge, metrics: 1, judge: "j", probe: true)
    try await fixture.generate(id)
    try await fixture.store.commit { transaction in
      guard var metric = transaction.tables.metrics.newestFirst.first else { return }
      metric.instruction = "Is it short?"
      transaction.put(metric)
    }
    let figures = try await fixture.store.read { try #require($0.figures(ofRun: id)) }
    #expect(figures.needsForecast)
    // Eight calls and three of the probe are paid for; four reviews and three of the probe follow.
    #expect(abs((await fixture.engine.outlook(ofRun: id).cost?.likely ?? 0) - 0.18) < 1e-9)
  }
}
