import Providers

/// Whether calls of one kind, to the model that answers or to the judge, are worth going on with.
///
/// What one row meets says little about the others: a firewall or a moderation refuses one prompt with the status that
/// a wrong key gets. So once a call of the kind has succeeded, an error fails its row only, unless everything keeps
/// failing.
struct CallOutlook: Sendable {
  /// So many rows must fail before the rest is given up.
  private static let patience = 5

  private let callsToMake: Int
  private let concurrency: Int
  /// Whether such a call of this run has succeeded before this job.
  private let hadSucceeded: Bool
  private var hasSucceeded = false
  /// Calls that failed for the first time since the last success.
  private var failuresInARow = 0

  init(callsToMake: Int, concurrency: Int, hadSucceeded: Bool) {
    self.callsToMake = callsToMake
    self.concurrency = concurrency
    self.hadSucceeded = hadSucceeded
  }

  mutating func succeeded() {
    hasSucceeded = true
    failuresInARow = 0
  }

  /// Takes in a failure.
  ///
  /// - Parameter again: whether the same has failed before, which says nothing about the others.
  /// - Returns: whether the run is to stop.
  mutating func failed(_ error: ProviderError, again: Bool) -> Bool {
    if !again { failuresInARow += 1 }
    switch error.kind {
    case .insufficientQuota, .unreachable: return true
    case .unauthorized, .notFound:
      if !hasSucceeded, !hadSucceeded { return true }
      return keepsFailing(for: hasSucceeded ? Self.patience + 2 * concurrency : early)
    case .transient: return keepsFailing(for: hasSucceeded ? Self.patience + 2 * concurrency : early)
    case .invalidRequest, .unusableAnswer: return hasSucceeded ? false : keepsFailing(for: Self.patience)
    case .cancelled: return false
    }
  }

  private var early: Int { min(Self.patience, concurrency + 1) }

  /// Whether so many have failed in a row, and more are to come.
  private func keepsFailing(for limit: Int) -> Bool { failuresInARow >= limit && failuresInARow < callsToMake }
}
