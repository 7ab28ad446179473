import Providers
package import Store

/// The batches that a run waits for.
package struct BatchProgress: Sendable, Equatable {
  package var count: Int
  /// Their requests with a result; nil where the provider does not tell of all of them.
  package var finished: Int?
  package var total: Int
  /// The requests that are on their way to the provider, or of which it is not known whether they have arrived.
  package var submitting: Int
  /// The provider's name for people.
  package var provider: String
  /// When the first one was submitted.
  package var since: Timestamp?
  /// When they are asked for next.
  package var nextPollAt: Timestamp?
  /// When the provider ends the first one.
  package var expiresAt: Timestamp?
  /// Whether the run was told to stop.
  package var isEnding = false
  /// Why the provider could not be asked at the last attempt.
  package var fault: String?

  /// Nil without batches.
  package init?(of batches: [BatchRecord]) {
    guard let first = batches.first else { return nil }
    self.init(of: batches, submitting: 0, to: Vendor.displayName(of: first.provider))
  }

  /// - Parameter submitting: the requests that are submitted now, besides those in batches.
  init(of batches: [BatchRecord], submitting: Int, to provider: String) {
    let there = batches.filter { $0.batchID != nil }
    count = there.count
    let told = there.compactMap(\.finished)
    finished = told.count == there.count ? told.reduce(0, +) : nil
    total = there.reduce(0) { $0 + $1.count }
    self.submitting = submitting + batches.reduce(0) { $0 + ($1.batchID == nil ? $1.count : 0) }
    self.provider = provider
    since = there.map(\.submittedAt).min()
    nextPollAt = batches.compactMap(\.nextPollAt).min()
    expiresAt = there.compactMap(\.expiresAt).min()
    fault = batches.lazy.filter(\.isOpen).compactMap(\.error).first
  }

  /// `waiting for 2 batches, 512/1000 finished at OpenAI, since …, next asked at …, ending by …`.
  package var sentence: String {
    var parts: [String] = []
    if submitting > 0 {
      parts.append("submitting \(submitting) \(submitting == 1 ? "request" : "requests") to \(provider)")
    }
    if count > 0 {
      let batches = count == 1 ? "1 batch" : "\(count) batches"
      let action = isEnding ? "cancelling" : "waiting for"
      parts.append(
        finished.map { "\(action) \(batches), \($0)/\(total) finished at \(provider)" }
          ?? "\(action) \(batches) of \(total) requests at \(provider)")
      if let since { parts.append("since \(since)") }
    }
    if let nextPollAt { parts.append("next asked at \(nextPollAt)") }
    if let expiresAt { parts.append("ending by \(expiresAt)") }
    return parts.joined(separator: ", ")
  }
}
