package import Store

extension DatasetContents {
  fileprivate func store(in dataset: inout DatasetRecord) {
    dataset.setText(bytes)
    dataset.columns = table.columns
    dataset.rowCount = table.rowCount
  }
}

extension Transaction {
  package mutating func createDataset(
    name: String, _ contents: DatasetContents, tagNames: [String] = []
  ) throws(EvaluationError) -> DatasetRecord {
    var dataset = DatasetRecord()
    dataset.name = name
    contents.store(in: &dataset)
    dataset.tagIDs = try tagIDs(named: tagNames)
    (dataset.createdAt, dataset.updatedAt) = (now, now)
    return insert(dataset)
  }

  /// Changes a dataset; nil arguments leave values unchanged.
  package mutating func updateDataset(
    _ id: Int, name: String? = nil, contents: DatasetContents? = nil, tagNames: [String]? = nil
  ) throws(EvaluationError) -> DatasetRecord {
    var dataset = try tables.find(DatasetRecord.self, id)
    dataset.name = name ?? dataset.name
    let fingerprint = dataset.fingerprint
    contents?.store(in: &dataset)
    if dataset.fingerprint != fingerprint { try tables.checkNoneWaits(forRowsOf: id) }
    if let tagNames { dataset.tagIDs = try tagIDs(named: tagNames) }
    dataset.updatedAt = now
    put(dataset)
    return dataset
  }
}

extension Tables {
  /// Rejects a change of rows to which answers are on their way.
  fileprivate func checkNoneWaits(forRowsOf id: Int) throws(EvaluationError) {
    guard
      let run = runs.newestFirst.first(where: {
        $0.datasetID == id && $0.openBatches.contains { !$0.isLost }
      })
    else { return }
    let remedy =
      run.status == .waiting
      ? "Wait for its end with runs_get wait_seconds, or stop it with runs_cancel"
      : "runs_generate reads them, without a new submission"
    throw EvaluationError(
      "Dataset \(id) keeps its rows as long as run \(run.id) waits for answers to them, which are paid for. \(remedy); or make "
        + "another dataset.")
  }
}

extension Store {
  /// Appends rows to a dataset.
  ///
  /// Its text is read and written anew outside the transaction, and once more if it was changed meanwhile.
  ///
  /// - Parameter finish: makes the other changes to the dataset with its new contents.
  package func append<Value: Sendable>(
    _ rows: DatasetContents, toDataset id: Int,
    _ finish: @Sendable (inout Transaction, DatasetContents) throws -> Value
  ) async throws -> Value {
    while true {
      let dataset = try await read { try $0.find(DatasetRecord.self, id) }
      let contents = try DatasetContents(dataset, appending: rows)
      let result: Value? = try await commit { transaction in
        guard try transaction.tables.find(DatasetRecord.self, id).text === dataset.text else { return nil }
        return try finish(&transaction, contents)
      }
      if let result { return result }
    }
  }
}
