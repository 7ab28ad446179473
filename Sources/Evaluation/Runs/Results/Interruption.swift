package import Store

/// The messages of a run whose server ended before the run did.
package enum Interruption {
  /// The message after a shutdown: calls in progress have ended, and their cost is recorded.
  static let shutdown =
    "Interrupted: the server that generated it was shut down. What it recorded is kept; runs_generate resumes it."

  /// The message after a crash of the server or of the machine.
  package static func crash(of run: RunRecord) -> String {
    "Interrupted: the server that generated it has ended without a shutdown. What it recorded is kept; runs_generate "
      + "resumes it. \(warnings(of: run).joined())"
  }

  private static let lostCallsBeginning = "Servers were killed while"

  /// The warnings of a resumed run: the number of calls lost with killed servers, over all crashes.
  static func warnings(of run: RunRecord) -> [String] {
    let earlier = run.warnings.filter(isWarning).compactMap(callCount).reduce(0, +)
    let count = earlier + (run.status == .running || run.openPairwise != nil ? mostCalls(of: run) : 0)
    return count == 0 ? [] : [lostCalls(count)]
  }

  /// The most calls that a run makes at once.
  ///
  /// Beside its batches, a run asks row by row; its judge is asked once they have ended.
  private static func mostCalls(of run: RunRecord) -> Int {
    let isJudging = run.judgeModel != nil && !run.batches.isEmpty
    return run.batch && run.openPairwise == nil && !isJudging ? 1 : run.concurrency
  }

  /// Whether a warning is one of ``warnings(of:)``.
  static func isWarning(_ warning: String) -> Bool { warning.hasPrefix(lostCallsBeginning) }

  private static func callCount(_ warning: String) -> Int? {
    warning.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }
  }

  private static func lostCalls(_ count: Int) -> String {
    count == 1
      ? "\(lostCallsBeginning) up to 1 call was under way: it is made again, and what it cost is in no figure of the run and "
        + "not in max_cost."
      : "\(lostCallsBeginning) up to \(count) calls were under way: they are made again, and what they cost is in no figure of "
        + "the run and not in max_cost."
  }
}
