import JSONCoding
import Providers
import Store
import Testing

@testable import Evaluation

/// What a judge costs, learned from its own calls.
@Suite struct JudgeForecastTests {
  /// One dollar for a prompt token and ten for an answer token.
  private static let model = ModelBinding(model: "m", provider: "scripted") { _, _ in
    .init(result: .failure(ProviderError(.cancelled, "")), attempts: 1)
  } cost: { call in
    call.usage.map { Double($0.promptTokens) + 10 * Double($0.completionTokens) }
  }

  private func forecast() throws -> RowForecast {
    let instruction = String(repeating: "Judge what the response says about dates. ", count: 200)
    let criterion = Criterion(metricID: 1, name: "c", instruction: instruction, rubric: try Rubric([]))
    return try #require(
      RowForecast(
        RunRecord(), RequestSettings(), generator: Self.model, judge: Self.model, criteria: [criterion],
        usualAnswer: 20))
  }

  private func answer(
    _ row: Int, bytes: Int = 40, prompt: Int, completion: Int = 5, reasoning: Int = 0
  ) -> RowCost {
    let tokens = TokenCounts(
      promptTokens: prompt, completionTokens: completion, cachedTokens: 0, cacheWriteTokens: 0,
      reasoningTokens: reasoning)
    return RowCost(
      key: AnswerKey(rowIndex: row), promptBytes: bytes, answerCost: Double(prompt + 10 * completion),
      answer: .init(bytes: 20, tokens: tokens, isPriced: true))
  }

  private func review(_ row: Int, prompt: Int, of instructions: RowCost.Instructions = .planned) -> RowCost {
    var account = RowCost(key: AnswerKey(rowIndex: row), promptBytes: 40)
    account.earlierAnswerTokens = 5
    (account.reviews, account.reviewCalls, account.judgedBytes) = (1, 1, 20)
    account.reviewTokens = TokenCounts(promptTokens: prompt, completionTokens: 80)
    account.reviewCost = Double(prompt + 800)
    account.instructions = instructions
    return account
  }

  private let row = RowForecast.Row(promptBytes: 40, answerTokens: 5, reviews: 1)

  @Test func `short prompts of the model that answers say nothing of the judge's long ones`() throws {
    var forecast = try forecast()
    let before = forecast.likely(row)
    // What the server puts around a prompt of ten tokens makes it one of sixty.
    forecast.learn(from: (0..<100).map { answer($0, prompt: 60) })
    #expect(forecast.likely(row) == before)
    #expect(forecast.likely(.init(promptBytes: 40)) >= 60)
  }

  @Test func `the judge's own calls do, by the length of what it was told`() throws {
    var forecast = try forecast()
    forecast.learn(from: (0..<20).map { answer($0, prompt: 60) })
    let size = Double(forecast.judgeBytes + 60)
    let counted = Int(size / 4 * 1.3)
    forecast.learn(from: (0..<10).map { review($0, prompt: counted) }, withPrice: false)
    #expect(abs(forecast.likely(row) / Double(counted + 800) - 1) < 0.02)
    // A rubric of half the length had half the tokens, so the next one is as long as its text.
    var other = try self.forecast()
    other.learn(
      from: (0..<10).map { review($0, prompt: counted / 2, of: .other(forecast.judgeBytes / 2)) }, withPrice: false)
    #expect(abs(other.likely(row) / Double(counted + 800) - 1) < 0.05)
    var unknown = try self.forecast()
    let before = unknown.likely(row)
    unknown.learn(from: (0..<10).map { review($0, prompt: counted / 2, of: .unknown) }, withPrice: false)
    #expect(unknown.likely(row) == before)
  }

  @Test func `the judge is not shown the reasoning of an answer`() throws {
    var forecast = try forecast()
    var plain = forecast
    plain.learn(from: (0..<10).map { answer($0, prompt: 20, completion: 1_000) })
    forecast.learn(from: (0..<10).map { answer($0, prompt: 20, completion: 1_000, reasoning: 990) })
    let new = RowForecast.Row(promptBytes: 40, reviews: 1)
    #expect(abs(plain.likelyParts(of: new).reviews - forecast.likelyParts(of: new).reviews - 990) < 5)
  }

  @Test func `costs are compared with what is expected of them once all lengths are known`() throws {
    var forecast = try forecast()
    // Far fewer tokens than the texts suggest.
    forecast.learn(from: (0..<20).map { review($0, prompt: 100) })
    #expect(abs(forecast.likely(row) - 900) < 1)
  }

  @Test func `a lost request of a batch counts at the price of batches, and no judge was asked`() throws {
    let halved = ModelBinding(model: "m", provider: "scripted") { _, _ in
      .init(result: .failure(ProviderError(.cancelled, "")), attempts: 1)
    } cost: { call in
      call.usage.map { Double($0.promptTokens + 10 * $0.completionTokens) * ($0.serviceTier == "batch" ? 0.5 : 1) }
    }
    let criterion = Criterion(metricID: 1, name: "c", instruction: "", rubric: try Rubric([]))
    let settings = try RequestSettings(["max_tokens": 100])
    let forecast = try #require(
      RowForecast(RunRecord(), settings, generator: halved, judge: halved, criteria: [criterion], usualAnswer: 20))
    var lost = RowCost(key: AnswerKey(rowIndex: 0), promptBytes: 40, lostCalls: 1)
    let plain = forecast.assumedCostOfLostCalls(lost).cost
    lost.isLostInBatch = true
    #expect(forecast.assumedCostOfLostCalls(lost).cost == 0.5 * (14 + 8 + 1_000))
    #expect(plain > 14 + 8 + 1_000)
  }

  /// A forecast for a run that takes three samples of each judgement.
  private func sampling() throws -> RowForecast {
    var run = RunRecord()
    run.judgeSamples = 3
    let criterion = Criterion(metricID: 1, name: "c", instruction: "", rubric: try Rubric([]))
    return try #require(
      RowForecast(
        run, RequestSettings(), generator: Self.model, judge: Self.model, criteria: [criterion], usualAnswer: 20))
  }

  @Test func `the questions of a test are one call each, however many samples a judgement takes`() throws {
    let probe = ProbeRecord {
      $0.results = [.expected, .other, .injected].map { kind in ProbeResult { $0.kind = kind } }
      $0.usage = TokenCounts()
    }
    let account = RowCost(of: probe, promptBytes: 40)
    #expect(try sampling().estimate(account).calls == 3)
  }

  /// The entry of a response once it is stored.
  private static func entry(of response: ResponseRecord) throws -> ResponseEntry? {
    var transaction = makeTransaction()
    var response = response
    response.runID = transaction.run(prompt: try transaction.prompt().id).id
    transaction.insert(response)
    return transaction.tables.responses.entries(ofRun: response.runID).first
  }

  @Test func `a judge without token counts was shown the answer, also one that was there before`() throws {
    let forecast = try sampling()
    func judged(_ text: String, usage: TokenCounts?, isNew: Bool) throws -> RowForecast.Unknown {
      var response = ResponseRecord()
      (response.status, response.responseText, response.usage, response.cost) = (.completed, text, usage, 0)
      response.attempts = 1
      let entry = try #require(try Self.entry(of: response))
      response.judgeUsage = TokenCounts()
      response.reviews = [
        ReviewRecord {
          ($0.metricID, $0.score, $0.judgeModel, $0.judgeSamples) = (1, 4, "j", 3)
        }
      ]
      return forecast.estimate(
        RowCost(of: response, since: isNew ? nil : entry, promptBytes: 40, judge: "j"))
    }
    let long = String(repeating: "word ", count: 800)
    let counted = TokenCounts(promptTokens: 20, completionTokens: 1_000)
    let (short, new, old) = (
      try judged("word", usage: nil, isNew: false), try judged(long, usage: counted, isNew: true),
      try judged(long, usage: counted, isNew: false)
    )
    #expect(short.calls == 3 && new == old && new.cost - short.cost > 3 * 900)
    #expect(try judged(long, usage: nil, isNew: false).cost - short.cost > 3 * 600)
  }
}
