import Providers
import Store

/// What a run in progress knows of itself: counts, money, and whether to go on.
///
/// Pure state; ``RunJob`` guards it.
struct RunLedger: Sendable {
  private(set) var progress: RunProgress
  private(set) var warnings: [String]
  /// The reason to stop for good.
  private(set) var fatal: String?
  /// True once a call was given up with its task.
  private(set) var wasCutOff = false
  var isStopping: Bool
  /// How many calls may be under way now.
  private(set) var limit: ConcurrencyLimit
  private let criteriaCount: Int
  private let rowsToDo: Int
  private let concurrency: Int
  private var budget: RunBudget?
  private var hasSucceeded = false
  /// Rows that failed for the first time since the last success.
  private var failuresInARow = 0

  /// So many rows must fail in the beginning before the rest is given up.
  private static let patience = 5

  init(_ plan: RunPlan) {
    progress = plan.progress
    isStopping = plan.isCancelled
    warnings = plan.warnings
    criteriaCount = plan.criteria.count
    rowsToDo = plan.work.count
    concurrency = plan.concurrency
    budget = plan.budget
    limit = ConcurrencyLimit(plan.concurrency)
  }

  /// Whether no more calls are to be made.
  var isOver: Bool { isStopping || fatal != nil }

  /// What to do when a row could be begun.
  enum Next {
    case begin(ConcurrencyLimit.Ticket)
    /// First let a row end that is under way.
    case wait
    case stop
  }

  /// - Parameter underWay: how many rows are.
  mutating func next(underWay: Int) -> Next {
    if isOver { return .stop }
    if underWay >= limit.current { return .wait }
    if let budget, !budget.allowsAnother(underWay: underWay) {
      if underWay > 0 { return .wait }
      fatal = budget.sentence
      return .stop
    }
    return .begin(limit.begin())
  }

  /// Takes in a step that is on the disk.
  mutating func note(_ step: RowWorker.Step) {
    switch step {
    case .generated: progress.generated.done += 1
    case .generationFailed:
      progress.generated.failed += 1
      progress.judged.total = max(0, progress.judged.total - criteriaCount)
    case .reviewed: progress.judged.done += 1
    case .reviewFailed: progress.judged.failed += 1
    }
  }

  /// Takes in that a provider asks for fewer calls.
  mutating func wasLimited(_ ticket: ConcurrencyLimit.Ticket) { limit.limited(ticket) }

  /// Takes in that the calls of a row went well, and what they cost: US dollars, nil where a part is not known.
  mutating func answered(cost: Double?, warnings newWarnings: [String], _ ticket: ConcurrencyLimit.Ticket) {
    hasSucceeded = true
    failuresInARow = 0
    limit.succeeded(ticket)
    budget?.add(cost)
    for warning in newWarnings where !warnings.contains(warning) { warnings.append(warning) }
  }

  /// Takes in how a row ended.
  mutating func take(_ outcome: RowWorker.Outcome) {
    switch outcome {
    case .done: break
    case .failed(let error, let cost, let again):
      if cost != 0 { budget?.add(cost) }
      // A row that fails again says nothing about the others.
      if !again { failuresInARow += 1 }
      if error.kind.hitsEveryRow || isHopeless(after: error) { fatal = fatal ?? error.message }
    case .unjudged(let error): fatal = fatal ?? "The judge could not be asked: \(error.message)"
    case .stopped: isStopping = true
    case .unrecorded(let reason): fatal = fatal ?? reason
    case .cancelled: wasCutOff = true
    }
  }
  /// Whether the rows to come would probably fail too: the first ones all failed, or the provider is gone.
  ///
  /// A failed row stops no other one as long as some succeed; but what is wrong with the request itself, or with a provider
  /// that is down after many attempts, need not be found out a thousand times.
  private func isHopeless(after error: ProviderError) -> Bool {
    guard failuresInARow < rowsToDo else { return false }
    switch (error.kind, hasSucceeded) {
    case (.transient, true): return failuresInARow >= Self.patience + 2 * concurrency
    case (.transient, false): return failuresInARow >= min(Self.patience, concurrency + 1)
    case (_, true): return false
    case (_, false): return failuresInARow >= Self.patience
    }
  }
}
