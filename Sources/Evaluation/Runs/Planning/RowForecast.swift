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
    /// Whether it has failed before and is tried again.
    var hasFailed = false
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
  let samples: Int
  /// The ``TextSize`` of the judge's instructions besides the row's texts, averaged over the criteria.
  let judgeBytes: Int
  let caching: RunCaching
  /// The most tokens of an answer, with its reasoning; nil if nothing limits it.
  let longestAnswer: Int?
  /// Learned from the requests and answers of the model that answers.
  var gauge = TokenEstimator()
  /// Learned from the requests of the model that answers.
  var requests = RequestLengths()
  /// Learned from the judge's requests alone: the judge may have another tokenizer, and what surrounds a short prompt says
  /// nothing of a long rubric.
  var judgeGauge = TokenEstimator()
  /// The tokens of answers and of their reasoning, which the judge is not shown.
  var written = (tokens: 0, reasoning: 0)
  var answers: AnswerLengths
  var judgements: AnswerLengths
  var answering = Calibration()
  var reviewing = Calibration()

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
    judgeBytes = JudgePrompt.length(for: criteria)
    longestAnswer = generator?.longestAnswer(RequestParameters(settings))
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
    let cost = costs(of: row, answer: answers.mean, judgement: judgements.mean, caches)
    return (
      row.answerTokens == nil ? answering.corrected(cost.answer) : 0,
      row.reviews + row.probes > 0 ? reviewing.corrected(cost.reviews) : 0
    )
  }

  /// The possible cost of a row: its answer may be longer than those so far, and its texts may have more tokens than
  /// expected.
  func most(_ row: Row) -> Double {
    let cost = costs(of: row, answer: answers.bound, judgement: judgements.bound, .written, .most)
    return answering.raised(cost.answer) + reviewing.raised(cost.reviews)
  }

  /// The cost of a row if its answer and its reviews have the maximum length and the judge is asked twice for each, as
  /// after an answer that cannot be read; nil for a paid answer without a limit.
  func highest(_ row: Row) -> Double? {
    let parts = costs(of: row, answer: answers.most, judgement: judgements.most, .written, .most)
    let cost = parts.answer + parts.reviews + repairs(of: row)
    return row.answerTokens != nil || answers.isLimitChosen || cost == 0 ? cost : nil
  }

  /// The most that it costs to ask the judge of a row's reviews again: it is shown its first answer, and what is wrong.
  private func repairs(of row: Row) -> Double {
    let count = row.reviews * samples + row.probes
    guard count > 0 else { return 0 }
    let material = judgeGauge.tokens(ofBytes: judgeBytes + row.promptBytes + JudgePrompt.repairBytes, .most)
    let answer = shown(row.answerTokens ?? answers.most) + judgements.most
    let again = price(
      judge, prompt: material + answer + 2 * TokenEstimator.framing, completion: judgements.most, bound: .most)
    return Double(count) * again
  }

  /// - Parameters:
  ///   - answer: the tokens of the answer.
  ///   - judgement: those of each judgement.
  ///   - bound: how the tokens of texts are estimated.
  ///   - tier: which of the tiers that may answer has the price; nil for the one of the same bound.
  func costs(
    of row: Row, answer: Int, judgement: Int, _ caches: CacheState = .kept, _ bound: TokenEstimator.Bound = .likely,
    tier: TokenEstimator.Bound? = nil
  ) -> (answer: Double, reviews: Double) {
    let tier = tier ?? bound
    let prompt = promptTokens(ofBytes: row.promptBytes, bound)
    let answering =
      row.answerTokens == nil
      ? price(
        generator, prompt: prompt, completion: answer, shared: sharedByAnswers, caches, tier,
        isBatched: row.isBatched) : 0
    guard row.reviews + row.probes > 0 else { return (answering, 0) }
    let input =
      judgeGauge.tokens(ofBytes: judgeBytes + row.promptBytes, bound) + shown(row.answerTokens ?? answer)
      + TokenEstimator.framing
    let review = price(
      judge, prompt: input, completion: judgement, shared: sharedByJudgements, caches, tier)
    return (answering, Double(row.reviews * samples + row.probes) * review)
  }

  /// The tokens of a request for an answer.
  func promptTokens(ofBytes bytes: Int, _ bound: TokenEstimator.Bound = .likely) -> Int {
    guard let line = requests.line(usual: gauge.ratio) else {
      return gauge.tokens(ofBytes: bytes, bound) + TokenEstimator.framing
    }
    let factor =
      switch bound {
      case .least: 0.95
      case .likely: 1.0
      case .most: 1.1
      }
    let tokens = max(Int((Double(bytes) * line.byte * factor + line.request).rounded()), 1)
    guard bound == .most, !requests.covers(bytes) else { return tokens }
    return max(tokens, gauge.most(ofBytes: bytes) + TokenEstimator.framing)
  }

  /// The tokens of an answer without its reasoning.
  func shown(_ tokens: Int) -> Int {
    written.tokens == 0 ? tokens : tokens - tokens * min(written.reasoning, written.tokens) / written.tokens
  }

  /// The tokens that the requests for answers have in common.
  var sharedByAnswers: Int { gauge.tokens(ofBytes: caching.answerSize) }
  /// The tokens that the judge's requests have in common.
  var sharedByJudgements: Int { judgeGauge.tokens(ofBytes: caching.judgeSize) }
}
