import Providers
import Store

/// A forecast of the cost of a row's calls in US dollars, from the lengths of its texts and the cost of earlier rows.
struct RowForecast: Sendable {
  /// A row whose calls have not been made.
  struct Row: Sendable, Hashable {
    /// The ``TextSize`` of the rendered request.
    var promptBytes = 0
    /// Nil for a row without an answer.
    var answerTokens: Int?
    /// The number of missing reviews.
    var reviews = 0
    /// The number of judgements without samples, such as those of a probe.
    var probes = 0
    /// Whether the answer comes from a batch, at another price.
    var isBatched = false
  }

  /// The assumed limit, in tokens, of a model without a token limit.
  private static let longestAnswer = 4_096
  /// The assumed limit, in tokens, of the first answer if the user set none.
  private static let firstAnswer = 250
  private static let usualJudgement = 80
  private static let firstJudgement = 300

  /// Nil if existing answers are only judged.
  let generator: ModelBinding?
  let judge: ModelBinding?
  private let samples: Int
  /// The ``TextSize`` of the judge's instructions besides the row's texts, averaged over the criteria.
  private let judgeBytes: Int
  let caching: RunCaching
  private(set) var gauge = TokenEstimator()
  private(set) var answers: AnswerLengths
  private(set) var judgements: AnswerLengths
  private(set) var answering = Calibration()
  private(set) var reviewing = Calibration()

  /// The actual and the predicted cost of calls.
  ///
  /// A cache makes calls cheaper than their lengths predict; repeated attempts make them more expensive.
  struct Calibration {
    private var rows = 0
    private var cost = 0.0
    private var predicted = 0.0

    mutating func add(cost: Double, predicted: Double) {
      rows += 1
      self.cost += cost
      self.predicted += predicted
    }

    private var factor: Double { predicted > 0 ? cost / predicted : 1 }

    /// A predicted cost, corrected by the calls so far; their mean if they were predicted to be free.
    func corrected(_ prediction: Double) -> Double {
      predicted == 0 && rows > 0 ? max(prediction, cost / Double(rows)) : prediction * factor
    }

    /// A bound, raised if calls cost more than predicted.
    ///
    /// It is at most doubled, because a bound times an average ratio is no cost of an actual call.
    func raised(_ bound: Double) -> Double { bound * min(max(1, factor), 2) }
  }

  /// Nil if a price is unknown.
  ///
  /// - Parameters:
  ///   - generator: nil if existing answers are only judged.
  ///   - usualAnswer: the expected tokens of an answer before there is one.
  ///   - caching: what the requests have in common.
  init?(
    _ run: RunRecord, _ settings: RequestSettings, generator: ModelBinding?, judge: ModelBinding?,
    criteria: [Criterion], usualAnswer: Int, caching: RunCaching = RunCaching()
  ) {
    let judge = criteria.isEmpty ? nil : judge
    guard Self.knowsPrices(of: [generator, judge]) else { return nil }
    self.generator = generator
    self.judge = judge
    self.caching = caching
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
    models.compactMap(\.self).allSatisfy { model in
      [nil, model.tier?.billed].allSatisfy { tier in
        model.cost(of: TokenUsage(promptTokens: 1, completionTokens: 1, serviceTier: tier)) != nil
      }
    }
  }

  // MARK: Before the calls

  /// The probable cost of a row.
  func likely(_ row: Row) -> Double {
    let parts = likelyParts(of: row)
    return parts.answer + parts.reviews
  }

  /// The probable cost of a row's answer and of its reviews.
  ///
  /// - Parameter caches: what the provider's cache is expected to do.
  func likelyParts(of row: Row, _ caches: CacheState = .kept) -> (answer: Double, reviews: Double) {
    let cost = costs(of: row, answer: answers.mean, judgement: judgements.mean, caches) { gauge.tokens(ofBytes: $0) }
    return (
      row.answerTokens == nil ? answering.corrected(cost.answer) : 0,
      row.reviews + row.probes > 0 ? reviewing.corrected(cost.reviews) : 0
    )
  }

  /// The possible cost of a row: its answer may be longer than those so far, and its texts may have more tokens than
  /// expected.
  func most(_ row: Row) -> Double {
    let cost = costs(of: row, answer: answers.bound, judgement: judgements.bound, .written) { gauge.most(ofBytes: $0) }
    return answering.raised(cost.answer) + reviewing.raised(cost.reviews)
  }

  /// The cost of a row if its answer and its reviews have the maximum length; nil for a paid answer without a limit.
  func highest(_ row: Row) -> Double? {
    let parts = costs(of: row, answer: answers.most, judgement: judgements.most, .written) { gauge.most(ofBytes: $0) }
    let cost = parts.answer + parts.reviews
    return row.answerTokens != nil || answers.isLimitChosen || cost == 0 ? cost : nil
  }

  func costs(
    of row: Row, answer: Int, judgement: Int, _ caches: CacheState = .kept, tokens: (Int) -> Int
  ) -> (answer: Double, reviews: Double) {
    let prompt = tokens(row.promptBytes) + TokenEstimator.framing
    let answering =
      row.answerTokens == nil
      ? price(
        generator, prompt: prompt, completion: answer, prefix: caching.answerSize, caches, isBatched: row.isBatched) : 0
    guard row.reviews + row.probes > 0 else { return (answering, 0) }
    let review = price(
      judge, prompt: tokens(judgeBytes) + prompt + (row.answerTokens ?? answer), completion: judgement,
      prefix: caching.judgeSize, caches)
    return (answering, Double(row.reviews * samples + row.probes) * review)
  }

  // MARK: After the calls

  /// Calls of unknown cost, and their assumed cost.
  struct Unknown: Sendable, Equatable {
    var calls = 0
    var cost = 0.0
  }

  /// The probable cost of answers without token counts, estimated by the length of their texts.
  func estimate(_ account: RowCost) -> Unknown {
    var unknown = Unknown()
    let prompt = gauge.tokens(ofBytes: account.promptBytes)
    let completion = account.answer.map { $0.tokens?.completionTokens ?? gauge.tokens(ofBytes: $0.bytes) } ?? 0
    if let answer = account.answer, !answer.isPriced {
      unknown.calls += 1
      unknown.cost += price(
        generator, prompt: prompt + TokenEstimator.framing, completion: completion, isBatched: account.isBatched)
    }
    if !account.areReviewsPriced, account.reviews > 0 {
      let calls = account.reviews * samples
      unknown.calls += calls
      let input = gauge.tokens(ofBytes: judgeBytes) + prompt + completion + TokenEstimator.framing
      unknown.cost += Double(calls) * price(judge, prompt: input, completion: judgements.mean)
    }
    return unknown
  }

  /// The cost of a row's calls: the known part, plus the estimated or assumed cost of the others.
  func counted(_ account: RowCost) -> Double {
    account.known + estimate(account).cost + assumedCostOfLostCalls(account).cost
  }

  /// The assumed cost of calls that returned nothing: that of a long answer.
  func assumedCostOfLostCalls(_ account: RowCost) -> Unknown {
    let prompt = gauge.most(ofBytes: account.promptBytes) + TokenEstimator.framing
    let each = max(
      price(generator, prompt: prompt, completion: answers.long),
      price(judge, prompt: gauge.most(ofBytes: judgeBytes) + prompt + answers.mean, completion: judgements.long))
    return Unknown(calls: account.lostCalls, cost: Double(account.lostCalls) * each)
  }

  /// Notes what the answers learned from have in common with those to come.
  mutating func setKinship(ofAnswers kinship: Kinship) { answers.kinship = kinship }

  /// Notes what the judgements learned from have in common with those to come.
  mutating func setKinship(ofJudgements kinship: Kinship) { judgements.kinship = kinship }

  /// Learns from a row's calls.
  ///
  /// - Parameter withPrice: whether their cost shows what calls cost now, besides how long the texts are.
  mutating func learn(from account: RowCost, withPrice: Bool = true) {
    if let answer = account.answer {
      if let tokens = answer.tokens {
        gauge.add(bytes: account.promptBytes, tokens: tokens.promptTokens - TokenEstimator.framing)
        gauge.add(bytes: answer.bytes, tokens: tokens.completionTokens - tokens.reasoningTokens)
      }
      answers.add(answer.tokens?.completionTokens ?? gauge.tokens(ofBytes: answer.bytes))
    }
    let calls = account.reviewCalls ?? account.reviews * samples
    if calls > 0, account.areReviewsByJudge, let tokens = account.reviewTokens, tokens.completionTokens > 0 {
      judgements.add(tokens.completionTokens / calls)
    }
    guard withPrice, account.isPriced else { return }
    // Another run may have taken other numbers of samples, so its calls are counted one by one.
    let row = Row(
      promptBytes: account.promptBytes, answerTokens: account.answer == nil ? account.earlierAnswerTokens : nil,
      probes: calls, isBatched: account.isBatched)
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
  /// The ``TextSize`` of the judge's instructions besides the row's texts.
  fileprivate static func length(for criterion: Criterion) -> Int {
    let subject = Subject(input: "", response: "", expectedOutput: nil)
    return request(subject, criterion: criterion, model: "", boundary: .sample).messages.reduce(0) {
      $0 + TextSize.of($1.content)
    }
  }
}
