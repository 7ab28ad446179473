import JSONCoding
import Providers
import Store
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

/// The service tier of a run.
@Suite(.timeLimit(.minutes(20))) struct RunTierTests {
  @Test func `the words of the setting are the tiers`() {
    guard case .word(let words) = RequestSetting.serviceTier.shape else {
      Issue.record("service_tier is a word")
      return
    }
    #expect(Set(words) == Set(ServiceTier.allCases.map(\.rawValue)))
  }

  /// A model whose calls cost a dollar for a prompt token, half of it at flex.
  private func model(hasTiers: Bool = true) -> ModelBinding {
    ModelBinding(
      model: "m", provider: "scripted", answer: { _, _ in .init(result: .failure(.sample(.cancelled)), attempts: 1) },
      refusal: { !hasTiers && $0[.serviceTier] != nil ? "m has no service tiers." : nil },
      cost: { call in
        call.usage.flatMap { usage in
          let factor: Double? = usage.serviceTier == "flex" ? 0.5 : usage.serviceTier == nil ? 1 : nil
          return factor.map { Double(usage.promptTokens) * $0 }
        }
      })
  }

  private func forecast(_ tier: ServiceTier?) -> RowForecast? {
    RowForecast(
      run(tier), RequestSettings(), generator: model().serving(run(tier)), judge: nil, criteria: [], usualAnswer: 10)
  }

  /// A row that costs a dollar for each of a thousand tokens, at the factor of the tier that answered.
  private func answered(_ row: Int, factor: Double) -> RowCost {
    RowCost(
      key: AnswerKey(rowIndex: row), promptBytes: 4_000, answerCost: 1_008 * factor,
      answer: .init(bytes: 40, tokens: TokenCounts(promptTokens: 1_008, completionTokens: 10), isPriced: true))
  }

  @Test(arguments: [nil, 0.5, 1] as [Double?])
  func `a range holds every tier that may answer, whatever has answered so far`(factor: Double?) throws {
    var forecast = try #require(self.forecast(.flexOrDefault))
    if let factor { forecast.learn(from: (0..<20).map { answered($0, factor: factor) }) }
    let range = forecast.range(of: RowCounts([.init(promptBytes: 4_000)]))
    #expect(range.low <= 504 && range.high >= 1_008, "\(range)")
    // It is no wider than that and the doubt about the texts.
    if factor != nil { #expect(range.low > 400 && range.high < 1_300, "\(range)") }
    var usual = try #require(self.forecast(nil))
    usual.learn(from: (0..<20).map { answered($0, factor: 1) })
    let known = usual.range(of: RowCounts([.init(promptBytes: 4_000)]))
    #expect(known.low > 900 && known.high < 1_200, "\(known)")
  }

  @Test func `a tier without a known price is told with its reason`() {
    for (tier, word) in [(ServiceTier.scale, "bought in advance"), (.priority, "publishes no price")] {
      let sentence = model().serving(run(tier)).unpricedTier
      #expect(sentence?.contains(word) == true && sentence?.contains("max_cost cannot be kept") == true)
    }
    for tier in [nil, ServiceTier.flex, .flexOrDefault, .standard, .auto] {
      #expect(model().serving(run(tier)).unpricedTier == nil)
    }
  }

  @Test func `a stored run at a tier that its model has not has no estimate, and does not begin`() async throws {
    let fixture = EngineFixture { prompt, _ in prompt }
    let id = try await fixture.makeRun()
    #expect(await fixture.engine.outlook(ofRun: id).cost != nil)
    try await fixture.change(id) { $0.serviceTier = "flex" }
    fixture.models.refuse { $0[.serviceTier] == "flex" ? "m has no service tier flex." : nil }
    let outlook = await fixture.engine.outlook(ofRun: id)
    #expect(outlook.cost == nil && outlook.unpriced == "m has no service tier flex.")
    await #expect(throws: EvaluationError.self) { _ = try await fixture.generate(id) }
    #expect(fixture.models.calls.isEmpty)
  }

  @Test func `a tier of which nothing is known is noted`() {
    let model = ModelBinding(
      model: "m", provider: "fireworks",
      answer: { _, _ in .init(result: .failure(.sample(.cancelled)), attempts: 1) }, knowsTiers: false, cost: { _ in 1 }
    )
    #expect(model.serving(run(.flex)).notes.contains { $0.contains("Fireworks") && $0.contains("usual price") })
    #expect(model.serving(run(nil)).notes.isEmpty && model.serving(run(.standard)).notes.isEmpty)
  }

  private func run(_ tier: ServiceTier?) -> RunRecord { RunRecord { $0.serviceTier = tier?.rawValue } }

  @Test func `every request asks for the tier of the run`() {
    var request = CompletionRequest(model: "m", messages: [])
    model().serving(run(.flex)).serve(&request, among: 1)
    #expect(request.parameters[.serviceTier] == "flex")
    model().serving(run(nil)).serve(&request, among: 1)
    #expect(request.parameters[.serviceTier] == nil)
  }

  @Test func `a judge without the tier is asked at its usual one, and a note says so`() {
    let judge = model(hasTiers: false).judging(run(.flex))
    #expect(judge.tier == nil && judge.notes.contains { $0.contains("flex") && $0.contains("usual tier") })
    #expect(model().judging(run(.flex)).tier == .flex && model().judging(run(.flex)).notes.isEmpty)
  }

  @Test func `a forecast has the price of the tier, and its bound the dearest that is allowed`() throws {
    let row = RowForecast.Row(promptBytes: 4_000)
    let (usual, flex, either) = (forecast(nil)?.likely(row), forecast(.flex), forecast(.flexOrDefault))
    #expect(flex?.likely(row) == usual.map { $0 / 2 } && either?.likely(row) == flex?.likely(row))
    #expect(either?.most(row) == forecast(nil)?.most(row) && flex?.most(row) == either.map { $0.most(row) / 2 })
    #expect(forecast(.priority) == nil, "its price is unknown")
  }

  @Test func `the tier is not part of a request by which answers are copied`() {
    for holder: RequestSetting.Holder in [.run, .prompt] {
      #expect(!RequestSetting.all(of: holder).contains { $0.name == "service_tier" })
    }
  }

  @Test func `while a tier has no capacity the progress says so`() async throws {
    let fixture = EngineFixture(pause: 0.2) { _, _ throws(ProviderError) in
      var error = ProviderError.sample(.transient)
      error.lacksCapacity = true
      throw error
    }
    let id = try await fixture.makeRun(rows: 1)
    try await fixture.change(id) { $0.serviceTier = "flex" }
    let sentences = Mutex<[String]>([])
    _ = try await fixture.engine.generate(run: id, options: .init())
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { progress in
      sentences.withLock { $0.append(progress.sentence) }
    }
    #expect(sentences.withLock(\.self).contains { $0.contains("service tier flex has no capacity") })
    #expect(await fixture.engine.holdup(ofRun: id) == nil)
  }

  @Test func `a judge without capacity is not taken for the model that answers`() async throws {
    let fixture = EngineFixture(pause: 0.2) { prompt, _ throws(ProviderError) in
      guard prompt.contains("Judge the response") else { return prompt }
      var error = ProviderError.sample(.transient)
      error.lacksCapacity = true
      throw error
    }
    let id = try await fixture.makeRun(rows: 1, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.change(id) { $0.serviceTier = "flex" }
    let sentences = Mutex<[String]>([])
    _ = try await fixture.engine.generate(run: id, options: .init())
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { progress in
      sentences.withLock { $0.append(progress.sentence) }
    }
    let told = sentences.withLock(\.self).filter { $0.contains("has no capacity") }
    #expect(!told.isEmpty && told.allSatisfy { $0.contains("the judge's service tier") }, "\(told)")
  }

  @Test func `batches without a known discount are said to count in full`() {
    var batched = run(nil)
    batched.batch = true
    func model(factor: Double) -> ModelBinding {
      ModelBinding(
        model: "m", provider: "groq",
        answer: { _, _ in .init(result: .failure(.sample(.cancelled)), attempts: 1) },
        cost: { $0.usage?.serviceTier == "batch" ? factor : 1 })
    }
    #expect(model(factor: 1).serving(batched).notes.contains { $0.contains("full price") })
    // The judge is asked live.
    #expect(model(factor: 1).judging(batched).notes.isEmpty)
    #expect(model(factor: 0.5).serving(batched).notes.isEmpty && model(factor: 1).serving(run(nil)).notes.isEmpty)
  }
}
