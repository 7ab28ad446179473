package import Store

/// What a run's progress and figures follow from, read from the store at one moment and worked out outside it.
package struct RunFigures: Sendable {
  package let status: RunStatus
  package let entries: [ResponseEntry]
  package let rowCount: Int
  package let scoring: RunScoring

  package var progress: RunProgress {
    RunProgress(status: status, entries: entries, rowCount: rowCount, scoring: scoring)
  }

  /// Rows that are through: answered and scored, or failed.
  package var finishedRows: Int { entries.count { $0.status == .completed || $0.status == .failed } }

  package var statistics: RunStatistics { RunStatistics(entries, scoring) }
}

extension Tables {
  /// The figures of a run as it is recorded; nil if there is no such run.
  package func figures(ofRun id: Int) -> RunFigures? { runs[id].map(figures) }

  package func figures(of run: RunRecord) -> RunFigures {
    RunFigures(
      status: run.status, entries: responses.entries(ofRun: run.id), rowCount: rowCount(of: run),
      scoring: scoring(of: run))
  }

  /// How many rows a run has: what it was started with, or what its selection of the dataset's rows is likely to give.
  package func rowCount(of run: RunRecord) -> Int {
    if let snapshot = run.snapshot { return snapshot.rowCount }
    guard let id = run.datasetID else { return 1 }
    return (RowSelection(run.rows) ?? .all).count(of: datasets[id]?.rowCount ?? 0)
  }
}
