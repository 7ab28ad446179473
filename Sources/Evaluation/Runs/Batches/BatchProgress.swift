import Providers
package import Store

/// The batches that a run waits for.
package struct BatchProgress: Sendable, Equatable {
  package var count: Int
  /// Their requests with a result; nil where the provider does not tell of all of them.
  package var finished: Int?
  package var total: Int
  /// The provider's name for people.
  package var provider: String

  /// Nil without batches.
  package init?(of batches: [BatchRecord]) {
    guard let first = batches.first else { return nil }
    count = batches.count
    let told = batches.compactMap(\.finished)
    finished = told.count == batches.count ? told.reduce(0, +) : nil
    total = batches.reduce(0) { $0 + $1.count }
    provider = Vendor(rawValue: first.provider)?.displayName ?? first.provider
  }

  /// `waiting for 2 batches, 512/1000 finished at OpenAI`.
  package var sentence: String {
    let batches = count == 1 ? "1 batch" : "\(count) batches"
    return finished.map { "waiting for \(batches), \($0)/\(total) finished at \(provider)" }
      ?? "waiting for \(batches) of \(total) requests at \(provider)"
  }
}
