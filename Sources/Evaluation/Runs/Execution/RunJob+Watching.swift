import Synchronization

/// What others see of a job.
extension RunJob {
  var progress: RunProgress { state.withLock { $0.runState.progress } }
  /// Nil while the job is in progress.
  var ending: Ending? { state.withLock { $0.ending } }
  /// Whether all work is done and only the end may remain to be recorded.
  var isFinishing: Bool { state.withLock { $0.isFinishing } }

  /// Whether the job was told to stop.
  var isStopping: Bool { state.withLock { $0.runState.isStopping } }

  /// The rows that the job has to answer.
  var unansweredRows: UnansweredRows {
    UnansweredRows(
      rows: plan.rows, keys: plan.work.filter(\.needsGeneration).map(\.key),
      underWay: state.withLock { $0.underWay })
  }

  /// Returns when the job has ended, also if the waiting task is cancelled before: a run has one job at a time.
  func waitForEnd() async {
    await Task { for await _ in bells.follow(steps: false) {} }.value
  }
}
