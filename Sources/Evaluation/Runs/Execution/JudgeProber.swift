import Providers
import Store

/// Asks a judge the questions of a probe and writes each result to disk.
struct JudgeProber: Sendable {
  let plan: RunPlan
  let store: Store

  private struct Reply: Sendable {
    let result: ProbeResult
    let calls: [ModelCall]
    let wasted: JudgeModel.Wasted
    /// Whether the call was abandoned with its task.
    let isCancelled: Bool
  }

  /// Asks all questions at once, as far as the run makes several calls at once.
  ///
  /// - Returns: the cost of the calls.
  /// - Throws: a ``Store/StoreError``.
  func ask(_ probe: JudgeProbe, _ retries: ModelBinding.Retries) async throws -> RowCost {
    let bytes = probe.size.promptBytes
    guard let binding = plan.judge else { return RowCost(of: probe.record, promptBytes: bytes) }
    var record = probe.record
    var costs = CallCosts(usage: record.usage, cost: record.cost, cacheSaving: record.cacheSaving)
    let before = record
    let earlier = record.results.count
    var waiting = probe.questions[...]
    // Where the judge's instructions are kept, only the first question pays for that.
    let isFirstAlone = plan.caching.keepsJudgements(by: probe.criterion)
    try await withThrowingTaskGroup(of: Reply.self) { group in
      func begin(_ count: Int) {
        for question in waiting.prefix(count) {
          group.addTask { await ask(question, by: probe.criterion, binding, retries) }
        }
        waiting = waiting.dropFirst(count)
      }
      begin(isFirstAlone ? 1 : plan.concurrency)
      while let reply = try await group.next() {
        for call in reply.calls { costs.add(call, binding) }
        record.usage = reply.calls.isEmpty ? record.usage : costs.usage ?? TokenCounts()
        (record.cost, record.cacheSaving) = (costs.cost, costs.cacheSaving)
        record.uncountedCalls += reply.wasted.uncounted
        record.serverErrors += reply.wasted.serverErrors
        if !reply.isCancelled {
          record.results.append(reply.result)
          record.results.sort { $0.kind.order < $1.kind.order }
        }
        try await put(record)
        begin(isFirstAlone && record.results.count == earlier + 1 ? plan.concurrency : 1)
      }
    }
    return RowCost(of: record, since: before, promptBytes: bytes)
  }

  private func ask(
    _ question: JudgeProbe.Question, by criterion: Criterion, _ binding: ModelBinding, _ retries: ModelBinding.Retries
  ) async -> Reply {
    let model = plan.judgeModel(binding, retries)
    let settings = JudgePrompt.Settings(
      effort: plan.judgeSettings.effort, maxTokens: plan.judgeSettings.maxTokens)
    let judgement = await Judge(model, model: binding.model, settings).review(question.subject, by: criterion)
    let wasted = model.takeWasted()
    var result = ProbeResult {
      $0.kind = question.kind
      $0.rowIndex = question.rowIndex
      $0.otherRowIndex = question.otherRowIndex
      $0.isQuotation = judgement.isQuotation
    }
    switch judgement.outcome {
    case .completed(let score, _): result.score = score
    case .failed(let reason, _): result.error = reason
    }
    return Reply(
      result: result, calls: judgement.calls + wasted.calls, wasted: wasted,
      isCancelled: judgement.error?.kind == .cancelled)
  }

  private func put(_ record: ProbeRecord) async throws {
    try await store.commit { [runID = plan.runID] transaction in
      guard var run = transaction.tables.runs[runID] else { return }
      run.put(record)
      transaction.put(run)
    }
  }
}

extension ProbeResult.Kind {
  fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
