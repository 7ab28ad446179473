package import Store

extension DatasetRecord {
  /// The ``Fingerprint`` of the text.
  var fingerprint: String { Fingerprint.digits(of: (text ?? DatasetText([])).hash) }

  package func table() throws(EvaluationError) -> CSVTable { try CSVTable(bytes: text?.bytes ?? []) }

  /// Whether its text is still the one that a run has used.
  package func isData(of run: RunRecord) -> Bool { fingerprint == run.snapshot?.datasetHash }

  /// The number of rows that the dataset had when a run was started, if rows were only appended since; nil otherwise.
  func rowCountBeforeAppending(since run: RunRecord) -> Int? {
    guard let digits = run.snapshot?.datasetHash, let hash = UInt64(digits, radix: 16), let bytes = text?.bytes else {
      return nil
    }
    // Rows are appended behind the line end of the last one, which a text may lack.
    let beginning = FNV1a.beginning(of: bytes, hashing: hash) { index in
      index > 0 && (CSVTable.endsLine(bytes[index]) || CSVTable.endsLine(bytes[index - 1]))
    }
    guard let beginning, beginning < bytes.count else { return nil }
    do { return try CSVTable(bytes: Array(bytes[..<beginning])).rowCount } catch { return nil }
  }

  /// The table of a run; nil if the dataset has changed since, or the run has not started.
  package func table(of run: RunRecord) throws(EvaluationError) -> CSVTable? {
    guard isData(of: run) else { return nil }
    return try table()
  }
}
