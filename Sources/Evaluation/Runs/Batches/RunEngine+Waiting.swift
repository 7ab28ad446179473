import JSONCoding
import Store

/// Runs whose answers are at their providers.
extension RunEngine {
  /// Follows all waiting runs that no other process follows.
  package func resumeWaiting() async throws {
    for id in try await store.read({ $0.runs.ids { $0.status == .waiting } }) {
      if Task.isCancelled { return }
      await followWaiting(run: id)
    }
  }

  /// Follows a waiting run that no process follows; its provider is asked for its state soon.
  ///
  /// Does nothing for other runs. Why a run cannot be followed is told by ``obstacle(toFollowing:)``.
  package func followWaiting(run id: Int) async {
    guard followsWaiting else { return }
    if let job = jobs[id] { return job.askSoon() }
    do {
      guard try await isUnattended(run: id) else {
        obstacles[id] = nil
        return
      }
      _ = try await startOrAttach(run: id, Options(), isUnasked: true) {}
    } catch {
      obstacles[id] = error.clientSentence
    }
  }

  /// Why a waiting run is not followed by this process; nil if nothing keeps it.
  package func obstacle(toFollowing id: Int) -> String? { obstacles[id] }

  /// Cancels a waiting run whose provider cannot be asked; a later start records what its batches have answered.
  func leave(run id: Int, _ error: any Error) async throws {
    let reason = error.clientSentence
    try await store.commit { transaction in
      guard var run = transaction.tables.runs[id], run.status == .waiting else { return }
      (run.status, run.cancelRequested, run.finishedAt) = (.cancelled, false, transaction.now)
      run.errorMessage =
        "Its batches could not be cancelled, so they may go on and be billed: \(reason) runs_generate records their answers."
      run.updatedAt = transaction.now
      transaction.put(run)
    }
  }

  /// Whether a run waits for its provider and no process follows it.
  func isUnattended(run id: Int) async throws -> Bool {
    guard try await store.read({ $0.runs[id]?.status }) == .waiting else { return false }
    return try await !isHeld(run: id)
  }
}
