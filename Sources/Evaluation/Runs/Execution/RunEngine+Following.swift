import Store

/// Waiting for the end of runs.
extension RunEngine {
  /// Waits until the run has ended, the time is over or the task is cancelled; the run continues.
  ///
  /// - Parameters:
  ///   - seconds: 0 returns at once.
  ///   - onProgress: called with each change that this process sees; nil to wait only.
  /// - Throws: ``EvaluationError`` if the run's end could not be recorded, or ``Store/StoreError``.
  package nonisolated func wait(
    forRun id: Int, seconds: Double, onProgress: (@Sendable (RunProgress) -> Void)?
  ) async throws {
    guard seconds > 0 else { return }
    await followWaiting(run: id)
    guard let job = await job(id) else { return try await follow(run: id, seconds: seconds, onProgress) }
    try await follow(job, .seconds(seconds), onProgress)
  }

  /// Follows a run of this process.
  private nonisolated func follow(
    _ job: RunJob, _ time: Duration, _ onProgress: (@Sendable (RunProgress) -> Void)?
  ) async throws {
    let bells = job.bells.follow(steps: onProgress != nil)
    await race(time) {
      for await _ in bells { onProgress?(job.progress) }
    }
    guard case .unrecorded(let cause) = job.ending else { return }
    let sentence: String
    do {
      sentence = try await store.read { [id = job.runID] tables in
        let kept = tables.responses.entries(ofRun: id).count
        return Interruption.unwritten(try tables.find(RunRecord.self, id), kept: kept, cause: cause)
      }
    } catch {
      // The store cannot be read either.
      sentence = Interruption.unwritten(cause: cause)
    }
    throw EvaluationError(sentence)
  }

  /// The job of a run; waits for a run that is being planned.
  private func job(_ id: Int) async -> RunJob? {
    // The caller that requested the run is told why it cannot start.
    if let start = starting[id] { _ = await start.task.result }
    return jobs[id]
  }

  /// Follows a run that another process generates, through the store.
  ///
  /// A waiting run whose process has ended is followed by this one, if it can be.
  private nonisolated func follow(
    run id: Int, seconds: Double, _ onProgress: (@Sendable (RunProgress) -> Void)?
  ) async throws {
    let (store, clock) = (store, clock)
    let limit = Duration.seconds(seconds)
    // The calls between the pauses take their time too.
    let elapsed = Self.stopwatch(clock)
    var nextAttempt = Self.attemptInterval
    var last: RunProgress?
    while elapsed() < limit {
      if try await store.isOwnedElsewhere(run: id) {
        nextAttempt = .zero
      } else {
        guard try await isUnattended(run: id) else { return }
        if elapsed() >= nextAttempt {
          nextAttempt = elapsed() + Self.attemptInterval
          await followWaiting(run: id)
          if let job = await job(id) { return try await follow(job, limit - elapsed(), onProgress) }
        }
      }
      let progress = try await store.read { $0.figures(ofRun: id) }?.progress
      if let progress, progress != last { onProgress?(progress) }
      last = progress
      let pause = min(Self.pollInterval, limit - elapsed())
      guard pause > .zero else { return }
      do { try await clock.sleep(for: pause) } catch { return }
    }
  }

  /// The time since this call.
  private static func stopwatch(_ clock: some Clock<Duration>) -> @Sendable () -> Duration {
    let start = clock.now
    return { start.duration(to: clock.now) }
  }

  /// The pause between attempts to follow a waiting run.
  private static let attemptInterval = Duration.seconds(15)
  private static let pollInterval = Duration.milliseconds(200)

  private nonisolated func race(_ time: Duration, _ body: @escaping @Sendable () async -> Void) async {
    let clock = clock
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await body() }
      group.addTask {
        // The clock is cancelled when the other task finishes first.
        do { try await clock.sleep(for: time) } catch {}
      }
      await group.next()
      group.cancelAll()
    }
  }
}
