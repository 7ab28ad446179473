package import Store

extension DatasetRecord {
  /// The table of a run; nil if the dataset has changed since, or the run has not started.
  package func table(of run: RunRecord) throws(EvaluationError) -> CSVTable? {
    guard Fingerprint.of(csvData) == run.snapshot?.datasetHash else { return nil }
    return try CSVTable(csvData)
  }
}
