import JSONCoding
import Store

/// Runs whose answers are at their providers.
extension RunEngine {
  /// Follows all waiting runs that no other process follows.
  package func resumeWaiting() async throws {
    for id in try await store.read({ $0.runs.all.filter { $0.status == .waiting }.map(\.id) }) {
      await followWaiting(run: id)
    }
  }

  /// Follows a waiting run that no process follows; its provider is asked for its state soon.
  ///
  /// Does nothing for other runs. Why a run cannot be followed is told by ``obstacle(toFollowing:)``.
  package func followWaiting(run id: Int) async {
    if let job = jobs[id] { return job.askSoon() }
    do {
      guard try await isUnattended(run: id) else { return }
      _ = try await startOrAttach(run: id, Options()) {}
      obstacles[id] = nil
    } catch {
      obstacles[id] = error.clientSentence
    }
  }

  /// Why a waiting run is not followed by this process; nil if nothing keeps it.
  package func obstacle(toFollowing id: Int) -> String? { obstacles[id] }

  /// Whether a run waits for its provider and no process follows it.
  func isUnattended(run id: Int) async throws -> Bool {
    guard try await store.read({ $0.runs[id]?.status }) == .waiting else { return false }
    return try await !isHeld(run: id)
  }
}
