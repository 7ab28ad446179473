package import Store

extension DatasetRecord {
  /// Whether its text is still the one that a run has used.
  package func isData(of run: RunRecord) -> Bool { Fingerprint.of(csvData) == run.snapshot?.datasetHash }

  /// The table of a run; nil if the dataset has changed since, or the run has not started.
  package func table(of run: RunRecord) throws(EvaluationError) -> CSVTable? {
    guard isData(of: run) else { return nil }
    return try CSVTable(csvData)
  }
}
