import Providers
import Store

/// What the calls for a row will cost, in US dollars: by the lengths of its own texts, and by what the rows so far took.
struct RowForecast: Sendable {
  /// A row whose calls are still to be made.
  struct Row: Sendable, Equatable {
    /// UTF-8 length of the rendered prompt.
    var promptBytes = 0
    /// Nil for a row that is still to be answered.
    var answerTokens: Int?
    /// How many reviews are to be made.
    var reviews = 0
  }

  /// The longest answer of a model that is given no limit.
  private static let longestAnswer = 4_096
  /// What the first answer may have where nobody has set a limit.
  private static let firstAnswer = 250
  private static let usualJudgement = 80
  private static let firstJudgement = 300

  /// Nil where the answers are there and are only judged.
  private let generator: ModelBinding?
  private let judge: ModelBinding?
  private let samples: Int
  /// UTF-8 length of what the judge is told beside the row's texts, on average over the criteria.
  private let judgeBytes: Int
  private var gauge = TokenGauge()
  private var answers: AnswerLengths
  private var judgements: AnswerLengths
  private var answering = Calibration()
  private var reviewing = Calibration()

  /// What calls cost, and what they should have by their lengths: a cache makes them cheaper, another attempt dearer.
  private struct Calibration {
    private var rows = 0
    private var cost = 0.0
    private var predicted = 0.0

    mutating func add(cost: Double, predicted: Double) {
      rows += 1
      self.cost += cost
      self.predicted += predicted
    }

    private var factor: Double { predicted > 0 ? cost / predicted : 1 }

    /// A predicted cost as the calls so far correct it; where they should have cost nothing, their mean.
    func corrected(_ prediction: Double) -> Double {
      predicted == 0 && rows > 0 ? max(prediction, cost / Double(rows)) : prediction * factor
    }

    /// A bound, which dearer calls raise: no more than twice, because a bound times a mean is no cost of any call.
    func raised(_ bound: Double) -> Double { bound * min(max(1, factor), 2) }
  }

  /// Nil where a price is not known.
  ///
  /// - Parameters:
  ///   - generator: nil where the answers are there and are only judged.
  ///   - usualAnswer: tokens of an answer, as far as they can be told before there is one.
  init?(
    _ run: RunRecord, _ settings: RequestSettings, generator: ModelBinding?, judge: ModelBinding?,
    criteria: [Criterion], usualAnswer: Int
  ) {
    let judge = criteria.isEmpty ? nil : judge
    guard Self.knowsPrices(of: [generator, judge]) else { return nil }
    self.generator = generator
    self.judge = judge
    samples = run.judgeSettings.samples
    judgeBytes = criteria.reduce(0) { $0 + JudgePrompt.length(for: $1) } / max(criteria.count, 1)
    answers = AnswerLengths(
      usual: usualAnswer, first: settings.maxTokens ?? max(usualAnswer, Self.firstAnswer),
      limit: settings.maxTokens ?? Self.longestAnswer, isLimitChosen: settings.maxTokens != nil)
    judgements = AnswerLengths(
      usual: Self.usualJudgement, first: Self.firstJudgement, limit: run.judgeSettings.maxTokens,
      isLimitChosen: run.judgeMaxTokens != nil)
  }

  static func knowsPrices(of models: [ModelBinding?]) -> Bool {
    models.compactMap(\.self).allSatisfy { $0.cost(of: TokenUsage(promptTokens: 1, completionTokens: 1)) != nil }
  }

  // MARK: Before the calls

  /// What a row will probably cost.
  func likely(_ row: Row) -> Double {
    let cost = costs(of: row, answer: answers.mean, judgement: judgements.mean) { gauge.tokens(ofBytes: $0) }
    return (row.answerTokens == nil ? answering.corrected(cost.answer) : 0)
      + (row.reviews > 0 ? reviewing.corrected(cost.reviews) : 0)
  }

  /// What a row may cost: a longer answer than those so far, and texts of more tokens than expected.
  func most(_ row: Row) -> Double {
    let cost = costs(of: row, answer: answers.bound, judgement: judgements.bound) { gauge.most(ofBytes: $0) }
    return answering.raised(cost.answer) + reviewing.raised(cost.reviews)
  }

  /// What a row costs if the model makes its answer, and the judge its reviews, as long as they may be.
  func highest(_ row: Row) -> Double {
    let cost = costs(of: row, answer: answers.most, judgement: judgements.most) { gauge.most(ofBytes: $0) }
    return cost.answer + cost.reviews
  }

  private func costs(
    of row: Row, answer: Int, judgement: Int, tokens: (Int) -> Int
  ) -> (answer: Double, reviews: Double) {
    let prompt = tokens(row.promptBytes) + TokenGauge.framing
    let answering = row.answerTokens == nil ? price(generator, prompt: prompt, completion: answer) : 0
    guard row.reviews > 0 else { return (answering, 0) }
    let review = price(
      judge, prompt: tokens(judgeBytes) + prompt + (row.answerTokens ?? answer), completion: judgement)
    return (answering, Double(row.reviews * samples) * review)
  }

  private func price(_ model: ModelBinding?, prompt: Int, completion: Int) -> Double {
    guard let model else { return 0 }
    // OpenAI writes every longer prompt to its cache by itself, and bills for it.
    let threshold = Vendor(rawValue: model.provider)?.cachesPromptsFrom
    let usage = TokenUsage(
      promptTokens: prompt, completionTokens: completion,
      cacheWriteTokens: threshold.map { prompt >= $0 } == true ? prompt : 0)
    return model.cost(of: usage) ?? 0
  }

  // MARK: After the calls

  /// Calls whose cost is not known, and what they count as.
  struct Unknown: Sendable, Equatable {
    var calls = 0
    var cost = 0.0
  }

  /// What the answers without token counts probably cost, by the length of their texts.
  func estimate(_ account: RowAccount) -> Unknown {
    var unknown = Unknown()
    let prompt = gauge.tokens(ofBytes: account.promptBytes)
    let completion = account.answer.map { $0.tokens?.completionTokens ?? gauge.tokens(ofBytes: $0.bytes) } ?? 0
    if let answer = account.answer, !answer.isPriced {
      unknown.calls += 1
      unknown.cost += price(generator, prompt: prompt + TokenGauge.framing, completion: completion)
    }
    if !account.areReviewsPriced, account.reviews > 0 {
      let calls = account.reviews * samples
      unknown.calls += calls
      let input = gauge.tokens(ofBytes: judgeBytes) + prompt + completion + TokenGauge.framing
      unknown.cost += Double(calls) * price(judge, prompt: input, completion: judgements.mean)
    }
    return unknown
  }

  /// What the calls for a row count as: what is known, and what the others probably or at most cost.
  func counted(_ account: RowAccount) -> Double { account.known + estimate(account).cost + mostLost(account).cost }

  /// What calls may have cost of which nothing has come back: as much as a long answer.
  func mostLost(_ account: RowAccount) -> Unknown {
    let prompt = gauge.most(ofBytes: account.promptBytes) + TokenGauge.framing
    let each = max(
      price(generator, prompt: prompt, completion: answers.long),
      price(judge, prompt: gauge.most(ofBytes: judgeBytes) + prompt + answers.mean, completion: judgements.long))
    return Unknown(calls: account.lostCalls, cost: Double(account.lostCalls) * each)
  }

  /// Takes in what the calls for a row took.
  mutating func learn(from account: RowAccount) {
    if let answer = account.answer {
      if let tokens = answer.tokens {
        gauge.add(bytes: account.promptBytes, tokens: tokens.promptTokens - TokenGauge.framing)
        gauge.add(bytes: answer.bytes, tokens: tokens.completionTokens - tokens.reasoningTokens)
      }
      answers.add(answer.tokens?.completionTokens ?? gauge.tokens(ofBytes: answer.bytes))
    }
    let calls = account.reviews * samples
    if calls > 0, account.areReviewsByJudge, let tokens = account.reviewTokens, tokens.completionTokens > 0 {
      judgements.add(tokens.completionTokens / calls)
    }
    guard account.isPriced else { return }
    let row = Row(
      promptBytes: account.promptBytes, answerTokens: account.answer == nil ? account.earlierAnswerTokens : nil,
      reviews: account.reviews)
    let judgement = account.reviewTokens.map { calls > 0 ? $0.completionTokens / calls : 0 } ?? judgements.mean
    let predicted = costs(
      of: row, answer: account.answer?.tokens?.completionTokens ?? answers.mean, judgement: judgement
    ) { gauge.tokens(ofBytes: $0) }
    if account.answer != nil { answering.add(cost: account.answerCost, predicted: predicted.answer) }
    if account.reviews > 0, account.areReviewsByJudge {
      reviewing.add(cost: account.reviewCost, predicted: predicted.reviews)
    }
  }
}

extension JudgePrompt {
  /// UTF-8 length of what a judge is told beside the row's texts.
  fileprivate static func length(for criterion: Criterion) -> Int {
    let subject = Subject(input: "", response: "", expectedOutput: nil)
    return request(subject, criterion: criterion, model: "", boundary: .random()).messages.reduce(0) {
      $0 + $1.content.utf8.count
    }
  }
}
