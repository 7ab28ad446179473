import Store

extension RunFigures {
  /// The expected cost of the whole run in US dollars, from the cost of its rows so far; nil until there is a basis.
  ///
  /// Each remaining answer is expected to cost the average of the answers so far, and each missing review the average of
  /// the reviews so far.
  package var measuredCost: Double? {
    var (answers, spent) = (0, 0.0)
    for entry in entries where entry.status != .failed {
      guard let cost = entry.generationCost else { return nil }
      answers += 1
      spent += cost
    }
    guard answers > 0 else { return nil }
    let answersToCome = max(answerCount - entries.count, 0)
    let answersLeft = Double(answersToCome) * spent / Double(answers)
    let counts = scoring.reviewCounts(of: entries)
    let missing = counts.missing + answersToCome * scoring.askedMetrics.count
    guard missing > 0 else { return knownCost + answersLeft }
    // The cost of reviews by other judges says nothing about the missing reviews.
    let areAllCounted = counts.completed + counts.failed == entries.reduce(0) { $0 + $1.judgeReviewCount }
    guard areAllCounted, let review = meanReviewCost else { return nil }
    return knownCost + answersLeft + Double(missing) * review
  }

  /// Whether the expected cost depends on more than recorded costs: on the lengths of rows to come, on reviews to come and
  /// the test of their judge, or on the assumed cost of lost calls.
  package var needsForecast: Bool {
    entries.count < answerCount || measuredCost == nil || scoring.reviewCounts(of: entries).missing > 0
      || entries.contains { $0.uncountedCalls > 0 } || probes.contains { $0.uncountedCalls > 0 }
  }

  /// US dollars of everything with a known cost.
  package var knownCost: Double {
    entries.reduce(0) { $0 + $1.knownCost } + probes.knownCost
  }

  /// US dollars that the answers and reviews had cost if none of them had been copied; nil if unknown.
  package var costWithoutCopies: Double? {
    guard entries.contains(where: \.isCopied) else { return statistics.totalCost }
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
