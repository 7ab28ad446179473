package import Store

/// What a run says of itself whose server has ended before it did.
package enum Interruption {
  /// The server was shut down: calls that were under way have ended, and what they cost is recorded.
  static let shutdown =
    "Interrupted: the server that generated it was shut down. What it recorded is kept; runs_generate resumes it."

  /// The server was killed, or the machine went down.
  package static func crash(of run: RunRecord) -> String {
    "Interrupted: the server that generated it has ended without a shutdown. What it recorded is kept; runs_generate "
      + "resumes it. \(lostCalls(of: run))"
  }

  private static let lostCallsBeginning = "The server was killed while"

  /// What a resumed run warns of; a run that was killed more than once has a warning for each time.
  static func warnings(of run: RunRecord) -> [String] {
    run.warnings.filter { $0.hasPrefix(lostCallsBeginning) } + (run.status == .running ? [lostCalls(of: run)] : [])
  }

  private static func lostCalls(of run: RunRecord) -> String {
    "\(lostCallsBeginning) up to \(run.concurrency) calls were under way: they are made again, and what they cost is in "
      + "no figure of the run."
  }
}
