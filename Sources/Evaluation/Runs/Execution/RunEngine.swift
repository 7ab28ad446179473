package import Store

/// Starts, resumes, follows and cancels the generation of runs.
///
/// A run belongs to one process at a time, by a lock that the system releases when the process dies. Other processes
/// can follow its progress in the store and ask it to stop.
package actor RunEngine {
  /// How to treat a run that already has results.
  package struct Options: Sendable {
    /// Discards all responses and begins again.
    package var restart: Bool
    /// The responses that a restart may discard; nil for all.
    package var agreedLoss: AgreedLoss?
    /// Retries all failed rows and reviews, also those that a resume leaves out; see ``ResponseEntry/failsAgain``.
    package var retryFailed: Bool
    /// Judges the existing answers instead of generating; nil to generate.
    package var judging: Judging?
    /// Whether the run's cancellation was asked for before it was planned at all, so that it does not end this start.
    var wasCancelled = false
    /// Whether this start is cancelled while it is planned.
    let cancellation = StartCancellation()

    package init(restart: Bool = false, retryFailed: Bool = false, judging: Judging? = nil) {
      self.restart = restart
      self.retryFailed = retryFailed
      self.judging = judging
    }
  }

  /// What a user has agreed to lose by a restart.
  ///
  /// A run may go on in another process while the user is asked, or end between the question and the start.
  package struct AgreedLoss: Sendable {
    private let responses: Int
    private let cost: Double
    private let unknownCalls: Int

    /// - Parameters:
    ///   - responses: their number.
    ///   - spending: what they have cost.
    package init(responses: Int, spending: Spending) {
      (self.responses, cost, unknownCalls) = (responses, spending.known, spending.unknownCalls)
    }

    /// Nothing, for a run that is under way and must not be restarted.
    package static let none = AgreedLoss(responses: 0, spending: Spending())

    /// - Throws: ``EvaluationError`` if more would be lost.
    func check(_ run: RunRecord, _ entries: [ResponseEntry]) throws(EvaluationError) {
      let spending = Spending(run, entries)
      guard entries.count > responses || spending.known > cost + 1e-9 || spending.unknownCalls > unknownCalls else {
        return
      }
      throw EvaluationError(
        "Nothing was discarded: more would be lost now than when that was checked, the \(entries.count) responses of run "
          + "\(run.id)\(spending.clause). Call runs_generate with restart: true again.")
    }
  }

  /// The result of a request to generate a run.
  package enum Start: Sendable, Equatable {
    /// This call started or resumed it.
    case started
    /// The run was already in progress, in this process or another one.
    case attached
    /// The run was already completed.
    case completed
  }

  let store: Store
  let planner: RunPlanner
  let clock: any Clock<Duration>
  private let pace: BatchPace
  let followsWaiting: Bool
  private let now: @Sendable () -> Timestamp
  private(set) var jobs: [Int: RunJob] = [:]
  /// Why waiting runs are not followed by this process.
  var obstacles: [Int: String] = [:]
  /// Why the ends of runs of this process could not be recorded, until they go on.
  private(set) var unwritten: [Int: String] = [:]
  /// A start that is being planned, whether it is that of a comparison, and whether it was cancelled.
  private(set) var starting: [Int: (task: Task<Start, any Error>, isPairwise: Bool, cancellation: StartCancellation)] =
    [:]
  private let inbox: AsyncStream<RunJob>
  private let begin: AsyncStream<RunJob>.Continuation

  /// - Parameter followsWaiting: whether it follows waiting runs unasked, for which the store must be writable.
  package init(
    store: Store, models: any ModelDirectory, clock: any Clock<Duration>, now: @escaping @Sendable () -> Timestamp,
    images: ImageReader = ImageReader(), pace: BatchPace = BatchPace(), followsWaiting: Bool = true
  ) {
    self.followsWaiting = followsWaiting
    self.pace = pace
    self.store = store
    self.clock = clock
    self.now = now
    planner = RunPlanner(store: store, models: models, images: images)
    (inbox, begin) = AsyncStream.makeStream()
  }

  /// Executes jobs until the task is cancelled, then ends them so that they can be resumed.
  package func run() async {
    await withDiscardingTaskGroup { group in
      for await job in inbox {
        group.addTask {
          await job.execute()
          await self.remove(job)
        }
      }
      group.cancelAll()
    }
  }

  private func remove(_ job: RunJob) {
    if case .unrecorded(let cause) = job.ending { unwritten[job.runID] = cause }
    if jobs[job.runID] === job { jobs[job.runID] = nil }
  }

  // MARK: Starting

  /// Completes a run: starts a pending one, resumes a failed or cancelled one, attaches to a running one.
  ///
  /// Returns when the job has begun, not when it is done; see ``wait(forRun:seconds:onProgress:)``.
  /// - Parameter onRegistered: called once waiting and cancelling take account of the start, before it is planned.
  /// - Throws: ``EvaluationError`` or a ``Store/StoreError`` if the run cannot start, or cannot restart because it is
  ///   running or stopping. Nothing was called or changed then.
  package func generate(
    run id: Int, options: Options, onRegistered: @Sendable () -> Void = {}
  ) async throws -> Start {
    let start = try await startOrAttach(run: id, options, onRegistered)
    guard start == .attached else { return start }
    let restart = options.restart ? " with restart: true" : ""
    if try await isEnding(run: id) {
      // Attaching to a stopping run would not complete it.
      throw EvaluationError(
        "Run \(id) was cancelled and ends when its calls under way have finished. Wait for its end with runs_get "
          + "wait_seconds, then call runs_generate\(restart).")
    }
    if options.restart {
      throw EvaluationError(
        "Run \(id) is being generated, so it cannot begin again. Stop it with runs_cancel, wait for its end with "
          + "runs_get, then call runs_generate\(restart).")
    }
    return start
  }

  /// - Parameter isUnasked: whether nobody has asked for the start, so that it must not pay for what a copy of the store
  ///   may pay for too.
  func startOrAttach(
    run id: Int, _ options: Options, isUnasked: Bool = false, _ onRegistered: @Sendable () -> Void
  ) async throws -> Start {
    while let job = jobs[id] {
      guard job.isFinishing else {
        if let judging = job.plan.pairwise?.judging { throw Self.isBusy(id, judging, options) }
        return .attached
      }
      // Its calls have all finished and only its record is being written, so there is nothing to attach to.
      await job.waitForEnd()
      remove(job)
    }
    if let other = starting[id] {
      onRegistered()
      let start = try await other.task.value
      guard other.isPairwise || start == .completed else { return .attached }
      // A comparison generates nothing, and neither does a start that found nothing to do: there is nothing to attach to.
      if starting[id]?.task == other.task { starting[id] = nil }
      return try await startOrAttach(run: id, options, isUnasked: isUnasked, onRegistered)
    }
    let task = Task { try await start(run: id, options, isUnasked: isUnasked) }
    starting[id] = (task, options.judging?.against != nil, options.cancellation)
    onRegistered()
    defer { if starting[id]?.task == task { starting[id] = nil } }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      options.cancellation.ask()
    }
  }

  private func start(run id: Int, _ options: Options, isUnasked: Bool) async throws -> Start {
    guard try await store.own(run: id) else {
      if let judging = try await store.read({ $0.runs[id]?.openPairwise }) { throw Self.isBusy(id, judging, options) }
      return .attached
    }
    do {
      // The answers are on their way, so that nothing can be begun anew.
      let isWaiting = try await store.read { $0.runs[id]?.status } == .waiting
      let options = isWaiting ? Options() : options
      try await planner.checkAnswers(ofRun: id, options)
      guard let plan = try await planner.plan(run: id, options) else {
        await release(run: id)
        return .completed
      }
      let job = RunJob(plan, store: store, clock: clock, pace: pace, isUnasked: isUnasked, now: now)
      // A waiting run is only followed, which stops none of its batches.
      if options.cancellation.isAsked { job.stop() }
      jobs[id] = job
      (obstacles[id], unwritten[id]) = (nil, nil)
      begin.yield(job)
      return isWaiting ? .attached : .started
    } catch {
      await release(run: id)
      throw error
    }
  }

  /// Lets other processes have a run.
  ///
  /// The run's own end or error is what its caller must learn, so an error here is not thrown.
  /// The lock ends with the process at the latest.
  private func release(run id: Int) async {
    do { try await store.disown(run: id) } catch {}
  }

  // MARK: Cancelling

  /// Stops a run from beginning more calls; those in progress finish, and results stay.
  /// - Throws: ``EvaluationError`` unless it is running.
  package func cancel(run id: Int) async throws {
    // A failed start is reported to the caller that requested the run, not to the one that cancels it.
    if let start = starting[id] {
      start.cancellation.ask()
      _ = await start.task.result
    }
    if jobs[id] == nil, try await isUnattended(run: id) {
      do { _ = try await startOrAttach(run: id, Options(), isUnasked: true) {} } catch {
        return try await leave(run: id, error)
      }
    }
    if let job = jobs[id] { return job.stop() }
    guard try await store.isOwnedElsewhere(run: id) else {
      throw EvaluationError("Run \(id) is not running, so there is nothing to cancel. runs_get shows its status.")
    }
    try await store.commit { transaction in
      var run = try transaction.tables.find(RunRecord.self, id)
      run.cancelRequested = true
      transaction.put(run)
    }
  }
}
