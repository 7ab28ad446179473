import Store

/// How the generation of a run ended, as its record tells it.
struct RunEnd: Sendable {
  let state: RunState
  let plan: RunPlan
  /// Why the run stopped for good; nil if it did not.
  let reason: String?
  /// Whether every row has ended.
  let isEverythingDone: Bool
  /// Whether the server was shut down.
  let isInterrupted: Bool
  /// How its batches ended; nil for a run without.
  var batches: BatchFlow.Outcome?

  /// Puts status, message, warnings and an early stop into the run's record.
  func apply(to run: inout RunRecord, in tables: Tables) throws(StoreError) {
    let entries = tables.responses.entries(ofRun: run.id)
    run.warnings = state.warnings
    run.lostCalls += state.unwritten == nil ? state.lostCalls : Interruption.mostCalls(of: run)
    run.serverErrors += state.serverErrors
    let reason = state.unwritten.map { Interruption.unwritten(run, kept: entries.count, cause: $0) } ?? reason
    if let pairwise = plan.pairwise {
      let early = isEverythingDone ? nil : isInterrupted ? "The server was shut down." : "It was cancelled."
      run.end(pairwise.judging, reason ?? early)
    } else if isInterrupted, run.status == .waiting {
      // Its provider works on, and the next process records the answers.
      return
    } else if let reason {
      run.status = .failed
      run.errorMessage = reason
    } else if isEverythingDone, let decision = state.decision, entries.count < plan.answerCount {
      // Rows that were under way at the decision are kept, and the others are never asked.
      (run.status, run.errorMessage) = (.completed, nil)
      run.stoppedEarly = StopRecord(decision, tables.figures(of: run), copiesLeft: copiesLeft(beside: entries))
    } else if !isEverythingDone, state.isStopping, !isInterrupted {
      (run.status, run.errorMessage) = (.cancelled, sentence)
    } else if let sentence {
      (run.status, run.errorMessage) = (.failed, sentence)
    } else if !isEverythingDone {
      run.status = .failed
      run.errorMessage = Interruption.shutdown
    } else if !entries.isEmpty, entries.allSatisfy({ $0.status == .failed }) {
      run.status = .failed
      run.errorMessage = try entries[0].decoded().error.map { "Every row failed. The first error: \($0)" }
    } else {
      // A run that lacks rows is not completed by judging.
      let end = entries.count < plan.answerCount ? plan.before : RunPlan.End(status: .completed)
      (run.status, run.errorMessage) = (end.status, end.errorMessage)
    }
  }

  /// What the run's batches have left without an answer.
  private var sentence: String? {
    if case .ended(_, let sentence) = batches { sentence } else { nil }
  }

  /// The number of answers that would have been copied.
  private func copiesLeft(beside entries: [ResponseEntry]) -> Int {
    let answered = Set(entries.map(\.key))
    return plan.work.count { $0.source != nil && !answered.contains($0.key) }
  }
}
