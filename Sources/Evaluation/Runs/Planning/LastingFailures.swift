import Providers
package import Store

/// The failed answers that a run leaves alone when it goes on, because they would probably fail again.
///
/// An answer that was withheld or is unusable was paid for, and would be paid for again. A rejected request says nothing
/// about its row before the run has any answer: then the fault may be one of all its requests, which has been mended since.
package struct LastingFailures: Sendable {
  private let hasAnswers: Bool

  /// - Parameter entries: the responses of a run.
  package init(of entries: [ResponseEntry]) {
    hasAnswers = entries.containsInPlace { $0.status != .failed }
  }

  package func contains(_ entry: ResponseEntry) -> Bool {
    guard entry.status == .failed else { return false }
    return switch entry.failure {
    case .unusable: true
    case .rejected: hasAnswers
    case nil: false
    }
  }
}

extension ProviderError {
  /// What failed, if the same request would probably fail again; nil for failures of a moment, a key or an account.
  var lastingFailure: ResponseFailure? {
    switch kind {
    case .invalidRequest: .rejected
    case .unusableAnswer: .unusable
    case .transient, .unreachable, .unauthorized, .notFound, .insufficientQuota, .cancelled: nil
    }
  }
}

/// Which failures a start of a run tries again.
enum Retrying: Sendable, Equatable {
  case nothing
  /// Reviews, and rows except for ``LastingFailures``.
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

  var includesReviews: Bool { self != .nothing }

  /// The failed answers that are made again, of a run with these responses.
  func rows(of entries: [ResponseEntry]) -> (ResponseEntry) -> Bool {
    switch self {
    case .nothing: { _ in false }
    case .everything: { $0.status == .failed }
    case .passing:
      { [lasting = LastingFailures(of: entries)] in $0.status == .failed && !lasting.contains($0) }
    }
  }
}
