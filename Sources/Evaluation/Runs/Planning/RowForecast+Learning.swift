import Providers
import Store

/// What a forecast makes of the calls so far.
extension RowForecast {
  /// Calls of unknown cost, and their assumed cost.
  struct Unknown: Sendable, Equatable {
    var calls = 0
    var cost = 0.0
  }

  /// The probable cost of answers without token counts, estimated by the length of their texts.
  func estimate(_ account: RowCost) -> Unknown {
    var unknown = Unknown()
    let prompt = promptTokens(ofBytes: account.promptBytes)
    let completion =
      account.answer.map { $0.tokens?.completionTokens ?? gauge.tokens(ofBytes: $0.bytes) }
      ?? account.earlierAnswerTokens
    if let answer = account.answer, !answer.isPriced {
      unknown.calls += 1
      unknown.cost += price(
        generator, prompt: prompt, completion: completion, isBatched: account.isBatched)
    }
    if !account.areReviewsPriced, account.reviews > 0 {
      let all = calls(of: account)
      let calls = all - all * account.pricedReviews / account.reviews
      unknown.calls += calls
      let input =
        judgeGauge.tokens(ofBytes: judgeBytes + account.promptBytes) + shown(completion) + TokenEstimator.framing
      unknown.cost += Double(calls) * price(judge, prompt: input, completion: judgements.mean)
    }
    return unknown
  }

  /// The cost of a row's calls: the known part, plus the estimated or assumed cost of the others.
  func counted(_ account: RowCost) -> Double {
    account.known + estimate(account).cost + assumedCostOfLostCalls(account).cost
  }

  /// The assumed cost of calls that returned nothing: that of a long answer, at the price of the calls.
  func assumedCostOfLostCalls(_ account: RowCost) -> Unknown {
    let prompt = promptTokens(ofBytes: account.promptBytes, .most)
    let answer = price(
      generator, prompt: prompt, completion: answers.long, bound: .most, isBatched: account.isLostInBatch)
    let input = judgeGauge.most(ofBytes: judgeBytes + account.promptBytes) + answers.mean + TokenEstimator.framing
    // No judge has been asked about an answer that is lost in a batch.
    let review =
      account.isLostInBatch ? 0 : price(judge, prompt: input, completion: judgements.long, bound: .most)
    return Unknown(calls: account.lostCalls, cost: Double(account.lostCalls) * max(answer, review))
  }

  /// Learns from earlier runs, whose prices may have changed since.
  mutating func learn(from history: RunPlanner.History) {
    if let kinship = history.answers { answers.kinship = kinship }
    if let kinship = history.judgements { judgements.kinship = kinship }
    learn(from: history.accounts, withPrice: false)
    if history.answers == .sameRows { answers.unknownShare = history.unknown.answers }
    if history.judgements == .sameRows { judgements.unknownShare = history.unknown.judgements }
  }

  /// The same, with the lengths of one that has learned nothing where not all of those to come are known.
  func bounding(_ bare: RowForecast) -> RowForecast {
    var forecast = self
    if !answers.isComplete { forecast.answers = bare.answers }
    if !judgements.isComplete { forecast.judgements = bare.judgements }
    return forecast
  }

  /// Expects what earlier runs have shown of the rows that are left, where they have shown all rows.
  ///
  /// - Parameter history: from which it has learned.
  mutating func expect(_ rows: Set<Int>, by history: RunPlanner.History) {
    let left = history.accounts.filter { rows.contains($0.key.rowIndex) }
    let written = left.compactMap { $0.answer?.tokens?.completionTokens }
    if answers.isComplete, !written.isEmpty { answers = answers.expecting(written) }
    let judged = left.compactMap(judgementTokens)
    if judgements.isComplete, !judged.isEmpty { judgements = judgements.expecting(judged) }
  }

  /// Learns from the calls of rows.
  ///
  /// What they were expected to cost follows from all their lengths, so these are learned before any cost is.
  ///
  /// - Parameter withPrice: whether their cost shows what calls cost now, besides how long the texts are.
  mutating func learn(from accounts: [RowCost], withPrice: Bool = true) {
    for account in accounts { learnLengths(from: account) }
    guard withPrice else { return }
    for account in accounts { learnCost(from: account) }
  }

  private func calls(of account: RowCost) -> Int { account.reviewCalls ?? account.reviews * samples }

  private mutating func learnLengths(from account: RowCost) {
    if let answer = account.answer {
      if let tokens = answer.tokens {
        requests.add(bytes: account.promptBytes, tokens: tokens.promptTokens)
        gauge.add(bytes: account.promptBytes, tokens: tokens.promptTokens - TokenEstimator.framing)
        gauge.add(bytes: answer.bytes, tokens: tokens.completionTokens - tokens.reasoningTokens)
        written.tokens += tokens.completionTokens
        written.reasoning += tokens.reasoningTokens
      }
      answers.add(answer.tokens?.completionTokens ?? gauge.tokens(ofBytes: answer.bytes))
    }
    if let tokens = judgementTokens(account) { judgements.add(tokens) }
    learn(fromRequestsOfJudgementsOf: account, calls: calls(of: account))
  }

  /// The mean tokens of the judge's answers about a row; nil without any that were counted.
  private func judgementTokens(_ account: RowCost) -> Int? {
    let calls = calls(of: account)
    guard calls > 0, account.areReviewsByJudge, let tokens = account.reviewTokens, tokens.completionTokens > 0 else {
      return nil
    }
    return tokens.completionTokens / calls
  }

  private mutating func learnCost(from account: RowCost) {
    guard account.isPriced else { return }
    // Another run may have taken other numbers of samples, so its calls are counted one by one.
    let calls = calls(of: account)
    let row = Row(
      promptBytes: account.promptBytes, answerTokens: account.answer == nil ? account.earlierAnswerTokens : nil,
      probes: calls, isBatched: account.isBatched)
    let judgement = judgementTokens(account) ?? judgements.mean
    let predicted = costs(
      of: row, answer: account.answer?.tokens?.completionTokens ?? answers.mean, judgement: judgement)
    if account.answer != nil { answering.add(cost: account.answerCost, predicted: predicted.answer) }
    if account.reviews > 0, account.areReviewsByJudge, !account.isReviewCostShared {
      reviewing.add(cost: account.reviewCost, predicted: predicted.reviews)
    }
  }

  private mutating func learn(fromRequestsOfJudgementsOf account: RowCost, calls: Int) {
    guard judgementTokens(account) != nil, let tokens = account.reviewTokens else { return }
    let instructions: Int
    switch account.instructions {
    case .planned: instructions = judgeBytes
    case .other(let size): instructions = size
    case .unknown: return
    }
    judgeGauge.add(
      bytes: calls * (instructions + account.promptBytes + account.judgedBytes),
      tokens: tokens.promptTokens - calls * TokenEstimator.framing)
  }
}

extension JudgePrompt {
  /// The ``TextSize`` of the judge's instructions besides the row's texts, averaged over criteria.
  static func length(for criteria: [Criterion]) -> Int {
    criteria.reduce(0) { $0 + length(for: $1) } / max(criteria.count, 1)
  }

  private static func length(for criterion: Criterion) -> Int {
    let subject = Subject(input: "", response: "", expectedOutput: nil)
    return request(subject, criterion: criterion, model: "", boundary: .sample).messages.reduce(0) {
      $0 + TextSize.of($1.content)
    }
  }
}
