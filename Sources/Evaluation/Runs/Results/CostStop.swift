package import Store

/// The message of a run that stopped at its max_cost.
package enum CostStop {
  private static let beginning = "Stopped at max_cost"

  /// Replaces the message of a stopped run once its limit has changed, because the advice no longer applies.
  ///
  /// - Parameter old: the limit before the change.
  package static func limitChanged(from old: Double?, of run: inout RunRecord) {
    guard run.maxCost != old, run.errorMessage?.hasPrefix(beginning) == true else { return }
    run.errorMessage =
      "\(beginning), which has been changed since. Results are kept; runs_generate resumes the run."
  }
}
