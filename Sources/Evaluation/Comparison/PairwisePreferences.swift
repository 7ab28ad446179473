import Store

/// A judge's preferences between two responses to a row, whichever of the two runs they are stored with.
///
/// A judge is asked in both orders, so its answers about A against B are also those about B against A.
struct PairwisePreferences: Sendable, Equatable {
  /// From 1, the other response is clearly better, to 5, this one is, when this one was shown first; nil without an
  /// answer.
  let asFirst: Double?
  /// The same when this one was shown second.
  let asSecond: Double?
  /// Whether the judge gave no answer when it was last asked.
  let isFailed: Bool
  /// Whether no criterion applies to the row.
  let isSkipped: Bool

  /// - Parameters:
  ///   - own: the preferences stored with the response.
  ///   - response: the ids of the response and of its run.
  ///   - origin: the origin of the preferences that count.
  init(
    _ own: [ResponseEntry.PairwiseSummary], of response: (id: Int, runID: Int), and rival: ResponseEntry, origin: UInt64
  ) {
    let stored = own.last { $0.isBetween(rival.id, ofRun: rival.runID, origin) }
    let mirrored = rival.pairwise.last { $0.isBetween(response.id, ofRun: response.runID, origin) }
    asFirst = stored?.asFirst ?? mirrored?.asSecond.map { 6 - $0 }
    asSecond = stored?.asSecond ?? mirrored?.asFirst.map { 6 - $0 }
    isFailed = stored?.isFailed == true || mirrored?.isFailed == true
    isSkipped = stored?.isSkipped == true || mirrored?.isSkipped == true
  }

  init(_ response: ResponseEntry, _ rival: ResponseEntry, origin: UInt64) {
    self.init(response.pairwise, of: (response.id, response.runID), and: rival, origin: origin)
  }

  /// The number of orders that were judged.
  var judgementCount: Int { [asFirst, asSecond].count { $0 != nil } }
}

extension ResponseEntry.PairwiseSummary {
  fileprivate func isBetween(_ otherID: Int, ofRun runID: Int, _ origin: UInt64) -> Bool {
    against == runID && otherResponseID == otherID && self.origin == origin
  }
}
