import Store

/// The reviews of a run whose cost is not known, by the judges that made them.
struct UnpricedReviews: Sendable {
  /// In the order of their first reviews.
  private(set) var judges: [JudgingShare] = []

  init(_ entries: [ResponseEntry]) throws {
    // Reviews of one origin have one judge, so that few records are read.
    var judgesByOrigin: [UInt64: [JudgingShare]] = [:]
    try entries.forEachInPlace { entry in
      guard entry.hasUnpricedJudging else { return }
      if !entry.unpricedJudging.isEmpty {
        for judging in entry.unpricedJudging { add(judging, count: judging.count) }
        return
      }
      let origin = entry.reviews.first { !$0.isCheck && !$0.isSkipped }?.origin ?? entry.pairwise.first?.origin ?? 0
      let found = try judgesByOrigin[origin] ?? entry.decoded().unpricedJudgements
      judgesByOrigin[origin] = found
      for judging in found {
        add(judging, count: found.count == 1 ? max(entry.unpricedJudgementCount, 1) : judging.count)
      }
    }
  }

  private mutating func add(_ judging: JudgingShare, count: Int) {
    guard let index = judges.firstIndex(where: { $0.judgeModel == judging.judgeModel }) else {
      var first = judging
      first.count = count
      return judges.append(first)
    }
    judges[index].count += count
    if judges[index].lacksTokens { judges[index].usage = judging.usage }
  }
}
