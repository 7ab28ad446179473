import JSONCoding
import Providers
import Store
import Synchronization

extension RunJob {
  /// Has the rows answered in batches, and then makes the calls that are left, such as those of the judge.
  ///
  /// - Returns: how the batches ended; nil if the run ended before them.
  func answerInBatches() async -> BatchFlow.Outcome? {
    guard let batches = plan.batches else { return nil }
    var flow: BatchFlow
    do {
      let run = try await store.read { [runID] in try $0.find(RunRecord.self, runID) }
      let origin = await store.location.map { String(SHA256.hex($0).prefix(16)) }
      flow = try await makeFlow(batches, of: run, origin: origin)
    } catch {
      change { $0.stop(because: error.clientSentence) }
      return nil
    }
    let isCopy = flow.isCopy
    // A copy of a store only reads what was paid for elsewhere.
    let unsubmitted = isCopy ? flow.waiting.count : 0
    if isCopy { flow.waiting = [] }
    state.withLock { $0.remaining = [] }
    // A call of its own would be in vain if nothing can be submitted after it.
    let isHeld = flow.waiting.count > 1 && flow.submittable == 0
    if isHeld, flow.open.isEmpty { flow.waiting = [] }
    var waiting = flow.waiting
    if !isHeld, waiting.count > 1, flow.records.isEmpty, !isStopping { await flow.requireAPI() }
    // A plain call finds what is wrong with the requests, and teaches the shape that the model takes.
    while !isHeld, flow.failure == nil, let place = waiting.last, !Task.isCancelled,
      !state.withLock({ $0.runState.isOver || $0.runState.hasAnswered })
    {
      waiting.removeLast()
      state.withLock { [flow, waiting] state in
        var row = flow.row(at: place)
        row.size.isBatched = false
        state.remaining = [row]
        state.runState.later = { waiting.map { flow.row(at: $0).size } }
      }
      await work()
      state.withLock { $0.runState.later = { [] } }
      if state.withLock({ $0.remaining.isEmpty }) {
        flow.recorded[place] = true
      } else {
        waiting.append(place)
        break
      }
    }
    let isOver = Task.isCancelled || state.withLock { $0.runState.isOver }
    if isOver, flow.open.isEmpty {
      state.withLock { state in
        state.remaining = plan.work[...].filter { !$0.asksModel } + waiting.map { flow.row(at: $0) }
      }
      return nil
    }
    // Open batches are paid for, so they are waited for nonetheless.
    flow.waiting = isOver ? [] : waiting
    let outcome = await flow.run()
    return await goOn(after: outcome, flow, unsubmitted: unsubmitted)
  }

  /// Makes the calls that are left once all batches have ended.
  ///
  /// - Parameter unsubmitted: the rows that a copy of a store does not submit.
  private func goOn(
    after outcome: BatchFlow.Outcome, _ flow: BatchFlow, unsubmitted: Int
  ) async -> BatchFlow.Outcome {
    switch outcome {
    case .interrupted: return outcome
    case .unrecorded(let reason):
      change { $0.stop(because: reason) }
      return outcome
    case .ended: break
    }
    do {
      let rest = try await restOfWork(flow)
      state.withLock { $0.remaining = rest[...] }
      let paid = rest.count { !$0.isFree }
      if flow.isCopy, unsubmitted + paid > 0 {
        let left = flow.open.contains(where: flow.isHopeless) ? flow.sentence : nil
        let sentence = BatchFlow.sentence(onCopyLeaving: unsubmitted, paid)
        return .ended(isWhole: false, sentence: isStopping ? nil : left ?? sentence)
      }
      if !rest.isEmpty, try await isRunning() { await work() }
      change { if !$0.isOver { $0.endForShortage() } }
    } catch {
      change { $0.stop(because: error.clientSentence) }
    }
    return outcome
  }

  /// Records that the run makes calls itself again; false if it is deleted.
  private func isRunning() async throws -> Bool {
    try await store.commit { [runID] transaction in
      guard var run = transaction.tables.runs[runID] else { return false }
      if run.openBatches.isEmpty { run.status = .running }
      transaction.put(run)
      return true
    }
  }

  /// The answers that wait for the judge, and those to copy.
  private func restOfWork(_ flow: BatchFlow) async throws -> [RunPlan.RowWork] {
    let copies = plan.work.filter { $0.needsGeneration && !$0.asksModel }
    let entries = try await store.read { [runID] in $0.responses.entries(ofRun: runID) }
    let unjudged = RunPlanner.work(keys: entries.map(\.key), entries: entries, plan.scoring, .nothing)
    return copies
      + (try unjudged.filter { !$0.needsGeneration }.map { row in
        let index = flow.batches.places.place(of: row.key).map { Int(flow.work[$0]) } ?? -1
        let bytes = index >= 0 ? plan.work[index].size.promptBytes : 0
        return try row.sized(
          promptBytes: bytes, plan.scoring, retriesFailed: plan.retriesFailedReviews,
          skipped: plan.rows.skipped(of: plan.criteria, at: row.key.rowIndex))
      })
  }

  /// - Parameter origin: the mark of the store.
  private func makeFlow(_ batches: BatchPlan, of run: RunRecord, origin: String?) async throws -> BatchFlow {
    var work = [Int32](repeating: -1, count: batches.places.count)
    var recorded = [Bool](repeating: true, count: batches.places.count)
    let start = run.startedAt ?? .zero
    var records = run.batches.filter { $0.isOpen || batches.isResumed && $0.submittedAt >= start }
    if !batches.isResumed { for index in records.indices { records[index].cutOffs = 0 } }
    // When the answer at each place was last asked for in one of these batches; nil for one that waits.
    var submissions = [Timestamp?](repeating: nil, count: batches.places.count)
    for record in records {
      for place in record.ranges.joined() where place < submissions.count {
        submissions[place] = max(submissions[place] ?? .zero, record.submittedAt)
      }
    }
    var waiting: [Int] = []
    for (index, row) in plan.work.enumerated() {
      guard let place = batches.places.place(of: row.key) else { continue }
      work[place] = Int32(index)
      guard row.asksModel else { continue }
      guard let submission = submissions[place] else {
        recorded[place] = false
        waiting.append(place)
        continue
      }
      // A failure that was recorded since the submission is the batch's answer.
      recorded[place] = try await worker.earlier(row).map { $0.createdAt >= submission } ?? false
    }
    return BatchFlow(
      plan: plan, batches: batches, store: store, worker: worker, clock: clock, now: worker.now, pace: pace,
      link: batchLink, origin: origin, isCopy: isUnasked && run.openBatches.contains { $0.isFrom(other: origin) },
      service: batches.service, records: records, waiting: waiting.sorted(by: >), work: work, recorded: recorded,
      wasLost: Set(records.filter(\.isLost).map(\.label)))
  }

  private var batchLink: BatchFlow.Link {
    BatchFlow.Link(
      isStopping: { self.isStopping }, stop: { self.stop() }, report: { self.note($0) },
      spent: { accounts in
        self.state.withLock { state in for account in accounts { state.runState.answered(inBatch: account) } }
      },
      warn: { warnings in if !warnings.isEmpty { self.change { $0.add(warnings) } } },
      waits: { batches in
        self.state.withLock { $0.runState.waits(for: batches) }
        self.note([])
      },
      submittable: { rows in self.state.withLock { $0.runState.submittable(rows) } },
      isAsked: {
        self.state.withLock { state in
          defer { state.isAsked = false }
          return state.isAsked
        }
      })
  }

  /// Has the state of the run's batches asked for soon.
  func askSoon() { state.withLock { $0.isAsked = true } }
}

extension BatchRecord {
  /// Whether it was submitted from another store than the one with a mark.
  fileprivate func isFrom(other origin: String?) -> Bool { self.origin.map { $0 != origin } ?? false }
}
