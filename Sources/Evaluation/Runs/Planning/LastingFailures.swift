import Providers
package import Store

extension ResponseEntry {
  /// Whether its row is left alone when the run goes on, because the same request would probably fail again.
  ///
  /// An answer that was withheld or has no text was paid for, and would be paid for again. A rejected request counts only
  /// once the model has answered a later one; before that, the fault may be one of all requests and may be mended since.
  package var failsAgain: Bool { status == .failed && failure != nil }
}

extension ProviderError {
  /// What failed, if the same request would probably fail again; nil if that is not known at once, see ``Rejections``.
  var lastingFailure: ResponseFailure? { kind == .unusableAnswer && isAboutRequest ? .unusable : nil }

  /// Whether the provider rejected the request for what it holds.
  var isRejection: Bool { kind == .invalidRequest && isAboutRequest }
}

/// The rejected requests of one start of a run.
///
/// A rejection says something about its row only if another call that began after it was answered: otherwise every
/// request may be rejected, as by a wrong setting. A stretch of rejections that stops a run has no such answer.
struct Rejections: Sendable {
  private var keys: [AnswerKey] = []
  private var confirmedCount = 0

  /// The number of rejections so far, which a call takes along from its beginning.
  var count: Int { keys.count }

  mutating func note(_ key: AnswerKey) { keys.append(key) }

  /// Records that the model has answered a call before whose beginning there were so many rejections.
  mutating func answered(after count: Int) { confirmedCount = max(confirmedCount, count) }

  /// Marks the failures that would come again.
  func mark(in transaction: inout Transaction, ofRun id: Int) {
    let confirmed = Set(keys.prefix(confirmedCount))
    if confirmed.isEmpty { return }
    let entries = transaction.tables.responses.entries(ofRun: id)
    for entry in entries where entry.status == .failed && confirmed.contains(entry.key) {
      // One that cannot be read is merely asked again.
      guard var response = try? entry.decoded() else { continue }
      response.failure = .rejected
      _ = transaction.put(response)
    }
  }
}

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
