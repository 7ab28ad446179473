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
    hash([scoring.rawValue, expectedColumn ?? ""] + (form.map { [$0] } ?? []))
  }

  /// The hash is never 0, which means an unrecorded origin.
  private static func hash(_ parts: [String]) -> UInt64 {
    var hasher = FNV1a()
    for part in parts {
      hasher.combine(part)
      hasher.endPart()
    }
    return hasher.hash == 0 ? 1 : hasher.hash
  }
}
