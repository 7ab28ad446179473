/// The origin of a score as one number, so that scores of the same origin are found without decoding them.
package enum Origin {
  /// The origin of a review.
  ///
  /// - Parameters:
  ///   - judgeModel: the judge's canonical name.
  ///   - fingerprint: that of the metric's wording.
  ///   - judgeSamples: how many judgements the review is the median of.
  package static func ofReview(judgeModel: String, fingerprint: String, judgeSamples: Int) -> UInt64 {
    hash([judgeModel, fingerprint, String(judgeSamples)])
  }

  /// The origin of a score that comparing texts has given.
  ///
  /// - Parameter expectedColumn: nil for the standard one.
  package static func ofComparison(scoring: Scoring, expectedColumn: String?) -> UInt64 {
    hash([scoring.rawValue, expectedColumn ?? ""])
  }

  /// Never 0, which stands for an origin that was not recorded.
  private static func hash(_ parts: [String]) -> UInt64 {
    var hasher = FNV1a()
    for part in parts {
      hasher.combine(part)
      hasher.endPart()
    }
    return hasher.hash == 0 ? 1 : hasher.hash
  }
}
