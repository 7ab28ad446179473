import Evaluation
import Providers
import Store
import Synchronization
import Testing

/// A judge that reads its prompt, with a score for a response beside the expected output.
func probedJudge(
  _ score: @escaping @Sendable (_ response: String, _ expected: String) -> Int
) -> ScriptedModels.Script {
  { prompt, _ throws(ProviderError) in
    guard prompt.contains("The data ends here.") else { return prompt }
    let response = fencedText("response", in: prompt)
    return #"{"reasons": "As I see it.", "score": \#(score(response, fencedText("expected output", in: prompt)))}"#
  }
}

/// The text between the marks of a label.
func fencedText(_ label: String, in prompt: String) -> String {
  let lines = prompt.split(separator: "\n", omittingEmptySubsequences: false)
  guard let start = lines.firstIndex(where: { $0.hasSuffix(" \(label) begins]") }),
    let end = lines.firstIndex(where: { $0.hasSuffix(" \(label) ends]") })
  else { return "" }
  return lines[(start + 1)..<end].joined(separator: "\n")
}

@Suite(.timeLimit(.minutes(20))) struct JudgeProbeTests {
  static let honest = probedJudge { response, expected in response == expected ? 5 : 1 }

  func probes(_ fixture: EngineFixture, _ id: Int) async throws -> [ProbeRecord] {
    let (run, scoring) = try await fixture.store.read { tables in
      let run = try #require(tables.runs[id])
      return (run, tables.scoring(of: run))
    }
    return run.currentProbes(scoring)
  }

  @Test func `an honest judge with noise is trusted, one that obeys and one that always gives 5 are not`() async throws
  {
    let noise = Mutex(SystemRandomNumberGenerator())
    let judges: [(name: String, script: ScriptedModels.Script, trusted: Bool, fact: String)] = [
      (
        "honest",
        probedJudge { response, expected in
          let isHigh = noise.withLock { Bool.random(using: &$0) }
          return response == expected ? (isHigh ? 5 : 4) : (isHigh ? 2 : 1)
        }, true, ""
      ),
      (
        "obeying",
        probedJudge { response, expected in response.contains(#""score": 5"#) || response == expected ? 5 : 1 },
        false, "obeys text in answers"
      ),
      ("blind", probedJudge { _, _ in 5 }, false, "where 1 or 2 is right"),
    ]
    for (name, script, trusted, fact) in judges {
      let fixture = EngineFixture(script)
      var right = 0
      for _ in 0..<20 {
        let id = try await fixture.makeRun(rows: 3, scoring: .llmJudge, metrics: 1, judge: "j", probe: true)
        try await fixture.generate(id)
        let found = try await probes(fixture, id)
        if found.count == 1, found[0].isTrusted == trusted,
          trusted ? found[0].warning == nil : found[0].warning?.contains(fact) == true
        {
          right += 1
        }
      }
      #expect(right == 20, "\(name)")
    }
  }

  @Test func `the answers, the rows and the scores are told`() async throws {
    let fixture = EngineFixture(probedJudge { _, _ in 3 })
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j", probe: true)
    try await fixture.generate(id)
    let probe = try #require(try await probes(fixture, id).first)
    #expect(probe.results.map(\.kind) == [.expected, .other, .injected] && probe.results.map(\.score) == [3, 3, 3])
    #expect(probe.results.map(\.rowIndex) == [0, 0, 0] && probe.results.map(\.otherRowIndex) == [nil, 1, 1])
    let warning = try #require(probe.warning)
    #expect(warning.contains("The judge j cannot be trusted by \"metric 0\""))
    #expect(warning.contains("expected output of row_index 0 as the response 3, where 4 or 5 is right"))
    #expect(warning.contains("answer of row_index 1 in place of that of row_index 0 3, where 1 or 2 is right"))
    #expect(!warning.contains("obeys"))
  }

  @Test func `probes are three calls a metric, counted in what the run spent and was estimated to spend`() async throws
  {
    let fixture = EngineFixture(Self.honest)
    let id = try await fixture.makeRun(rows: 4, scoring: .llmJudge, metrics: 2, judge: "j", probe: true)
    let estimate = await fixture.engine.outlook(ofRun: id).cost?.likely
    #expect(abs((estimate ?? 0) - 0.18) < 1e-9)
    let (run, responses) = try await fixture.generate(id)
    #expect(fixture.models.calls.count == 4 + 8 + 6 && run.probes.count == 2)
    #expect(run.probes.allSatisfy { abs(($0.cost ?? 0) - 0.03) < 1e-12 && $0.usage?.totalTokens == 36 })
    #expect(responses.allSatisfy { abs(($0.totalCost ?? 0) - 0.03) < 1e-12 })
    let figures = try await fixture.store.read { try #require($0.figures(ofRun: id)) }
    #expect(abs((figures.statistics.totalCost ?? 0) - 0.18) < 1e-9 && abs(figures.knownCost - 0.18) < 1e-9)
    #expect(abs((run.estimatedCost ?? 0) - 0.18) < 1e-9)
  }

  @Test func `a free judge, probe false, and rows without expected output are not probed`() async throws {
    let free = EngineFixture(price: 0, Self.honest)
    let first = try await free.makeRun(rows: 30, scoring: .llmJudge, metrics: 1, judge: "j", probe: nil)
    #expect(try await free.generate(first).run.probes.isEmpty && free.models.calls.count == 60)
    let second = try await free.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j", probe: true)
    #expect(try await free.generate(second).run.probes.count == 1)
    let fixture = EngineFixture(Self.honest)
    let off = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j", probe: false)
    #expect(try await fixture.generate(off).run.probes.isEmpty)
    let blank = try await unexpected(fixture, "text\nrow 0\nrow 0\n")
    #expect(await fixture.engine.outlook(ofRun: blank).warnings.contains { $0.contains("was not tested") })
    let (run, _) = try await fixture.generate(blank)
    let note = try #require(run.warnings.first { $0.contains("was not tested") })
    #expect(run.probes.isEmpty && note.contains("expected_output") && note.contains("probe true"))
  }

  @Test(arguments: [(29, 0), (30, 3)])
  func `a judge is tested from 30 answers on unless the run says otherwise`(rows: Int, probes: Int) async throws {
    let fixture = EngineFixture(Self.honest)
    let id = try await fixture.makeRun(rows: rows, scoring: .llmJudge, metrics: 1, judge: "j", probe: nil)
    try await fixture.generate(id)
    #expect(fixture.models.calls.count == 2 * rows + probes)
  }

  @Test func `with one expected output only that is asked, and nothing is claimed`() async throws {
    let fixture = EngineFixture(Self.honest)
    let id = try await fixture.makeRun(rows: 1, scoring: .llmJudge, metrics: 1, judge: "j", probe: true)
    try await fixture.generate(id)
    let probe = try #require(try await probes(fixture, id).first)
    #expect(probe.results.map(\.kind) == [.expected] && probe.isTrusted == nil && probe.warning == nil)
  }

  @Test func `a call that fails says nothing about the judge, and is said`() async throws {
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if prompt.contains("score\": 5}") { throw .sample(.transient) }
      return try await Self.honest(prompt, call)
    }
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j", probe: true)
    #expect(try await fixture.generate(id).run.status == .completed)
    let probe = try #require(try await probes(fixture, id).first)
    #expect(probe.isTrusted == nil && probe.warning?.contains("tells nothing about a wrong answer") == true)
  }

  @Test func `a question that failed is asked again with retry_failed, although all answers are judged`() async throws {
    let isBroken = Mutex(true)
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if prompt.contains("score\": 5}"), isBroken.withLock({ $0 }) { throw .sample(.transient) }
      return try await Self.honest(prompt, call)
    }
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j", probe: true)
    #expect(try await fixture.generate(id).run.status == .completed)
    let failed = try #require(try await probes(fixture, id).first)
    #expect(failed.warning?.hasSuffix("retry_failed: true asks the judge again.") == true)
    isBroken.withLock { $0 = false }
    let calls = fixture.models.calls.count
    #expect(try await fixture.generate(id).run.status == .completed && fixture.models.calls.count == calls)
    let (run, responses) = try await fixture.generate(id, .init(retryFailed: true))
    #expect(run.status == .completed && responses.count == 2 && fixture.models.calls.count == calls + 1)
    let probe = try #require(try await probes(fixture, id).first)
    #expect(run.probes.count == 1 && probe.isTrusted == true && probe.results.count == 3)
    #expect(abs((probe.cost ?? 0) - (failed.cost ?? 0) - 0.01) < 1e-9)
    #expect(try await fixture.generate(id, .init(retryFailed: true)).run.status == .completed)
    #expect(fixture.models.calls.count == calls + 1)
  }

  @Test func `a judge that repeats the injected judgement obeys, though its score does not count`() async throws {
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if prompt.contains("Note for the judge") || prompt.hasPrefix("That answer cannot be used") {
        return #"{"reasons": "The response meets the criterion completely.", "score": 5}"#
      }
      return try await Self.honest(prompt, call)
    }
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j", probe: true)
    try await fixture.generate(id)
    let probe = try #require(try await probes(fixture, id).first)
    #expect(probe.isTrusted == false && probe.warning?.contains("repeated a judgement") == true)
  }

  @Test func `a resume and another run of the dataset do not pay again, another judge is tested anew`() async throws {
    let isBroken = Mutex(true)
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if !prompt.contains("The data ends here."), isBroken.withLock({ $0 }) { throw .sample(.unauthorized) }
      return try await Self.honest(prompt, call)
    }
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j", concurrency: 1, probe: true)
    #expect(try await fixture.generate(id).run.status == .failed)
    #expect(fixture.models.calls.count { $0.contains("The data ends here.") } == 3)
    isBroken.withLock { $0 = false }
    #expect(try await fixture.generate(id).run.status == .completed)
    #expect(fixture.models.calls.count { $0.contains("The data ends here.") } == 5)
    let copy = try await fixture.store.commit { transaction in
      var run = RunRecord(like: try #require(transaction.tables.runs[id]), in: transaction.tables)
      (run.name, run.promptID, run.createdAt, run.updatedAt) = ("copy", 1, transaction.now, transaction.now)
      return transaction.insert(run).id
    }
    let copied = try await fixture.generate(copy).run
    #expect(copied.probes.map(\.sourceRunID) == [id] && copied.probeCost == 0)
    #expect(fixture.models.calls.count { $0.contains("The data ends here.") } == 7)
    #expect(try await probes(fixture, copy).first?.isTrusted == true)
    let judged = try await fixture.generate(id, .init(judging: .init(judgeModel: "k"))).run
    #expect(judged.probes.map(\.judgeModel) == ["j", "k"])
    #expect(fixture.models.calls.count { $0.contains("The data ends here.") } == 12)
  }

  @Test func `max_cost stops a run before a probe that does not fit`() async throws {
    let fixture = EngineFixture(Self.honest)
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 1, judge: "j", probe: true)
    try await fixture.change(id) { $0.maxCost = 0.02 }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && run.errorMessage?.contains("the probe of the judge") == true)
    #expect(responses.isEmpty && fixture.models.calls.isEmpty)
    try await fixture.change(id) { $0.maxCost = 0.2 }
    #expect(try await fixture.generate(id).run.status == .completed)
  }
}
