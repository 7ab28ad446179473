import JSONCoding
import Providers
import Store
import TestSupport
import Testing

@testable import Evaluation

/// What the requests of a run have in common, and how they find it in the provider's cache.
@Suite(.timeLimit(.minutes(20))) struct RunCachingTests {
  private static let long = String(repeating: "Answer with one short word. ", count: 400)
  private let cache = PromptCache(minimum: 1_024, isAutomatic: false)

  // MARK: The common beginning

  private func beginning(_ template: String, _ settings: JSONObject = [:]) throws -> RequestTemplate.Beginning {
    try RequestTemplate(template, RequestSettings(settings)).beginning(.unread)
  }

  @Test func `the beginning ends at the first variable of the template`() throws {
    let found = try beginning("Classify: {{ text }} now", ["system_prompt": "Be brief."])
    #expect(found.messages == [ChatMessage(.system, "Be brief.")] && found.text == "Classify: ")
    #expect(try beginning("{{ text }}").prefix(beside: "") == nil)
  }

  @Test func `a variable in the system prompt ends it there`() throws {
    let found = try beginning("Classify: {{ text }}", ["system_prompt": "For {{ who }}."])
    #expect(found.messages.isEmpty && found.text == "For ")
  }

  @Test func `turns without variables belong to it, up to those of a column`() throws {
    let turns: [JSONValue] = [
      ["role": "user", "content": "Example"], ["role": "assistant", "content": "One"], ["placeholder": "history"],
      ["role": "user", "content": "More"],
    ]
    let found = try beginning("Classify {{ text }}", ["messages": .array(turns)])
    #expect(found.messages == [ChatMessage(.user, "Example"), ChatMessage(.assistant, "One")] && found.text.isEmpty)
  }

  @Test func `the text up to the variable is the one that is sent`() throws {
    let found = try beginning(#"Write \{{ name }} for {{ text }}"#)
    let sent = try RequestTemplate(#"Write \{{ name }} for {{ text }}"#).render(values: ["x"], .unread).prompt
    #expect(found.text == "Write {{ name }} for " && sent.hasPrefix(found.text))
  }

  @Test func `tools change the key, and rows do not`() throws {
    let plain = try beginning("Classify: {{ text }}").prefix(beside: "")
    let tools = try beginning("Classify: {{ text }}").prefix(beside: "[{}]")
    #expect(plain?.key != nil && plain?.key != tools?.key)
  }

  // MARK: The first row

  /// A run with a long system prompt, whose calls wait at a gate.
  private func fixture(_ gate: Gate? = nil, caches: Bool = true) -> EngineFixture {
    let fixture = EngineFixture { prompt, _ in
      await gate?.pass()
      return prompt.hasPrefix("row ") ? prompt : #"{"reasons": "It is right.", "score": 4}"#
    }
    if caches { fixture.models.keepPrompts(cache) }
    return fixture
  }

  private func longRun(_ fixture: EngineFixture, rows: Int = 12) async throws -> Int {
    let id = try await fixture.makeRun(rows: rows, concurrency: 4)
    try await fixture.change(id) { run in
      do { try run.settings.set(.systemPrompt, .string(Self.long)) } catch { Issue.record(error) }
    }
    return id
  }

  @Test func `the first row is asked alone, and then as many at once as allowed`() async throws {
    let (first, others) = (Gate(), Gate())
    let fixture = EngineFixture { prompt, call in
      await (call == 1 ? first : others).pass()
      return prompt
    }
    fixture.models.keepPrompts(cache)
    let id = try await longRun(fixture)
    _ = try await fixture.engine.generate(run: id, options: .init())
    await first.held(1)
    for _ in 0..<50 { await Task.yield() }
    #expect(fixture.models.calls.count == 1)
    first.open()
    await others.held(4)
    others.open()
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.count == 12)
    #expect(fixture.models.mostUnderWay == 4)
    let keys = Set(fixture.models.requests.map { $0.parameters[.promptCacheKey]?.stringValue })
    #expect(keys.count == 1 && keys.first != .some(nil))
  }

  @Test(arguments: [true, false])
  func `without a cache, or with two rows, all begin at once and nothing is marked`(isShort: Bool) async throws {
    let gate = Gate()
    let fixture = fixture(gate, caches: isShort)
    let id = try await longRun(fixture, rows: isShort ? 2 : 12)
    _ = try await fixture.engine.generate(run: id, options: .init())
    await gate.held(isShort ? 2 : 4)
    gate.open()
    _ = try await fixture.generate(id)
    #expect(fixture.models.requests.allSatisfy { $0.parameters[.promptCacheKey] == nil })
  }

  @Test func `a first row that fails holds up no others`() async throws {
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if call == 1 { throw .sample(.unusableAnswer) }
      return prompt
    }
    fixture.models.keepPrompts(cache)
    let (run, responses) = try await fixture.generate(try await longRun(fixture))
    #expect(run.status == .completed && responses.count { $0.status == .failed } == 1 && responses.count == 12)
  }

  // MARK: The judge

  @Test func `judgements by a long rubric share a key, and the rubric stands in the system message alone`() async throws
  {
    let fixture = fixture()
    let id = try await fixture.makeRun(rows: 8, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.store.commit { transaction in
      guard var metric = transaction.tables.metrics.newestFirst.first else { return }
      metric.instruction = Self.long
      transaction.put(metric)
    }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && responses.allSatisfy { $0.score == 4 })
    let judged = fixture.models.requests.filter { $0.messages[0].role == .system }
    #expect(judged.count == 8 && Set(judged.map { $0.parameters[.promptCacheKey]?.stringValue }).count == 1)
    #expect(judged.allSatisfy { $0.parameters[.promptCacheKey] != nil })
    #expect(judged.allSatisfy { $0.messages[0].content.contains(Self.long.trimmed()) })
    #expect(judged.allSatisfy { !$0.messages[1].content.contains("Answer with one short word.") })
  }

  @Test func `the first question of a judge's test is asked alone where its instructions are kept`() async throws {
    let (first, others) = (Gate(), Gate())
    let fixture = EngineFixture { prompt, call in
      await (call == 1 ? first : others).pass()
      return prompt.hasPrefix("row ") ? prompt : #"{"reasons": "It is right.", "score": 4}"#
    }
    fixture.models.keepPrompts(cache)
    let id = try await fixture.makeRun(rows: 8, scoring: .llmJudge, metrics: 1, judge: "j", probe: true)
    try await fixture.store.commit { transaction in
      guard var metric = transaction.tables.metrics.newestFirst.first else { return }
      metric.instruction = Self.long
      transaction.put(metric)
    }
    _ = try await fixture.engine.generate(run: id, options: .init())
    await first.held(1)
    for _ in 0..<50 { await Task.yield() }
    #expect(fixture.models.calls.count == 1)
    first.open()
    // The two other questions, together.
    await others.held(2)
    others.open()
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && run.probes.first?.results.count == 3 && responses.count == 8)
  }

  @Test func `a criterion that is short is repeated after the material, as before, and keeps its fingerprint`() {
    let criterion = Criterion.agreement
    let subject = JudgePrompt.Subject(input: "i", response: "r", expectedOutput: nil)
    let request = JudgePrompt.request(subject, criterion: criterion, model: "m", boundary: .random())
    #expect(request.messages[1].content.contains(criterion.instruction))
    #expect(criterion.fingerprint == "3ddaace7b666af18")
  }

  @Test func `a wording with values of the row has nothing to keep`() {
    let criterion = Criterion(metricID: 1, name: "n", instruction: Self.long + "{{ topic }}", rubric: .standard)
    let subject = JudgePrompt.Subject(input: "i", response: "r", expectedOutput: nil, values: ["topic": "tents"])
    #expect(
      JudgePrompt.request(subject, criterion: criterion, model: "m", boundary: .random()).sharedPrefix == nil)
    #expect(JudgePrompt.prefix(for: criterion, comparing: false) == nil)
  }
}
