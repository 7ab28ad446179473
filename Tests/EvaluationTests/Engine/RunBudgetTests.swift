import JSONCoding
import Providers
import Store
import Testing

@testable import Evaluation

/// One dollar for a prompt token and ten for an answer token.
private func binding(isPriced: Bool = true) -> ModelBinding {
  ModelBinding(model: "m", provider: "scripted") { _, _ in
    .init(result: .failure(ProviderError(.cancelled, "")), attempts: 1)
  } cost: { call in
    guard isPriced, let usage = call.usage else { return nil }
    return Double(usage.promptTokens) + 10 * Double(usage.completionTokens)
  }
}

private func forecast(
  judge: ModelBinding? = nil, generates: Bool = true, maxTokens: Int? = 5, isPriced: Bool = true
) throws -> RowForecast? {
  var run = RunRecord()
  run.judgeSamples = 3
  run.settings = try RequestSettings(maxTokens.map { ["max_tokens": .int($0)] } ?? [:])
  let criterion = Criterion(metricID: 1, name: "c", instruction: "", rubric: try Rubric([]))
  return RowForecast(
    run, run.settings, generator: generates ? binding(isPriced: isPriced) : nil, judge: judge, criteria: [criterion],
    usualAnswer: 20)
}

/// A row of 400 bytes: 100 tokens and the framing.
private func account(
  _ row: Int = 0, bytes: Int = 400, known: Double = 158, completion: Int? = 5
) -> RowCost {
  let tokens = completion.map { TokenCounts(promptTokens: bytes / 4 + 8, completionTokens: $0) }
  return RowCost(
    key: AnswerKey(rowIndex: row), promptBytes: bytes, answerCost: tokens == nil ? 0 : known,
    answer: .init(bytes: 20, tokens: tokens, isPriced: tokens != nil))
}

@Suite struct RowForecastTests {
  private let row = RowForecast.Row(promptBytes: 400)

  @Test func `a row costs its prompt, an answer of usual length up to the limit, and its reviews`() throws {
    #expect(try forecast()?.likely(row) == 158)
    #expect(try forecast(maxTokens: nil)?.likely(row) == 308)
    let judged = try #require(try forecast(judge: binding()))
    let reviews = judged.likely(.init(promptBytes: 400, reviews: 2)) - 158
    let only = try #require(try forecast(judge: binding(), generates: false))
    #expect(only.likely(.init(promptBytes: 400, answerTokens: 5, reviews: 2)) == reviews)
    // Six judgements, each with its own instructions, the prompt, the answer and 80 tokens.
    #expect(reviews > 6 * (108 + 5 + 800) && reviews < 6 * (1_500 + 800))
  }

  @Test func `an unknown price makes the forecast unknown`() throws {
    #expect(try forecast(isPriced: false) == nil)
    #expect(try forecast(judge: binding(isPriced: false)) == nil)
    #expect(try forecast(generates: false, isPriced: false) != nil)
  }

  @Test func `the cost of a row is bounded by max_tokens, or else by the answers so far`() throws {
    // Three bytes a token.
    var limited = try #require(try forecast(maxTokens: 1_000))
    #expect(limited.most(row) == 134 + 8 + 10_000)
    // The next answer may use the whole limit, however short the answers so far.
    for number in 0..<50 { limited.learn(from: [account(number)]) }
    #expect(limited.most(row) > 10_000)
    var open = try #require(try forecast(maxTokens: nil))
    #expect(open.most(row) == 134 + 8 + 2_500)
    open.learn(from: [account(known: 3_108, completion: 300)])
    #expect(open.most(row) == 134 + 8 + 6_000)
  }

  @Test func `finished rows correct the forecast of the next`() throws {
    var forecast = try #require(try forecast(maxTokens: nil))
    // A cache makes the calls cheaper.
    forecast.learn(from: [account(known: 79, completion: 5)])
    #expect(forecast.likely(row) == 79)
    #expect(forecast.likely(.init(promptBytes: 4_000)) == (1_008 + 50) / 2)
  }

  @Test func `an answer without token counts is estimated by the length of its text`() throws {
    var forecast = try #require(try forecast(maxTokens: nil))
    #expect(forecast.estimate(account(completion: nil)) == .init(calls: 1, cost: 108 + 50))
    // Two bytes a token, as measured with the texts of other answers.
    var dense = account(bytes: 4_000, known: 0, completion: 10)
    dense.answer?.tokens?.promptTokens = 2_008
    forecast.learn(from: [dense])
    #expect(forecast.estimate(account(completion: nil)).cost == 208 + 100)
  }

  @Test func `a lost call counts as the most it can cost`() throws {
    var lost = RowCost(key: AnswerKey(rowIndex: 0), promptBytes: 400)
    lost.lostCalls = 2
    #expect(try forecast()?.assumedCostOfLostCalls(lost) == .init(calls: 2, cost: 2 * (142 + 50)))
  }
}

@Suite struct RunBudgetTests {
  private func budget(_ maximum: Double, earlier: [RowCost] = []) throws -> RunBudget {
    RunBudget(maximum: maximum, try #require(try forecast()), earlier: earlier)
  }

  private func row(_ bytes: Int = 400) -> RowForecast.Row { .init(promptBytes: bytes) }

  @Test func `the possible cost of rows in progress is reserved until they finish`() throws {
    var budget = try budget(1_020, earlier: [account(), account(1)])
    #expect(budget.spent == 316)
    // Each row may cost 192: its prompt with three bytes a token, and an answer of five tokens.
    var begun = (2...5).map { budget.reserve(row(), for: AnswerKey(rowIndex: $0)) }
    #expect(begun == [true, true, true, false])
    budget.add(account(2), isFinished: true)
    budget.release(AnswerKey(rowIndex: 2))
    #expect(budget.spent == 474)
    begun = [budget.reserve(row(), for: AnswerKey(rowIndex: 5))]
    budget.add(account(3), isFinished: true)
    budget.release(AnswerKey(rowIndex: 3))
    begun.append(budget.reserve(row(), for: AnswerKey(rowIndex: 5)))
    #expect(begun == [false, true])
  }

  @Test func `a row begins only if its own texts fit the limit, whatever the others cost`() throws {
    var budget = try budget(3_000, earlier: (0..<10).map { account($0) })
    let begun = [
      budget.reserve(row(12_000), for: AnswerKey(rowIndex: 10)), budget.reserve(row(), for: AnswerKey(rowIndex: 11)),
    ]
    #expect(begun == [false, true])
    let sentence = budget.sentence(rowsLeft: [row(12_000)])
    #expect(
      sentence.contains("$1580 of $3000 are spent. 1 row is left and costs about $3060; the next one may cost $"))
  }

  @Test func `at most as many rows run as have shown their cost, and a much longer one runs alone`() throws {
    var budget = try budget(1_000_000)
    var begun = (0...1).map { budget.reserve(row(), for: AnswerKey(rowIndex: $0)) }
    #expect(begun == [true, false])
    budget.add(account(), isFinished: true)
    budget.release(AnswerKey(rowIndex: 0))
    begun = (1...3).map { budget.reserve(row(), for: AnswerKey(rowIndex: $0)) }
    #expect(begun == [true, true, false])
    budget.release(AnswerKey(rowIndex: 2))
    begun = [budget.reserve(row(8_000), for: AnswerKey(rowIndex: 4))]
    budget.release(AnswerKey(rowIndex: 1))
    begun.append(budget.reserve(row(8_000), for: AnswerKey(rowIndex: 4)))
    #expect(begun == [false, true])
  }

  @Test func `calls of unknown cost are named with their assumed cost`() throws {
    var lost = RowCost(key: AnswerKey(rowIndex: 1), promptBytes: 400)
    lost.lostCalls = 1
    let budget = try budget(400, earlier: [account(completion: nil), lost])
    #expect(budget.spent == 350)
    #expect(
      budget.sentence(rowsLeft: [row()]).contains(
        "$350 of $400 are spent (1 call without token counts estimated by length, 1 call of unknown cost, or "
          + "ended in a server error, counted as long answers). 1 row is left"))
    #expect(
      budget.warning
        == "For max_cost 1 call without token counts is estimated at $158 by the length of the texts. For max_cost 1 call "
        + "of unknown cost, or ended in a server error, counts as a long answer, $192. So the run has spent about $350 of $400."
    )
  }

  @Test func `the sentence names the cost by which a test of the judge does not begin`() throws {
    let forecast = try #require(try forecast(judge: binding()))
    var budget = RunBudget(maximum: 300_100, forecast, earlier: (0..<3).map { account($0, known: 100_000) })
    let probe = RowForecast.Row(promptBytes: 400, answerTokens: 5, probes: 3)
    let most = budget.forecast.most(probe)
    let begins = budget.reserve(probe: probe)
    #expect(!begins && most < 50_000)
    let sentence = budget.sentence(rowsLeft: [], probes: [probe])
    #expect(sentence.contains("the probe of the judge, may cost \(Dollars.text(most))."), "\(sentence)")
  }

  @Test func `reviews with a known cost are not estimated beside those without one`() throws {
    let forecast = try #require(try forecast(judge: binding()))
    var mixed = RowCost(key: AnswerKey(rowIndex: 0), promptBytes: 400)
    (mixed.reviews, mixed.areReviewsPriced) = (2, false)
    let both = forecast.estimate(mixed)
    mixed.pricedReviews = 1
    #expect(both.calls == 6 && forecast.estimate(mixed).calls == 3)
  }

  @Test func `a test of the judge is tried again only as far as max_cost goes`() throws {
    let forecast = try #require(try forecast(judge: binding()))
    let probe = RowForecast.Row(promptBytes: 400, answerTokens: 5, probes: 3)
    var budget = RunBudget(maximum: 1.5 * forecast.most(probe), forecast)
    let begins = budget.reserve(probe: probe)
    #expect(begins && budget.affordsRetry(for: RunBudget.probeKey))
    budget.waste(0.4 * forecast.most(probe), on: probe, for: RunBudget.probeKey)
    #expect(budget.affordsRetry(for: RunBudget.probeKey))
    budget.waste(0.4 * forecast.most(probe), on: probe, for: RunBudget.probeKey)
    #expect(!budget.affordsRetry(for: RunBudget.probeKey))
    budget.add(probe: RowCost(key: RunBudget.probeKey, promptBytes: 400))
    #expect(budget.affordsRetry(for: RunBudget.probeKey))
  }

  @Test func `a paid failure counts as spent, and shows nothing of what a row costs`() throws {
    var failure = RowCost(key: AnswerKey(rowIndex: 0), promptBytes: 400)
    failure.answerCost = 100
    var budget = try budget(1_000_000)
    budget.add(failure, isFinished: false)
    #expect(budget.spent == 100)
    let begun = (1...2).map { budget.reserve(row(), for: AnswerKey(rowIndex: $0)) }
    #expect(begun == [true, false])
  }
}
