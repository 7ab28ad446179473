import Store

/// What is known of a run while it is under way, and before.
extension RunEngine {
  /// The progress of a run and its actual status: a run without a process is not running.
  package func progress(ofRun id: Int) async throws -> RunProgress? {
    // A job that has ended knows no more than the store, such as the rows that its early stop has left out.
    if let job = jobs[id], job.ending == nil { return job.progress }
    guard var progress = try await store.read({ $0.figures(ofRun: id) })?.progress else { return nil }
    if try await isInterrupted(run: id, status: progress.status) { progress.status = .failed }
    return progress
  }

  /// What keeps the calls of a run from being answered at present; nil for nothing, and for a run of another process.
  package func holdup(ofRun id: Int) -> String? { jobs[id]?.progress.holdup }

  /// The rows that a running run is going to answer; nil if no process generates it.
  package func unansweredRows(ofRun id: Int) async throws -> UnansweredRows? {
    if let job = jobs[id], job.ending == nil { return job.unansweredRows }
    let isWaiting = try await store.read { $0.runs[id]?.status } == .waiting
    if !isWaiting {
      guard try await store.isOwnedElsewhere(run: id) else { return nil }
    }
    let (run, dataset) = try await store.read { tables in
      let run = try tables.find(RunRecord.self, id)
      return (run, run.datasetID.flatMap { tables.datasets[$0] })
    }
    return run.status.isUnderWay ? try UnansweredRows(of: run, dataset) : nil
  }

  /// What a run will have cost when it is complete, and what is to be said of its rows before its first start.
  package nonisolated func outlook(ofRun id: Int) async -> RunOutlook {
    // What else keeps it from starting is told when it is started.
    do { return try await planner.outlook(ofRun: id) } catch { return RunOutlook() }
  }
}
