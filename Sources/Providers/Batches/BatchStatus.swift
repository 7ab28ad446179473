/// The state of a batch at its provider.
package struct BatchStatus: Sendable, Equatable {
  package enum Phase: Sendable, Equatable {
    /// Accepted and not ended.
    case working
    /// Told to end, and not ended.
    case cancelling
    /// Ended; results are available for the requests that were answered.
    case ended
    /// Rejected as a whole; no request was answered. The sentence says why.
    case rejected(String)
  }

  /// How an ended batch ended.
  package enum End: Sendable, Equatable {
    /// Every request was asked, as far as its provider tells.
    case whole
    /// Its time was over before every request was asked.
    case expired
    /// It was cancelled before every request was asked.
    case cancelled
  }

  package var id: String
  package var phase: Phase
  package var end = End.whole
  /// The provider's own word, such as `validating`.
  package var word: String
  /// The requests with a result; nil where the provider does not tell before the end.
  package var finished: Int?
  package var total: Int?
  /// The label that the provider has stored with it; nil if it stores none.
  package var label: String?
  /// The number of results that its files have; nil if the provider does not tell.
  package var results: Int?
  /// The files of its results, at addresses or by ids of the provider; empty before the end.
  package var files: [String]
  /// When it ends whatever is left, in seconds since 1970; nil if unknown.
  package var expiresAt: Double?

  package init(
    id: String, phase: Phase, word: String, finished: Int? = nil, total: Int? = nil, files: [String] = [],
    expiresAt: Double? = nil
  ) {
    self.id = id
    self.phase = phase
    self.word = word
    self.finished = finished
    self.total = total
    self.files = files
    self.expiresAt = expiresAt
  }
}
