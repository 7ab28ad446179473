import JSONCoding

/// Judgements of a response by one of its judges, with their tokens.
package struct JudgingShare: Fields {
  /// The canonical name of the judge; nil if it is not recorded.
  package var judgeModel: String?
  /// The number of judgements.
  package var count = 0
  /// The tokens of its calls; nil if they are not recorded apart from those of other judges.
  package var usage: TokenCounts?

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("judge_model", &judgeModel)
    try fields.visit("count", &count, in: .calls)
    try fields.visit("usage", &usage)
  }

  /// Whether no tokens were counted.
  package var lacksTokens: Bool { (usage ?? TokenCounts()) == TokenCounts() }
}

extension ResponseRecord {
  /// US dollars of the judge's calls whose cost is known.
  package var pricedJudgeCost: Double { judgeCost ?? knownJudgeCost ?? 0 }

  /// The judgements whose cost is not known, by judge.
  ///
  /// Where they are not recorded, because all were made by one judge or before format 17, they follow from the reviews.
  package var unpricedJudgements: [JudgingShare] {
    guard judgeUsage != nil, judgeCost == nil else { return [] }
    if !unpricedJudging.isEmpty { return unpricedJudging }
    let names = judgeNames
    guard let first = names.first else { return [JudgingShare(by: nil, count: 1, judgeUsage)] }
    if names.allSatisfy({ $0 == first }) { return [JudgingShare(by: first, count: names.count, judgeUsage)] }
    return names.unique.map { name in
      JudgingShare(by: name, count: names.count { $0 == name }, judgeUsage == TokenCounts() ? TokenCounts() : nil)
    }
  }

  /// The judges of its judgements so far, in their order.
  private var judgeNames: [String?] {
    reviews.filter { $0.check == nil && $0.status != .skipped }.map(\.judgeModel)
      + pairwise.flatMap { Array(repeating: $0.judgeModel as String?, count: $0.judgementCount) }
  }

  /// Records the tokens of each judge apart once there are two.
  private mutating func share(_ usage: TokenCounts?, with judge: String) {
    if judgeShares.isEmpty {
      let names = judgeNames
      guard let judgeUsage, let first = names.first, first != judge, names.allSatisfy({ $0 == first }) else { return }
      judgeShares = [JudgingShare(by: first, count: names.count, judgeUsage)]
    }
    judgeShares.add(judge, usage)
  }

  /// Adds the tokens and cost of a judgement.
  ///
  /// - Parameters:
  ///   - known: US dollars of its calls whose cost is known.
  ///   - isPriced: whether those are all of its calls.
  package mutating func addJudging(by judge: String, _ usage: TokenCounts?, known: Double, isPriced: Bool) {
    var unpriced = unpricedJudgements
    share(usage, with: judge)
    let sum = pricedJudgeCost + known
    let isPlain =
      !isPriced && sum == 0 && judgeCost == nil && unpricedJudging.isEmpty && isOnlyJudged(by: judge)
    if !isPriced { unpriced.add(judge, usage) }
    judgeUsage = (judgeUsage ?? TokenCounts()) + (usage ?? TokenCounts())
    judgeCost = unpriced.isEmpty ? sum : nil
    // What follows from the reviews is not recorded, because there may be many responses.
    unpricedJudging = isPlain ? [] : unpriced
    knownJudgeCost = unpriced.isEmpty || sum == 0 ? nil : sum
  }

  private func isOnlyJudged(by judge: String) -> Bool {
    reviews.allSatisfy { $0.check != nil || $0.judgeModel == judge } && pairwise.allSatisfy { $0.judgeModel == judge }
  }
}

extension JudgingShare {
  fileprivate init(by judge: String?, count: Int, _ usage: TokenCounts?) {
    self.init()
    (judgeModel, self.count, self.usage) = (judge, count, usage)
  }
}

extension [JudgingShare] {
  fileprivate mutating func add(_ judge: String, _ usage: TokenCounts?) {
    guard let index = firstIndex(where: { $0.judgeModel == judge }) else {
      return append(JudgingShare(by: judge, count: 1, usage ?? TokenCounts()))
    }
    self[index].count += 1
    self[index].usage = self[index].usage.map { $0 + (usage ?? TokenCounts()) }
  }
}
