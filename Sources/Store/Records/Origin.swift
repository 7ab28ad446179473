/// The origin of a score as one number, so that equal origins are found without decoding.
package enum Origin {
  /// The origin of a review.
  ///
  /// A judge with more reasoning effort gives other scores, just as another model does, so the effort is part of the
  /// origin. The token limit of a judgement is not, because it only decides whether the judgement completes, and an
  /// incomplete one has no score.
  ///
  /// - Parameters:
  ///   - judgeModel: the judge's canonical name.
  ///   - fingerprint: the fingerprint of the metric's wording.
  ///   - judgeSamples: the number of samples from which the review takes the median.
  ///   - judgeEffort: nil for the default of the judge's vendor.
  ///   - judgeMaterial: what the judge is shown besides texts; nil for nothing.
  package static func ofReview(
    judgeModel: String, fingerprint: String, judgeSamples: Int, judgeEffort: String? = nil,
    judgeMaterial: String? = nil
  ) -> UInt64 {
    hash(
      [judgeModel, fingerprint, String(judgeSamples)]
        + [judgeEffort, judgeMaterial.map { "with \($0)" }].compactMap(\.self))
  }

  /// The origin of a check's review.
  package static func ofCheck(fingerprint: String) -> UInt64 { hash(["check", fingerprint]) }

  /// The origin of a score from comparing texts.
  ///
  /// - Parameters:
  ///   - expectedColumn: nil for the standard one.
  ///   - form: what the texts are compared as; nil for text.
  package static func ofComparison(scoring: Scoring, expectedColumn: String?, form: String? = nil) -> UInt64 {
    // Without a list, because an origin is found for each of the many records of a file.
    var hasher = FNV1a()
    hasher.combine(part: scoring.rawValue)
    hasher.combine(part: expectedColumn ?? "")
    if let form { hasher.combine(part: form) }
    return recorded(hasher.hash)
  }

  private static func hash(_ parts: [String]) -> UInt64 {
    var hasher = FNV1a()
    for part in parts { hasher.combine(part: part) }
    return recorded(hasher.hash)
  }

  /// The origin with a hash, which is never 0: that means an unrecorded one.
  private static func recorded(_ hash: UInt64) -> UInt64 { hash == 0 ? 1 : hash }
}
