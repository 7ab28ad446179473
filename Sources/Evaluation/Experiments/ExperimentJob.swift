import Providers
import Store
import Synchronization

/// The samples of one call while they are generated.
final class ExperimentJob: Sendable {
  private let plan: ExperimentPlan
  private let store: Store
  private let now: @Sendable () -> Timestamp
  private let clock: any Clock<Duration>
  /// Receives the text of the answer as it arrives; nil for whole answers.
  private let forward: (@Sendable (String) -> Void)?
  private let pauses: RetryPauses
  private let state = Mutex(State())
  private let report: AsyncStream<Int>.Continuation
  /// The number of samples on disk after each write.
  ///
  /// The stream ends when all samples are written or the job was told to stop.
  let finished: AsyncStream<Int>

  private struct State {
    var isStopping = false
    var records: [GenerationRecord] = []
    /// The error of recording a sample.
    var failure: (any Error)?
  }

  init(
    _ plan: ExperimentPlan, store: Store, clock: any Clock<Duration>, now: @escaping @Sendable () -> Timestamp,
    forward: (@Sendable (String) -> Void)? = nil
  ) {
    pauses = RetryPauses(clock)
    self.clock = clock
    self.forward = forward
    self.plan = plan
    self.store = store
    self.now = now
    (finished, report) = AsyncStream.makeStream()
  }

  /// Begins no more samples; those in progress are finished, but nobody waits for them.
  func stop() {
    state.withLock { $0.isStopping = true }
    pauses.end()
    report.finish()
  }

  /// The generations so far, in sample order.
  func result() throws -> [GenerationRecord] {
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.records.sorted { $0.sampleIndex < $1.sampleIndex }
    }
  }

  /// Generates the samples, with this many in progress at a time.
  func execute(concurrency: Int) async {
    var remaining = plan.samples[...]
    await withTaskGroup(of: Void.self) { group in
      var underWay = 0
      while true {
        while underWay < concurrency, !Task.isCancelled, !state.withLock({ $0.isStopping }),
          let sample = remaining.popFirst()
        {
          group.addTask { await self.make(sample) }
          underWay += 1
        }
        guard await group.next() != nil else { break }
        underWay -= 1
      }
    }
    report.finish()
  }

  private func ask(_ sample: ExperimentPlan.Sample) async -> ModelBinding.Answer {
    let retries = ModelBinding.Retries(willRetry: { _ in }, sleep: pauses.wait)
    guard let forward else { return await sample.binding.answer(sample.request, retries) }
    let forwarder = TextForwarder(clock: clock, forward: forward)
    return await forwarder.run { await sample.binding.stream(sample.request, retries) { forwarder.take($0) } }
  }

  private func make(_ sample: ExperimentPlan.Sample) async {
    let mayCost = !sample.binding.isFree
    if mayCost, await !countOpenCall(1) { return }
    let answer = await ask(sample)
    var record = GenerationRecord()
    record.experimentID = plan.call.experimentID
    record.promptID = sample.promptID
    record.sampleIndex = sample.index
    record.inputs = plan.call.inputs
    record.caller = plan.call.caller
    record.seed = plan.call.seed
    record.attempts = answer.attempts
    record.createdAt = now()
    switch answer.result {
    case .success(let completion):
      record.take(completion)
      record.warnings += [sample.request.schemaWarning(on: completion)].compactMap(\.self)
    case .failure(let error) where error.kind == .cancelled:
      // A call that was stopped in a pause is over; one that the end of the server cut off is not.
      // Earlier attempts that may have been paid for are calls of unknown cost.
      if mayCost, !Task.isCancelled { _ = await countOpenCall(answer.uncounted + answer.wasted.count - 1) }
      return
    case .failure(let error):
      record.status = .failed
      record.error = error.message
    }
    let costs = CallCosts(of: [answer], by: sample.binding)
    (record.usage, record.cost, record.uncountedCalls) = (costs.usage, costs.cost, answer.uncounted)
    record.serverErrors = answer.serverErrors
    do {
      let recorded = try await store.commit { [record] transaction in
        // The experiment or the version may have been deleted meanwhile.
        guard transaction.tables.experiments.contains(id: record.experimentID),
          transaction.tables.prompts.contains(id: record.promptID)
        else {
          throw EvaluationError(
            "Experiment \(record.experimentID) or a version in it was deleted while it generated.")
        }
        if mayCost { transaction.countOpenCall(-1, ofExperiment: record.experimentID) }
        return transaction.insertGeneration(record)
      }
      let count = state.withLock { state in
        state.records.append(recorded)
        return state.records.count
      }
      report.yield(count)
    } catch {
      state.withLock { $0.failure = error }
    }
  }
}

extension ExperimentJob {
  /// Records that a call begins, or with -1 that it is over; false if that cannot be written.
  private func countOpenCall(_ change: Int) async -> Bool {
    do {
      try await store.commit { [plan] in $0.countOpenCall(change, ofExperiment: plan.call.experimentID) }
      return true
    } catch {
      state.withLock { $0.failure = error }
      return false
    }
  }
}

extension GenerationRecord {
  fileprivate mutating func take(_ completion: Completion) {
    output = completion.answerText
    textBesideCalls = completion.textBesideCalls
    toolCalls = completion.toolCallsInChatCompletions
    model = completion.model
    finishReason = completion.finishReason
    latency = completion.latency.rounded(toPlaces: 1)
    warnings = completion.warnings
    providerRequest = completion.exchange?.request
    providerResponse = completion.exchange?.response
  }
}
