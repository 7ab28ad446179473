import JSONCoding
import Providers
import Store
import Synchronization

/// A run that this process is generating.
///
/// It ends when its rows are done, when it is told to stop (calls in progress finish), or when its task is cancelled
/// (calls in progress are abandoned). Recorded results always stay, and the run can be resumed.
final class RunJob: Sendable {
  let runID: Int
  let plan: RunPlan
  let store: Store
  let worker: RowWorker
  let recorder: RowRecorder
  private let pauses: RetryPauses
  let clock: any Clock<Duration>
  let pace: BatchPace
  /// Whether nobody has asked for it, as when a waiting run is followed.
  let isUnasked: Bool
  let state: Mutex<State>
  let bells = RunBells()

  struct State {
    var runState: RunState
    /// The rows that have not begun.
    var remaining: ArraySlice<RunPlan.RowWork>
    /// The answers whose calls have not finished.
    var underWay: Set<AnswerKey> = []
    var rejections = Rejections()
    /// Whether somebody has asked for the state of the run's batches.
    var isAsked = false
    var isFinishing = false
    var ending: Ending?
  }

  init(
    _ plan: RunPlan, store: Store, clock: any Clock<Duration>, pace: BatchPace, isUnasked: Bool,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.clock = clock
    self.pace = pace
    self.isUnasked = isUnasked
    runID = plan.runID
    self.plan = plan
    self.store = store
    worker = RowWorker(plan: plan, store: store, now: now)
    pauses = RetryPauses(clock)
    recorder = RowRecorder()
    state = Mutex(State(runState: RunState(plan), remaining: plan.work[...]))
  }

  /// Lets the calls in progress finish and begins no more.
  func stop() { change { $0.isStopping = true } }

  func change(_ change: (inout RunState) -> Void) {
    let isOver = state.withLock { state in
      change(&state.runState)
      return state.runState.isOver
    }
    if isOver { pauses.end() }
  }

  func note(_ steps: [RowWorker.Step]) {
    state.withLock { state in
      for step in steps { state.runState.note(step) }
    }
    bells.ring()
  }

  // MARK: Working

  /// A row that begins, and the number of rejections before it.
  private typealias Turn = (work: RunPlan.RowWork, ticket: ConcurrencyLimit.Ticket, rejections: Int)

  /// Generates the run to its end and records how it ended.
  func execute() async {
    async let recording: Void = recorder.run { rows in
      let outcome = await self.worker.record(rows) { steps in self.note(steps) }
      self.change { $0.take(outcome) }
    }
    await probe()
    let left = plan.batches == nil ? nil : await answerInBatches()
    if plan.batches == nil { await work() }
    recorder.finish()
    await recording
    await finish(hasBegunEverything: state.withLock { $0.remaining.isEmpty }, left)
  }

  /// Makes the calls for the remaining rows.
  func work() async {
    let (calls, more) = AsyncStream.makeStream(of: Void.self)
    await withDiscardingTaskGroup { group in
      var iterator = calls.makeAsyncIterator()
      repeat {
        while let turn = nextTurn() { group.addTask { await self.process(turn, more: more) } }
        if state.withLock({ $0.underWay.isEmpty }) { break }
        // The stream ends when the task is cancelled; the group still waits for the rows in progress.
      } while await iterator.next() != nil
    }
  }

  /// Tests the judge before the first row.
  private func probe() async {
    for index in plan.probes.indices {
      let mayBegin = state.withLock { $0.runState.begins(plan.probes[index...], before: $0.remaining) }
      guard mayBegin, !Task.isCancelled else { return }
      let probe = plan.probes[index]
      let retries = ModelBinding.Retries { error in
        self.state.withLock {
          $0.runState.retries(probe.size, RunBudget.probeKey, after: error, by: self.plan.judge)
        }
      } sleep: { seconds in
        try await self.pause(seconds, of: RunBudget.probeKey)
      }
      do {
        let account = try await JudgeProber(plan: plan, store: store).ask(probe, retries)
        change { $0.probed(account) }
      } catch {
        change { $0.take(.unrecorded(Interruption.cause(of: error))) }
      }
    }
  }

  /// The next row, if one may begin.
  ///
  /// - Parameter ended: the answer whose calls have just finished, if any.
  private func nextTurn(after ended: AnswerKey? = nil) -> Turn? {
    let isCancelled = Task.isCancelled
    return state.withLock { state in
      if let ended { state.underWay.remove(ended) }
      guard !isCancelled, !state.remaining.isEmpty,
        case .begin(let ticket) = state.runState.next(underWay: state.underWay.count, &state.remaining)
      else { return nil }
      let work = state.remaining.removeFirst()
      state.underWay.insert(work.key)
      return (work, ticket, state.rejections.count)
    }
  }

  /// Processes a row, and then further rows while the concurrency limit allows them.
  ///
  /// - Parameter more: signalled when the limit rises or a row in progress ends.
  private func process(_ turn: Turn, more: AsyncStream<Void>.Continuation) async {
    var turn: Turn? = turn
    while let current = turn {
      await process(current)
      turn = nextTurn(after: current.work.key)
      if turn == nil || state.withLock({ $0.runState.limit.current > $0.underWay.count && !$0.remaining.isEmpty }) {
        more.yield()
      }
    }
  }

  /// Waits before another attempt, unless max_cost leaves no room for it.
  private func pause(_ seconds: Double, of key: AnswerKey) async throws {
    guard state.withLock({ $0.runState.affordsRetry(of: key) }) else {
      throw RetryingModel.LastAttempt(
        reason: "It was not asked again, because max_cost leaves no room for another attempt.")
    }
    try await pauses.wait(seconds)
  }

  private func process(_ turn: Turn) async {
    let (work, ticket, rejections) = turn
    func retries(_ model: ModelBinding?, _ isJudge: Bool) -> ModelBinding.Retries {
      ModelBinding.Retries { error in
        self.state.withLock { state in
          if error.isRateLimit { state.runState.wasLimited(ticket) }
          state.runState.retries(work.size, work.key, after: error, by: model)
        }
        guard error.lacksCapacity, let tier = model?.tier else { return }
        self.change { $0.lacksCapacity(tier, isJudge: isJudge) }
        self.note([])
      } sleep: { seconds in
        try await self.pause(seconds, of: work.key)
      }
    }
    let link = RowWorker.Link(
      report: { self.note($0) }, retries: retries(plan.generator, false), judgeRetries: retries(plan.judge, true),
      judgeAnswered: { self.state.withLock { $0.runState.judgeAnswered() } },
      judgeFailed: { error, again in self.state.withLock { $0.runState.judgeFailed(error, again: again) } })
    switch await worker.answer(work, link) {
    case .ended(let outcome):
      if case .failed(let error, _, _) = outcome, error.isRejection {
        state.withLock { $0.rejections.note(work.key) }
      }
      change { runState in
        runState.take(outcome)
        runState.ended(work.key)
        if case .failed = outcome { runState.settle(row: work.key.rowIndex, score: nil) }
      }
    case .answered(let row):
      change { $0.settle(row: work.key.rowIndex, score: row.score) }
      state.withLock {
        if row.hasGenerated { $0.rejections.answered(after: rejections) }
        $0.runState.answered(account: row.account, hasGenerated: row.hasGenerated, warnings: row.warnings, ticket)
        // What it cost is no longer set aside once it is spent.
        $0.runState.ended(work.key)
      }
      await recorder.take(row)
    }
  }

  // MARK: Ending

  /// - Parameter batches: how the run's batches ended; nil for a run without.
  private func finish(hasBegunEverything: Bool, _ batches: BatchFlow.Outcome?) async {
    let (runState, rejections) = state.withLock { state in
      state.isFinishing = true
      return (state.runState, state.rejections)
    }
    let outcome = RunEnd(
      state: runState, plan: plan, reason: await runState.reason(plan),
      isEverythingDone: hasBegunEverything && !runState.wasCutOff && batches?.isWhole != false,
      isInterrupted: Task.isCancelled,
      batches: batches)
    let runID = runID
    let ending: Ending
    do {
      try await store.commit { [plan] transaction in
        guard var run = transaction.tables.runs[runID] else { return }
        rejections.mark(in: &transaction, ofRun: runID)
        try outcome.apply(to: &run, in: transaction.tables)
        guard run.status != .waiting else { return transaction.put(run) }
        run.cancelRequested = false
        // A comparison of answers is no part of the run.
        if plan.pairwise == nil { run.finishedAt = transaction.now }
        run.updatedAt = transaction.now
        transaction.put(run)
      }
      ending = .recorded
    } catch {
      ending = .unrecorded(Interruption.cause(of: error))
    }
    do { try await store.disown(run: runID) } catch {}
    state.withLock { $0.ending = ending }
    bells.end()
  }
}
