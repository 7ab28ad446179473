package import Store

extension DatasetRecord {
  /// The ``Fingerprint`` of the text.
  var fingerprint: String { Fingerprint.digits(of: (text ?? DatasetText([])).hash) }

  package func table() throws(EvaluationError) -> CSVTable { try CSVTable(bytes: text?.bytes ?? []) }

  /// Whether its text is still the one that a run has used.
  package func isData(of run: RunRecord) -> Bool { fingerprint == run.snapshot?.datasetHash }

  /// The dataset as it was when a run was started: without the rows that were appended since.
  ///
  /// - Returns: nil if something else than appending has happened, or if the run has not started.
  func asStarted(_ run: RunRecord) -> DatasetRecord? {
    if isData(of: run) { return self }
    guard let (bytes, table) = beginning(asOf: run) else { return nil }
    var dataset = self
    dataset.setText(bytes)
    dataset.rowCount = table.rowCount
    return dataset
  }

  /// The rows that a run was started with; nil if they have changed since, or the run has not started.
  package func table(of run: RunRecord) throws(EvaluationError) -> CSVTable? {
    isData(of: run) ? try table() : beginning(asOf: run)?.table
  }

  /// The text that the dataset was when a run was started, if it has grown since.
  private func beginning(asOf run: RunRecord) -> (bytes: [UInt8], table: CSVTable)? {
    guard let digits = run.snapshot?.datasetHash, let hash = UInt64(digits, radix: 16), let bytes = text?.bytes else {
      return nil
    }
    // Rows are appended behind the line end of the last one, which a text may lack.
    let size = FNV1a.beginning(of: bytes, hashing: hash) { index in
      index > 0 && (CSVTable.endsLine(bytes[index]) || CSVTable.endsLine(bytes[index - 1]))
    }
    guard let size, size < bytes.count else { return nil }
    let beginning = Array(bytes[..<size])
    do { return (beginning, try CSVTable(bytes: beginning)) } catch { return nil }
  }
}
