package import Store

/// What processes are doing with a run.
extension RunEngine {
  /// Whether a run is recorded as running although no process generates it.
  package func isInterrupted(run id: Int, status: RunStatus) async throws -> Bool {
    guard status == .running else { return false }
    return try await isUnattended(run: id) { $0.status == .running }
  }

  /// Whether a run is recorded as running, or as being compared, although no process works on it.
  package func isAbandoned(run id: Int) async throws -> Bool {
    guard try await store.read({ $0.runs[id]?.isAtWork == true }) else { return false }
    return try await isUnattended(run: id, \.isAtWork)
  }

  /// Whether no process works on a run, although its record has a property that says so.
  private func isUnattended(
    run id: Int, _ isAtWork: @escaping @Sendable (RunRecord) -> Bool
  ) async throws -> Bool {
    if try await isHeld(run: id) { return false }
    // The owning process may have finished it meanwhile.
    return try await store.read { $0.runs[id].map(isAtWork) == true }
  }

  /// Why this process could not record the end of a run that it generated; nil if it could, or generated none.
  package func storeFailure(ofRun id: Int) -> String? {
    if case .unrecorded(let cause) = jobs[id]?.ending { return cause }
    return unwritten[id]
  }

  /// Whether a judge is comparing the run's answers with those of another run, in this process or another one.
  package func isComparing(run id: Int) async throws -> Bool {
    guard try await store.read({ $0.runs[id]?.openPairwise != nil }) else { return false }
    return try await isHeld(run: id)
  }

  /// Whether this process is planning a start of the run.
  package func isStarting(run id: Int) -> Bool { starting[id] != nil }

  /// Whether a process works on the run.
  func isHeld(run id: Int) async throws -> Bool {
    if jobs[id] != nil || starting[id] != nil { return true }
    return try await store.isOwnedElsewhere(run: id)
  }

  /// Whether a run under way was told to stop and only waits for its calls in progress.
  package func isEnding(run id: Int) async throws -> Bool {
    if let job = jobs[id] { return job.isStopping }
    return try await store.read {
      $0.runs[id].map { ($0.status.isUnderWay || $0.openPairwise != nil) && $0.cancelRequested } ?? false
    }
  }
}
