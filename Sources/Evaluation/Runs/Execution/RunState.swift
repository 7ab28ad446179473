import Providers
import Store

/// The state of a run in progress: counts, cost, and whether to continue.
///
/// Pure state; ``RunJob`` guards it.
struct RunState: Sendable {
  var progress: RunProgress
  private var notes: [String]
  /// The reason for stopping for good.
  private(set) var fatal: String?
  /// Why results could not be written, if calls were lost for that reason.
  private(set) var unwritten: String?
  /// The model that its provider does not know, if the run stops for that reason.
  private var unknownModel: ModelRole?
  /// Whether a call was abandoned with its task.
  private(set) var wasCutOff = false
  /// The number of such calls that may have been paid for, and of which no response tells.
  private(set) var lostCalls = 0
  /// The number of such calls that ended in errors of servers.
  private(set) var serverErrors = 0
  var isStopping: Bool { didSet { progress.batches?.isEnding = isStopping } }
  /// The number of calls that may be in progress now.
  private(set) var limit: ConcurrencyLimit
  let criteriaCount: Int
  /// The reviews that an answer of a batch waits for.
  private let reviewsToCome: @Sendable (RowCost) -> RowForecast.Row?
  let isPairwise: Bool
  private let isRepeated: Bool
  /// What goes on with the rows that are left.
  private let resume: String
  private var budget: RunBudget?
  /// The answers for whose reviews some of the limit is kept while batches are submitted.
  private var unjudged: [RowForecast.Row] = []
  /// The rows that max_cost kept from being submitted.
  private var unsubmitted: [RowForecast.Row] = []
  private var generating: FailurePolicy
  private var judging: FailurePolicy
  /// Nil for a run without a comparison that ends it.
  private var stop: StopRule?
  /// Whether the next row to be asked is asked alone, so that the others find in the provider's cache what they share.
  private var isNextAlone: Bool
  /// The rows that follow those that are told of as left, such as those of a batch.
  var later: @Sendable () -> [RowForecast.Row] = { [] }

  init(_ plan: RunPlan) {
    progress = plan.progress
    isStopping = plan.isCancelled
    notes = plan.warnings
    criteriaCount = plan.criteria.count
    reviewsToCome = { plan.reviewsToCome(after: $0) }
    isPairwise = plan.pairwise != nil
    isRepeated = plan.repeats > 1
    resume = plan.pairwise == nil ? "runs_generate" : "runs_judge with against"
    budget = plan.budget
    if plan.budget != nil, plan.batches != nil {
      unjudged = plan.work.lazy.filter { !$0.asksModel && !$0.isFree }.map(\.size)
    }
    stop = plan.stop
    isNextAlone = plan.caching.isFirstAlone
    limit = ConcurrencyLimit(plan.concurrency)
    generating = FailurePolicy(
      callsToMake: plan.work.count(where: \.asksModel), concurrency: plan.concurrency,
      hadSucceeded: plan.progress.generated.done > 0)
    let reviews = isPairwise ? plan.progress.compared : plan.progress.judged
    judging = FailurePolicy(
      callsToMake: reviews.total - reviews.done, concurrency: plan.concurrency, hadSucceeded: reviews.done > 0)
  }

  /// Warnings of the run besides its figures.
  var warnings: [String] { notes + [budget?.warning].compactMap(\.self) }

  /// Whether no more calls are made.
  var isOver: Bool { isStopping || fatal != nil }

  /// The decision that ends the run; nil without one.
  ///
  /// It keeps new rows from beginning. Rows that have begun are finished, because their calls were paid for.
  var decision: StopRule.Decision? { stop?.decision }

  /// Whether a probe may begin; the run stops if it does not fit into max_cost.
  ///
  /// - Parameters:
  ///   - probes: the probes that have not begun, at least one.
  ///   - rows: the rows that have not begun.
  mutating func begins(_ probes: ArraySlice<JudgeProbe>, before rows: ArraySlice<RunPlan.RowWork>) -> Bool {
    if isOver { return false }
    guard let first = probes.first, budget?.reserve(probe: first.size) == false else { return true }
    fatal = budget?.sentence(rowsLeft: rows.map(\.size), probes: probes.map(\.size), isRepeated: isRepeated)
    return false
  }

  /// Records the cost of a probe.
  mutating func probed(_ account: RowCost) { budget?.add(probe: account) }

  /// The next action when a row could begin.
  enum Next {
    case begin(ConcurrencyLimit.Ticket)
    /// Wait for a row in progress to end.
    case wait
    case stop
  }

  /// - Parameters:
  ///   - underWay: the number of rows in progress.
  ///   - remaining: the rows that have not begun, at least one. The row to begin is moved to the front, and rows that
  ///     need no answer any more are removed.
  mutating func next(underWay: Int, _ remaining: inout ArraySlice<RunPlan.RowWork>) -> Next {
    if decision != nil { remaining.removeAll { $0.existing == nil } }
    if isOver || remaining.isEmpty { return .stop }
    if underWay >= (isNextAlone ? 1 : limit.current) { return .wait }
    if decision == nil, underWay > 0, let row = remaining.first?.key.rowIndex,
      stop?.isTooFarAhead(row: row, concurrency: limit.current) == true
    {
      return .wait
    }
    if let row = remaining.first, !row.isFree, budget?.reserve(row.size, for: row.key) == false {
      if underWay > 0 { return .wait }
      let fitting = remaining.firstIndex { $0.isFree || budget?.reserve($0.size, for: $0.key) == true }
      guard let fitting else {
        // The rows of a batch are left as a whole.
        if later().isEmpty, unsubmitted.isEmpty { budget?.expect(Set(remaining.map(\.key.rowIndex))) }
        fatal = budget?.sentence(
          rowsLeft: remaining.map(\.size) + later() + unsubmitted, isRepeated: isRepeated, resume: resume)
        return .stop
      }
      // Rows that are too dear wait for the end, so that they keep no others from being asked.
      remaining = remaining[fitting...] + remaining[..<fitting]
    }
    return .begin(limit.begin())
  }

  /// Records that the calls for an answer have finished.
  mutating func ended(_ key: AnswerKey) { budget?.release(key) }

  /// Records an attempt without an answer, after which a row or a probe is tried again.
  ///
  /// - Parameter model: the one that was asked.
  mutating func retries(_ row: RowForecast.Row, _ key: AnswerKey, after error: ProviderError, by model: ModelBinding?) {
    if let usage = error.usage {
      budget?.waste(model?.cost(of: usage) ?? 0, on: row, for: key)
    } else if error.isUncounted || error.isServerError {
      budget?.waste(nil, on: row, for: key)
    }
  }

  /// Whether a row may be tried again within max_cost.
  func affordsRetry(of key: AnswerKey) -> Bool { budget?.affordsRetry(for: key) ?? true }

  /// Records the score of a row that was answered or has failed.
  mutating func settle(row: Int, score: Double?) { stop?.settle(row: row, score: score) }

  /// The number of waiting rows of batches that max_cost lets be submitted now.
  ///
  /// If it lets none and nothing is under way, the run ends for this reason once its other calls have been made.
  mutating func submittable(_ rows: RunBudget.Batched) -> Int {
    guard let budget else { return rows.waiting.count }
    var rows = rows
    rows.unjudged += unjudged
    let count = budget.submittable(rows)
    unsubmitted = count == 0 && rows.open.isEmpty ? rows.waiting : []
    return count
  }

  /// Ends the run if max_cost has kept rows from being submitted.
  ///
  /// Called after the judge, so that the sentence has what the reviews of other rows have cost.
  mutating func endForShortage() {
    guard let budget, fatal == nil, !unsubmitted.isEmpty else { return }
    fatal = budget.shortage(
      RunBudget.Batched(waiting: unsubmitted), isNew: progress.generated.done + progress.generated.failed == 0,
      isRepeated: isRepeated)
  }

  /// Records the cost of the answer of a batch, and that the judge is to be asked about it.
  mutating func answered(inBatch account: RowCost) {
    guard budget != nil else { return }
    budget?.add(account, isFinished: account.answer != nil)
    if let row = reviewsToCome(account) { unjudged.append(row) }
  }

  /// Records warnings about the run's requests.
  mutating func add(_ newWarnings: [String]) {
    for warning in newWarnings where !notes.contains(warning) { notes.append(warning) }
  }

  /// Whether the model has answered since the run was started or resumed.
  var hasAnswered: Bool { generating.hasSucceeded }

  /// Records that a provider asks for fewer calls.
  mutating func wasLimited(_ ticket: ConcurrencyLimit.Ticket) { limit.limited(ticket) }

  /// Records an answer of the judge.
  mutating func judgeAnswered() { judging.succeeded() }

  /// Records that the judge could not be asked.
  ///
  /// - Parameter again: whether the same review failed before.
  /// - Returns: whether the run stops; otherwise only the review fails.
  mutating func judgeFailed(_ error: ProviderError, again: Bool) -> Bool {
    judging.failed(error, again: again)
  }

  /// Records that the calls of a row succeeded, and their cost.
  ///
  /// - Parameter hasGenerated: whether the row was newly answered, and not only judged.
  mutating func answered(
    account: RowCost, hasGenerated: Bool, warnings newWarnings: [String], _ ticket: ConcurrencyLimit.Ticket
  ) {
    progress.holdup = nil
    if hasGenerated { generating.succeeded() }
    if hasGenerated || !account.isEmpty {
      isNextAlone = false
      limit.succeeded(ticket)
      budget?.add(account, isFinished: true)
    }
    add(newWarnings)
  }

  /// The purpose of a model in a run.
  private enum ModelRole { case generator, judge }

  private mutating func stop(for error: ProviderError, _ reason: String, asked role: ModelRole) {
    guard fatal == nil else { return }
    fatal = reason
    if error.kind == .notFound { unknownModel = role }
  }

  /// Why the run stopped for good, with a suggestion if a provider does not know the model.
  func reason(_ plan: RunPlan) async -> String? {
    guard let fatal else { return nil }
    let model: ModelBinding? =
      switch unknownModel {
      case .generator: plan.generator
      case .judge: plan.judge
      case nil: nil
      }
    guard let suggestion = await model?.suggestion() else { return fatal }
    return "\(fatal) Did you mean \(suggestion)?"
  }

  /// Ends the run for good.
  mutating func stop(because reason: String) { fatal = fatal ?? reason }

  /// Records the outcome of a row.
  mutating func take(_ outcome: RowWorker.Outcome) {
    switch outcome {
    case .done: break
    case .failed(let error, let account, let again):
      progress.holdup = nil
      isNextAlone = false
      if !account.isEmpty { budget?.add(account, isFinished: false) }
      if error.kind == .cancelled {
        wasCutOff = true
      } else if generating.failed(error, again: again) {
        stop(for: error, error.message, asked: .generator)
      }
    case .unjudged(let error): stop(for: error, "The judge could not be asked: \(error.message)", asked: .judge)
    case .stopped: isStopping = true
    case .unrecorded(let cause):
      unwritten = unwritten ?? cause
      stop(because: cause)
    case .cancelled(let lostCalls, let serverErrors):
      wasCutOff = true
      self.lostCalls += lostCalls
      self.serverErrors += serverErrors
    }
  }
}
