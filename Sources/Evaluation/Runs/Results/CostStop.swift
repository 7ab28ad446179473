package import Store

/// What a run says of itself that stopped at its max_cost.
package enum CostStop {
  private static let beginning = "Stopped at max_cost"

  /// Takes back the advice of a run that stopped, once it has been followed or is of another limit.
  ///
  /// - Parameter old: the limit before.
  package static func limitChanged(from old: Double?, of run: inout RunRecord) {
    guard run.maxCost != old, run.errorMessage?.hasPrefix(beginning) == true else { return }
    run.errorMessage =
      "\(beginning), which has been changed since. Results are kept; runs_generate resumes the run."
  }
}
