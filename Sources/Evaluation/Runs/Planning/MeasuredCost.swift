import Store

extension RunFigures {
  /// The expected cost of the whole run in US dollars, from the cost of its rows so far; nil until there is a basis.
  ///
  /// Each remaining answer is expected to cost the average of the answers so far, and each missing review the average of
  /// the reviews so far. The answers so far say nothing of the price of batches to come.
  package var measuredCost: Double? {
    var (answers, unpriced, spent) = (0, 0, 0.0)
    entries.forEachInPlace { entry in
      if entry.status == .failed { return }
      answers += 1
      if let cost = entry.generationCost { spent += cost } else { unpriced += 1 }
    }
    guard answers > 0, unpriced == 0 else { return nil }
    let answersToCome = max(answerCount - entries.count, 0)
    if isBatched, answersToCome > 0 { return nil }
    let answersLeft = Double(answersToCome) * spent / Double(answers)
    let counts = scoring.reviewCounts(of: entries)
    let missing = counts.missing + answersToCome * scoring.askedMetrics.count
    guard missing > 0 else { return knownCost + answersLeft }
    // The cost of reviews by other judges says nothing about the missing reviews.
    var reviews = 0
    entries.forEachInPlace { reviews += $0.judgeReviewCount }
    let areAllCounted = counts.completed + counts.failed == reviews
    guard areAllCounted, let review = meanReviewCost else { return nil }
    return knownCost + answersLeft + Double(missing) * review
  }

  /// Whether the expected cost depends on more than recorded costs: on the lengths of rows to come, on rows and reviews
  /// that are tried again, on reviews to come and the test of their judge, or on the assumed cost of lost calls.
  package var needsForecast: Bool {
    let (reviews, retrying) = (scoring.reviewCounts(of: entries), Retrying(plainlyAfter: status))
    return entries.count < answerCount || measuredCost == nil || reviews.missing > 0
      || retrying.includesReviews && reviews.failed > 0 || entries.containsInPlace { retrying.retries($0) }
      || entries.containsInPlace { $0.uncountedCalls > 0 } || probes.contains { $0.uncountedCalls > 0 } || lostCalls > 0
  }

  /// US dollars of everything with a known cost.
  package var knownCost: Double {
    var cost = probes.knownCost
    entries.forEachInPlace { cost += $0.knownCost }
    return cost
  }

  /// US dollars that the answers and reviews had cost if none of them had been copied; nil if unknown.
  package var costWithoutCopies: Double? {
    guard entries.contains(where: \.isCopied) else {
      // Lost calls gave no answers.
      var answered = self
      answered.lostCalls = 0
      return answered.statistics.totalCost
    }
    let made = entries.filter { $0.status != .failed }
    let costs = made.compactMap { entry in
      entry.generationCost.flatMap { answer in entry.reviewCost.map { answer + $0 } }
    }
    return costs.count == made.count ? costs.reduce(0, +) : nil
  }

  /// The average cost of a review so far in US dollars, by any judge; nil without reviews or if a cost is unknown.
  package var meanReviewCost: Double? {
    let judged = entries.filter { $0.status != .failed && $0.judgeReviewCount > 0 }
    let costs = judged.compactMap(\.reviewCost)
    guard !judged.isEmpty, costs.count == judged.count else { return nil }
    return costs.reduce(0, +) / Double(judged.reduce(0) { $0 + $1.judgeReviewCount })
  }
}
