package import Store

/// Which failures a start of a run tries again.
enum Retrying: Sendable, Equatable {
  case nothing
  /// Reviews, and rows that may succeed; see ``ResponseEntry/failsAgain``.
  case passing
  case everything

  /// - Parameters:
  ///   - isJudging: whether only reviews are made.
  ///   - status: that of the run before the start.
  init(_ options: RunEngine.Options, isJudging: Bool, after status: RunStatus) {
    self =
      isJudging || options.retryFailed || options.restart
      ? .everything : [.completed, .waiting].contains(status) ? .nothing : .passing
  }

  /// What a start without options tries again.
  ///
  /// - Parameter status: that of the run before the start.
  init(plainlyAfter status: RunStatus) { self.init(RunEngine.Options(), isJudging: false, after: status) }

  var includesReviews: Bool { self != .nothing }

  /// Whether a failed answer is made again.
  func retries(_ entry: ResponseEntry) -> Bool {
    guard entry.status == .failed else { return false }
    return switch self {
    case .nothing: false
    case .everything: true
    case .passing: !entry.failsAgain
    }
  }
}

extension RunRecord {
  /// The number of failed answers that runs_generate makes again without options.
  package func failuresToRetry(_ entries: [ResponseEntry]) -> Int {
    let retrying = Retrying(plainlyAfter: status)
    return entries.count(where: retrying.retries)
  }
}
