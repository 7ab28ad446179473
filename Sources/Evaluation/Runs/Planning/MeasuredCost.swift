import Store

extension RunFigures {
  /// US dollars that the whole run will have cost, by what its rows have cost so far; nil until that says anything.
  ///
  /// Each row that is left costs what the answers so far have cost on average, and each review that is missing what the
  /// reviews so far have.
  package var measuredCost: Double? {
    let answers = entries.filter { $0.status != .failed }
    let answerCosts = answers.compactMap(\.generationCost)
    guard !answers.isEmpty, answerCosts.count == answers.count else { return nil }
    let rowsLeft = max(rowCount - entries.count, 0)
    let answersLeft = Double(rowsLeft) * answerCosts.reduce(0, +) / Double(answers.count)
    let counts = scoring.reviewCounts(of: entries)
    let missing = counts.missing + rowsLeft * scoring.askedMetrics.count
    guard missing > 0 else { return knownCost + answersLeft }
    // What others have judged tells nothing about the reviews that are missing.
    let areAllCounted = counts.completed + counts.failed == entries.reduce(0) { $0 + $1.reviews.count }
    guard areAllCounted, let review = meanReviewCost else { return nil }
    return knownCost + answersLeft + Double(missing) * review
  }

  /// Whether what the run will cost follows from more than what is recorded of it: from the lengths of its rows to come,
  /// from the price of a judge that has judged nothing yet, or from what calls of unknown cost count as.
  package var needsForecast: Bool {
    entries.count < rowCount || measuredCost == nil || entries.contains { $0.uncountedCalls > 0 }
  }

  /// US dollars of everything whose cost is known.
  package var knownCost: Double { entries.reduce(0) { $0 + $1.knownCost } }

  /// US dollars that a review has cost so far, whoever made it; nil where none was made or a cost is not known.
  package var meanReviewCost: Double? {
    let judged = entries.filter { $0.status != .failed && !$0.reviews.isEmpty }
    let costs = judged.compactMap { entry in entry.cost.flatMap { all in entry.generationCost.map { all - $0 } } }
    guard !judged.isEmpty, costs.count == judged.count else { return nil }
    return costs.reduce(0, +) / Double(judged.reduce(0) { $0 + $1.reviews.count })
  }
}
