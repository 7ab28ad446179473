import Providers
import Store

/// Records that a run has begun.
extension RunPlanner {
  /// Rejects a restart that `max_cost` would stop before its first row: it would discard responses and make none.
  static func checkRestart(of run: RunRecord, within budget: RunBudget?, _ work: [RunPlan.RowWork])
    throws(EvaluationError)
  {
    guard let refusal = budget?.refusal(before: work.map(\.size)) else { return }
    throw EvaluationError("Run \(run.id) was not restarted, and its responses are kept. \(refusal)")
  }

  /// Rejects a restart that would forget a batch of whose end nothing is known.
  static func checkBatches(of run: RunRecord) throws(EvaluationError) {
    guard let batch = run.batches.first(where: { $0.isOpen && !$0.isLost }) else { return }
    throw EvaluationError(
      "Run \(run.id) was not restarted: batch \(batch.batchID ?? batch.label) of it may still be under way and billed. runs_generate "
        + "without restart records its answers first; runs_create with like_run makes a fresh run.")
  }

  /// The state of a run just before its first call.
  struct Start: Sendable {
    let progress: RunProgress
    let scoring: RunScoring
    let criteria: [Criterion]
    let entriesByID: [Int: ResponseEntry]
    let warnings: [String]
    /// Whether another process has cancelled the run since it was planned.
    let isCancelled: Bool
  }

  /// - Parameters:
  ///   - work: what the run is about to do.
  ///   - probes: the probes of other runs on which it relies.
  /// - Throws: ``OutdatedPlan`` if the run was changed since it was read.
  func begin(
    _ material: Material, snapshot: RunSnapshot, _ options: RunEngine.Options, _ work: [RunPlan.RowWork],
    probes: [ProbeRecord], estimatedCost: Double?, _ retrying: Retrying
  ) async throws -> Start {
    let (id, plannedScoring) = (material.run.id, material.run.scoring)
    // A failed row that is asked again counts as not done.
    let askedAgain = Set(work.lazy.filter { $0.needsGeneration && $0.existing != nil }.map(\.key))
    let isJudging = options.judging != nil
    let begun = try await store.commit { transaction in
      var run = try material.current(in: transaction.tables)
      let earlier = transaction.tables.responses.entries(ofRun: id)
      if options.restart {
        try options.cancellation.check(restartOf: id)
        // Of the run as it was when the user was asked: the calls lost with its process are counted once.
        try options.agreedLoss?.check(run, earlier)
      }
      run.lostCalls = Interruption.lostCalls(of: run)
      if options.restart {
        run.restart(discarding: earlier)
        transaction.keepLook(ofRun: run)
        transaction.deleteVerdicts(ofRun: id)
        transaction.deleteResponses(ofRun: id)
      }
      transaction.beginDisplays(ofRun: id)
      if let judging = options.judging {
        try transaction.recordJudge(ofRun: id, run.judgeModel)
        judging.apply(to: &run, in: transaction.tables)
      }
      // A run whose answers are at its provider goes on as it was.
      let isWaiting = run.status == .waiting
      let isCancelled = run.cancelRequested && (isWaiting || !options.wasCancelled)
      if plannedScoring == .none, !run.isScoringChosen { run.scoring = .none }
      if !isWaiting { run.status = .running }
      run.closePairwise()
      if !isWaiting { run.cancelRequested = false }
      run.errorMessage = nil
      run.warnings = material.notes + (isWaiting ? run.warnings.filter { !material.notes.contains($0) } : [])
      run.assumedPrices = material.assumedPrices
      run.snapshot = snapshot
      if options.judging == nil { run.stoppedEarly = nil }
      if options.restart || run.startedAt == nil { run.firstEstimatedCost = estimatedCost }
      run.estimatedCost = estimatedCost
      for probe in probes { run.put(probe) }
      if !isWaiting || run.startedAt == nil { run.startedAt = transaction.now }
      run.finishedAt = nil
      run.updatedAt = transaction.now
      transaction.put(run)
      return (
        run: run, entries: transaction.tables.responses.entries(ofRun: id),
        answerCount: transaction.tables.answerCount(of: run), scoring: transaction.tables.scoring(of: run),
        criteria: transaction.tables.criteria(of: run), isCancelled: isCancelled
      )
    }
    // What follows from all entries is worked out when nobody waits for the store.
    let (entries, scoring) = (begun.entries, begun.scoring)
    var progress = RunProgress(
      status: begun.run.status, entries: entries.filter { !askedAgain.contains($0.key) },
      answerCount: begun.answerCount, scoring: scoring)
    if retrying.includesReviews { progress.judged.failed = scoring.keptFailures(of: entries) }
    if isJudging { progress.judged.total = entries.count { $0.status != .failed } * scoring.askedMetrics.count }
    return Start(
      progress: progress, scoring: scoring, criteria: begun.criteria,
      entriesByID: Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0) }), warnings: begun.run.warnings,
      isCancelled: begun.isCancelled)
  }
}

extension RunRecord {
  /// Keeps what responses cost that a restart discards, and how many of their calls have no known cost.
  ///
  /// Who begins again wants new answers, so the run copies none from now on.
  mutating func restart(discarding entries: [ResponseEntry]) {
    pairwise = []
    uncountedBefore += Interruption.counted(
      lostCalls, hasAnswers: entries.contains { $0.status != .failed },
      isFree: entries.allSatisfy { $0.knownCost == 0 && $0.callsOfUnknownCost == 0 })
    lostCalls = 0
    uncountedBefore += batches.filter(\.isLost).reduce(0) { $0 + $1.count }
    batches = []
    let cost = entries.reduce(0) { $0 + $1.knownCost }
    if cost > 0 { spentBefore = (spentBefore ?? 0) + cost }
    uncountedBefore += entries.reduce(0) { $0 + $1.callsOfUnknownCost }
    serverErrors += entries.reduce(0) { $0 + $1.serverErrors }
    reuse = false
  }

  /// The place of all its requests; nil if they did not all go to one, or if that was not recorded.
  ///
  /// - Parameters:
  ///   - entries: its responses so far.
  ///   - next: the place of the requests to come.
  ///   - isAsked: whether there are such requests.
  func destination(
    with entries: [ResponseEntry], next: RunSnapshot.Destination, isAsked: Bool
  ) -> RunSnapshot.Destination? {
    if entries.isEmpty || snapshot?.destination == next { return next }
    return isAsked ? nil : snapshot?.destination
  }
}

extension RunPlanner.Material {
  /// Prepares the run to begin again.
  mutating func restart() {
    if run.reuse {
      notes.append("restart: true answers every row anew, so reuse was turned off.")
    }
    assumedPrices = []
    run.lostCalls = Interruption.lostCalls(of: run)
    run.restart(discarding: entries)
  }

  /// Adds the prices that are assumed for calls to come.
  mutating func assume(_ prices: [ListPriceAssumption?]) {
    assumedPrices.add(prices.compactMap(\.self))
  }
}

extension [AssumedPrice] {
  /// Adds prices that are not there yet.
  mutating func add(_ prices: [ListPriceAssumption]) {
    for price in prices.map(AssumedPrice.init) where !contains(price) { append(price) }
  }
}
