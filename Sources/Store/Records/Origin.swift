/// Where a score comes from, as one number by which scores of the same origin are found without decoding them.
///
/// FNV-1a with 64 bits (Fowler, Noll, Vo) over the parts, each followed by a byte that no UTF-8 text holds.
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
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    for part in parts {
      for byte in part.utf8 { add(byte) }
      add(0xff)
    }
    return hash == 0 ? 1 : hash
  }
}
