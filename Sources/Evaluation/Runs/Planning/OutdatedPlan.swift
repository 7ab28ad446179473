import Store

/// A run was changed while it was planned, so the plan does not hold.
struct OutdatedPlan: Error {
  /// The number of plans that are made for one start.
  static let mostAttempts = 5

  /// The refusal of a start whose every plan was outdated.
  static func refusal(run id: Int) -> EvaluationError {
    EvaluationError(
      "Run \(id) was changed again and again while it was being planned, so it has not been started. "
        + "Call again when nobody changes it.")
  }
}

/// What a run's plan follows from besides the run and its prompt.
struct MaterialRecords: Sendable, Equatable {
  private let metrics: [MetricRecord]
  private let datasetHash: String?

  /// - Parameter run: the run with the metrics that it will have.
  init(of run: RunRecord, in tables: Tables) {
    metrics = run.metricIDs.compactMap { tables.metrics[$0] }
    datasetHash = run.datasetID.flatMap { tables.datasets[$0] }?.fingerprint
  }
}

extension RunPlanner.Material {
  /// The run's record when it begins.
  ///
  /// - Throws: ``OutdatedPlan`` if what it does was changed since it was read.
  func current(in tables: Tables) throws -> RunRecord {
    let run = try tables.find(RunRecord.self, recorded.id)
    guard run.work == recorded.work, tables.prompts[run.promptID] == prompt,
      MaterialRecords(of: self.run, in: tables) == records
    else { throw OutdatedPlan() }
    return run
  }
}

extension RunRecord {
  /// The record without its labels and without what others may ask of a run that is being planned.
  fileprivate var work: RunRecord {
    var run = self
    (run.name, run.tagIDs, run.isArchived, run.cancelRequested) = ("", [], false, false)
    run.updatedAt = .zero
    return run
  }
}
