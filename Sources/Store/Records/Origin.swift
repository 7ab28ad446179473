/// The origin of a score as one number, so that scores of the same origin are found without decoding them.
package enum Origin {
  /// The origin of a review.
  ///
  /// A judge that thinks longer gives other scores, as another model does, so its effort is part of where a score comes
  /// from. The most tokens of a judgement are not: they decide only whether it comes to its end, and one that does not has
  /// no score.
  ///
  /// - Parameters:
  ///   - judgeModel: the judge's canonical name.
  ///   - fingerprint: that of the metric's wording.
  ///   - judgeSamples: how many judgements the review is the median of.
  ///   - judgeEffort: nil where the judge's vendor decided.
  package static func ofReview(
    judgeModel: String, fingerprint: String, judgeSamples: Int, judgeEffort: String? = nil
  ) -> UInt64 {
    hash([judgeModel, fingerprint, String(judgeSamples)] + (judgeEffort.map { [$0] } ?? []))
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
