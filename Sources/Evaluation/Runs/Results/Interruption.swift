import JSONCoding
package import Store

/// What is said of a run whose end was not recorded, and the calls that may have been lost with it.
package enum Interruption {
  /// The message after a shutdown: calls in progress were broken off, and their number is recorded.
  static let shutdown =
    "Interrupted: the server that generated it was shut down. What it recorded is kept; runs_generate resumes it."

  /// The message for a run that is recorded as running although no process generates it.
  static let unexplained =
    "Interrupted: the server that generated it has ended without a shutdown, or could not write to the store. What it recorded "
    + "is kept; runs_generate resumes it."

  /// The message for a run that is recorded as running although no process generates it.
  ///
  /// - Parameters:
  ///   - kept: the number of its responses.
  ///   - cause: why this process could not write to the store; nil if that is not the reason, as far as it knows.
  package static func sentence(of run: RunRecord, kept: Int, cause: String?) -> String {
    cause.map { unwritten(run, kept: kept, cause: $0) } ?? unexplained
  }

  /// The message for a run whose results could not be written to the store.
  static func unwritten(_ run: RunRecord, kept: Int, cause: String) -> String {
    let (most, answers) = (mostCalls(of: run), kept == 1 ? "1 answer is" : "\(kept) answers are")
    return
      "\(unwritten(cause: cause)) \(answers) kept; up to \(most == 1 ? "1 call that was paid for is" : "\(most) calls that were paid for are") "
      + "lost. Free space on the disk, or make the path usable; then runs_generate goes on."
  }

  /// The message where nothing else is known of the run.
  static func unwritten(cause: String) -> String {
    "The run stopped, because the store could not be written (\(cause))."
  }

  /// Why the store could not be written, without what an error says of a single change.
  static func cause(of error: any Error) -> String {
    switch error {
    case StoreError.unusable(let path, let action, let reason): return "cannot \(action) \(path): \(reason)"
    case StoreError.gone(let path): return "\(path) is gone: it was deleted or moved away"
    default:
      let sentence = error.clientSentence
      return sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    }
  }

  // MARK: Lost calls

  /// The calls that may have been lost so far, for a run that no process generates.
  package static func lostCalls(of run: RunRecord) -> Int {
    run.lostCalls + (run.isAtWork ? mostCalls(of: run) : 0)
  }

  /// How many lost calls count as calls of unknown cost: none where every answer is known to cost nothing, because then
  /// the lost ones cost nothing either.
  ///
  /// - Parameters:
  ///   - hasAnswers: whether the run has an answer.
  ///   - isFree: whether all its calls are known to cost nothing.
  static func counted(_ lost: Int, hasAnswers: Bool, isFree: Bool) -> Int { hasAnswers && isFree ? 0 : lost }

  /// The most calls whose answers a run has not on the disk at any time.
  ///
  /// Each of the rows in progress waits for one answer, or for one judgement with all its samples. The retries and repairs
  /// of a call are part of it. Beside its batches, a run asks row by row; its judge is asked once they have ended.
  static func mostCalls(of run: RunRecord) -> Int {
    let isJudging = run.judgeModel != nil && !run.batches.isEmpty
    if run.batch, run.openPairwise == nil, !isJudging { return 1 }
    return run.concurrency * (run.judgeModel == nil ? 1 : run.judgeSettings.samples)
  }
}
