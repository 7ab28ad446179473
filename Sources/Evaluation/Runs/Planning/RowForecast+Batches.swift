import Providers
import Store

/// What rows of batches cost at most: a batch is paid as a whole once it is submitted.
extension RowForecast {
  /// What the answer to a row costs at most; nil if nothing limits its length.
  ///
  /// - Parameter longest: the tokens of the answer, in place of the most that it can have.
  func surely(_ row: Row, longest: Int? = nil) -> Double? {
    guard row.answerTokens == nil else { return 0 }
    func cost(_ completion: Int) -> Double {
      let prompt = max(
        gauge.surely(ofBytes: row.promptBytes) + TokenEstimator.framing, promptTokens(ofBytes: row.promptBytes, .most))
      return price(generator, prompt: prompt, completion: completion, bound: .most, isBatched: row.isBatched)
    }
    if let longest = longest ?? longestAnswer { return cost(longest) }
    return cost(1) == 0 ? 0 : nil
  }

  /// The probable cost of a row's reviews.
  func likelyReviews(_ row: Row) -> Double { likelyParts(of: row).reviews }
}
