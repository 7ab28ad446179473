package import Store

/// A record that clients can delete.
package protocol DeletableRecord: NamedRecord {
  /// The id of the record of this kind with which a run is deleted; nil for kinds that do not own runs.
  static var ownerOfRun: (@Sendable (RunRecord) -> Int?)? { get }
  /// The records that stay and will do without a record that is about to be deleted, by kind.
  static func uses(of record: Self, in tables: Tables) -> [Removal.Count]
  /// Whether a run cannot go on without the record with this id.
  static func isNeeded(_ id: Int, by run: RunRecord, in tables: Tables) -> Bool
  /// Removes or changes all references to a record that is about to be deleted.
  static func removeUses(of id: Int, in transaction: inout Transaction, counting removal: inout Removal)
}

extension DeletableRecord {
  package static func uses(of record: Self, in tables: Tables) -> [Removal.Count] { [] }
  package static var ownerOfRun: (@Sendable (RunRecord) -> Int?)? { nil }
  package static func isNeeded(_ id: Int, by run: RunRecord, in tables: Tables) -> Bool { owns(run, id: id) }
  package static func removeUses(of id: Int, in transaction: inout Transaction, counting removal: inout Removal) {}

  /// Whether a run is deleted with the record with this id.
  package static func owns(_ run: RunRecord, id: Int) -> Bool { ownerOfRun?(run) == id }
}

extension Transaction {
  /// Deletes a record and everything that belongs to it.
  package mutating func deleteCascading<Row: DeletableRecord>(
    _ type: Row.Type, id: Int
  ) throws(EvaluationError) -> Removal {
    let record = try tables.find(type, id)
    var removal = Removal(Row.kind, named: record.displayName)
    removal.uses = Row.uses(of: record, in: tables)
    try tables.checkNoneWaits(for: type, id: id)
    if Row.ownerOfRun != nil { deleteRuns(where: { Row.owns($0, id: id) }, counting: &removal) }
    Row.removeUses(of: id, in: &self, counting: &removal)
    delete(type, id: id)
    return removal
  }

  private mutating func deleteRuns(where matches: (RunRecord) -> Bool, counting removal: inout Removal) {
    var (count, verdicts) = (0, 0)
    for run in tables.runs.newestFirst where matches(run) {
      let entries = tables.responses.entries(ofRun: run.id)
      let responses = entries.count
      removal.spending += Spending(run, entries)
      removal.earlierSpending += Spending(before: run)
      removal.runs.updateValue(run.status == .running ? nil : responses, forKey: run.id)
      count += responses
      verdicts += deleteVerdicts(ofRun: run.id)
      keepLook(ofRun: run)
      deleteDisplay(ofRun: run.id)
      delete(RunRecord.self, id: run.id)
    }
    removal.count(.runs, removal.runs.count)
    removal.count(.responses, count)
    if verdicts > 0 { removal.count(.verdicts, verdicts) }
  }
}

extension Tables {
  /// Rejects the deletion of what runs need whose answers are at their providers, because they are paid for.
  package func checkNoneWaits<Row: DeletableRecord>(for type: Row.Type, id: Int) throws(EvaluationError) {
    let waiting = runs.newestFirst.first { $0.status == .waiting && Row.isNeeded(id, by: $0, in: self) }
    guard let run = waiting else { return }
    throw EvaluationError(
      "Nothing was deleted: run \(run.id) waits for answers of its provider, which are paid for. Wait for its end with "
        + "runs_get wait_seconds, or stop it with runs_cancel before; then delete.")
  }
}

extension Store {
  /// The effect of deleting a record; nothing is deleted.
  package func removal<Row: DeletableRecord>(of type: Row.Type, id: Int) async throws -> Removal {
    do {
      return try await commit { transaction in
        throw DryRunRollback(removal: try transaction.deleteCascading(type, id: id))
      }
    } catch let counted as DryRunRollback {
      return counted.removal
    }
  }
}

/// Thrown to roll back a deletion that was only counted.
private struct DryRunRollback: Error {
  let removal: Removal
}

// MARK: The kinds

extension RunRecord: DeletableRecord {
  package static var ownerOfRun: (@Sendable (RunRecord) -> Int?)? { { $0.id } }
}

extension DatasetRecord: DeletableRecord {
  package static var ownerOfRun: (@Sendable (RunRecord) -> Int?)? { { $0.datasetID } }
}

extension PromptRecord: DeletableRecord {
  package static var ownerOfRun: (@Sendable (RunRecord) -> Int?)? { { $0.promptID } }

  package static func removeUses(of id: Int, in transaction: inout Transaction, counting removal: inout Removal) {
    transaction.removeFromExperiments(prompt: id, counting: &removal)
    removal.successor = transaction.publishSuccessor(ofPrompt: id)
  }
}

extension ExperimentRecord: DeletableRecord {
  package static func removeUses(of id: Int, in transaction: inout Transaction, counting removal: inout Removal) {
    // The generations are deleted with the experiment.
    let generations = transaction.tables.generations.entries(ofExperiment: id)
    removal.count(.generations, generations.count)
    removal.spending += Spending(generations, openCalls: transaction.tables.experiments[id]?.openCalls ?? 0)
  }
}

extension SessionRecord: DeletableRecord {
  package static func removeUses(of id: Int, in transaction: inout Transaction, counting removal: inout Removal) {
    let exchanges = transaction.tables.exchanges(ofSession: id)
    for exchange in exchanges { transaction.delete(SessionExchangeRecord.self, id: exchange.id) }
    removal.count(.sessionExchanges, exchanges.count)
    removal.spending += Spending(exchanges)
  }
}

extension MetricRecord: DeletableRecord {
  package static func removeUses(of id: Int, in transaction: inout Transaction, counting removal: inout Removal) {
    for var group in transaction.tables.metricGroups.newestFirst where group.metricIDs.contains(id) {
      group.metricIDs.removeAll { $0 == id }
      transaction.put(group)
    }
  }
}

extension MetricGroupRecord: DeletableRecord {}

extension VerdictRecord: DeletableRecord {}

extension TagRecord: DeletableRecord {
  package static func removeUses(of id: Int, in transaction: inout Transaction, counting removal: inout Removal) {
    transaction.removeTag(id)
  }
}

extension ProviderCredentialRecord: DeletableRecord {
  package static func isNeeded(_ id: Int, by run: RunRecord, in tables: Tables) -> Bool {
    run.snapshot?.providerCredentialID == id || run.answeringCredentialID(of: tables.prompts[run.promptID]) == id
  }

  package static func uses(of record: Self, in tables: Tables) -> [Removal.Count] {
    // A credential's name stands before the names of its models.
    let prefix = record.name.map { "\($0.lowercased())/" }
    func isNamed(in models: String?...) -> Bool {
      prefix.map { prefix in models.contains { $0?.lowercased().hasPrefix(prefix) == true } } ?? false
    }
    return [
      Removal.Count(
        .prompts,
        tables.prompts.all.count { $0.providerCredentialID == record.id || isNamed(in: $0.llmModel) }),
      Removal.Count(
        .runs,
        tables.runs.all.count { $0.providerCredentialID == record.id || isNamed(in: $0.model, $0.judgeModel) }),
    ].filter { $0.number > 0 }
  }

  package static func removeUses(of id: Int, in transaction: inout Transaction, counting removal: inout Removal) {
    for var run in transaction.tables.runs.newestFirst where run.providerCredentialID == id {
      run.providerCredentialID = nil
      transaction.put(run)
    }
    for var prompt in transaction.tables.prompts.newestFirst where prompt.providerCredentialID == id {
      prompt.providerCredentialID = nil
      transaction.put(prompt)
    }
  }
}
