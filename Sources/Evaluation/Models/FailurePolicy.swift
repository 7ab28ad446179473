import Providers

/// Decides whether calls of one kind, to the answering model or to the judge, should continue.
///
/// A failure of one row says little about the others: a firewall or a content filter rejects one prompt with the same
/// status as a wrong key. So after the first success of the kind, an error fails only its row, unless every call keeps
/// failing.
struct FailurePolicy: Sendable {
  /// The number of consecutive failed rows after which the rest is abandoned.
  private static let patience = 5

  private let callsToMake: Int
  private let concurrency: Int
  /// Whether such a call of this run succeeded before this job.
  private let hadSucceeded: Bool
  private(set) var hasSucceeded = false
  /// The number of first-time failures since the last success.
  private var failuresInARow = 0
  /// The number of them that say nothing about their own request, since the last failure that does.
  private var outagesInARow = 0

  init(callsToMake: Int, concurrency: Int, hadSucceeded: Bool) {
    self.callsToMake = callsToMake
    self.concurrency = concurrency
    self.hadSucceeded = hadSucceeded
  }

  mutating func succeeded() {
    hasSucceeded = true
    (failuresInARow, outagesInARow) = (0, 0)
  }

  /// Records a failure.
  ///
  /// - Parameter again: whether the same call failed before, which says nothing about the others.
  /// - Returns: whether the run stops.
  mutating func failed(_ error: ProviderError, again: Bool) -> Bool {
    if !again {
      failuresInARow += 1
      outagesInARow = error.mayBeOutage ? outagesInARow + 1 : 0
    }
    switch error.kind {
    case .insufficientQuota, .unreachable: return true
    case .unauthorized, .notFound: return !hasSucceeded && !hadSucceeded || isDown
    case .transient: return isDown
    case .invalidRequest, .unusableAnswer:
      if hasSucceeded { return error.mayBeOutage && isDown }
      // Refusals come at once, so a few rows that are refused may come before the first answers of all the others.
      return keepsFailing(failuresInARow, for: max(Self.patience, concurrency))
    case .cancelled: return false
    }
  }

  /// Whether calls keep failing whatever they ask; before the first success any failures count.
  private var isDown: Bool {
    hasSucceeded
      ? keepsFailing(outagesInARow, for: Self.patience + 2 * concurrency)
      : keepsFailing(failuresInARow, for: min(Self.patience, concurrency + 1))
  }

  /// Whether this many failures in a row are enough, and more calls follow.
  private func keepsFailing(_ count: Int, for limit: Int) -> Bool { count >= limit && failuresInARow < callsToMake }
}

extension ProviderError {
  /// Whether other requests may fail in the same way: not if the provider or the model has refused this one.
  fileprivate var mayBeOutage: Bool {
    switch kind {
    case .invalidRequest, .unusableAnswer: isFromElsewhere
    default: true
    }
  }
}
