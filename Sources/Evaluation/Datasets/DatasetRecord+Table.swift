package import Store

extension DatasetRecord {
  /// The ``Fingerprint`` of the text.
  var fingerprint: String { Fingerprint.digits(of: (text ?? DatasetText([])).hash) }

  package func table() throws(EvaluationError) -> CSVTable { try CSVTable(bytes: text?.bytes ?? []) }

  /// Whether its text is still the one that a run has used.
  package func isData(of run: RunRecord) -> Bool { fingerprint == run.snapshot?.datasetHash }

  /// The table of a run; nil if the dataset has changed since, or the run has not started.
  package func table(of run: RunRecord) throws(EvaluationError) -> CSVTable? {
    guard isData(of: run) else { return nil }
    return try table()
  }
}
