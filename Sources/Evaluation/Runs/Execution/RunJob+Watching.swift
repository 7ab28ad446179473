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

  /// Returns when the job has ended.
  func waitForEnd() async {
    for await _ in observe(steps: false) {}
  }

  /// The progress from now until the job ends.
  ///
  /// A slow reader misses intermediate values and gets the newest.
  ///
  /// - Parameter steps: false to observe the end only, which costs the run nothing.
  func observe(steps: Bool = true) -> AsyncStream<RunProgress> {
    let (stream, continuation) = AsyncStream.makeStream(of: RunProgress.self, bufferingPolicy: .bufferingNewest(1))
    let id: Int? = state.withLock { state in
      if state.ending != nil { return nil }
      continuation.yield(state.runState.progress)
      state.nextObserver += 1
      state.observers[state.nextObserver] = Observer(progress: continuation, wantsSteps: steps)
      return state.nextObserver
    }
    guard let id else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { _ in self.state.withLock { _ = $0.observers.removeValue(forKey: id) } }
    return stream
  }
}
