/// Everything the store holds, in memory.
package struct Tables: Sendable {
  package internal(set) var tags = Table<TagRecord>()
  package internal(set) var providerCredentials = Table<ProviderCredentialRecord>()
  package internal(set) var prompts = Table<PromptRecord>()
  package internal(set) var datasets = Table<DatasetRecord>()
  package internal(set) var metrics = Table<MetricRecord>()
  package internal(set) var metricGroups = Table<MetricGroupRecord>()
  package internal(set) var runs = Table<RunRecord>()
  package internal(set) var responses = ResponseTable()
  package internal(set) var experiments = Table<ExperimentRecord>()
  package internal(set) var generations = GenerationTable()
  package internal(set) var sessions = Table<SessionRecord>()
  package internal(set) var sessionExchanges = Table<SessionExchangeRecord>()

  package init() {}

  /// Whether there ever was a record.
  var hasHeldRecords: Bool { lastIDs.contains { $0.id > 0 } }

  /// Whether the file may hold a secret that no record has any more.
  var hasDroppedSecret: Bool {
    get { providerCredentials.hasDroppedSecret }
    set { providerCredentials.hasDroppedSecret = newValue }
  }

  func contains(_ reference: RecordReference) -> Bool {
    let id = reference.id
    return switch reference.kind {
    case .tags: tags.contains(id: id)
    case .providerCredentials: providerCredentials.contains(id: id)
    case .prompts: prompts.contains(id: id)
    case .datasets: datasets.contains(id: id)
    case .metrics: metrics.contains(id: id)
    case .metricGroups: metricGroups.contains(id: id)
    case .runs: runs.contains(id: id)
    case .responses: responses.runIDs.contains { responses.entry(id, ofRun: $0) != nil }
    case .experiments: experiments.contains(id: id)
    case .generations: generations.entry(id) != nil
    case .sessions: sessions.contains(id: id)
    case .sessionExchanges: sessionExchanges.contains(id: id)
    }
  }

  /// A record that names one that is not there.
  struct DanglingReference: CustomStringConvertible {
    let kind: RecordKind
    let id: Int
    let reference: RecordReference

    var description: String {
      "the \(kind.singular) \(id) refers to the \(reference.kind.singular) \(reference.id), which is not there"
    }
  }

  /// The first record that names one that is not there.
  func danglingReference() -> DanglingReference? {
    func first<Row: Record>(_ table: Table<Row>) -> DanglingReference? {
      for row in table.all {
        for reference in row.references where !contains(reference) {
          return DanglingReference(kind: Row.kind, id: row.id, reference: reference)
        }
      }
      return nil
    }
    if let found = first(prompts) ?? first(datasets) ?? first(metrics) ?? first(metricGroups) ?? first(runs) {
      return found
    }
    if let found = first(experiments) ?? first(sessionExchanges) { return found }
    for runID in responses.runIDs where !runs.contains(id: runID) {
      if let entry = responses.entries(ofRun: runID).first {
        return DanglingReference(kind: .responses, id: entry.id, reference: RecordReference(.runs, runID))
      }
    }
    return danglingGeneration()
  }

  private func danglingGeneration() -> DanglingReference? {
    for experimentID in generations.experimentIDs {
      let isKnown = experiments.contains(id: experimentID)
      for entry in generations.entries(ofExperiment: experimentID)
      where !isKnown || !prompts.contains(id: entry.promptID) {
        let reference = RecordReference(isKnown ? .prompts : .experiments, isKnown ? entry.promptID : experimentID)
        return DanglingReference(kind: .generations, id: entry.id, reference: reference)
      }
    }
    return nil
  }

  /// Removes a record, and a run's responses or an experiment's generations with it, as the journal has it.
  mutating func delete(_ kind: RecordKind, id: Int) {
    switch kind {
    case .tags: _ = tags.remove(id: id)
    case .providerCredentials: _ = providerCredentials.remove(id: id)
    case .prompts: _ = prompts.remove(id: id)
    case .datasets: _ = datasets.remove(id: id)
    case .metrics: _ = metrics.remove(id: id)
    case .metricGroups: _ = metricGroups.remove(id: id)
    case .runs:
      _ = runs.remove(id: id)
      _ = responses.removeAll(ofRun: id)
    // A response goes with its run only.
    case .responses: break
    case .experiments:
      _ = experiments.remove(id: id)
      _ = generations.removeAll(ofExperiment: id)
    case .generations: generations.remove([id])
    case .sessions: _ = sessions.remove(id: id)
    case .sessionExchanges: _ = sessionExchanges.remove(id: id)
    }
  }

  /// The highest id ever given out for each kind, as the document's `last_ids` has them.
  var lastIDs: [(name: String, id: Int)] {
    [
      (RecordKind.tags.rawValue, tags.lastID), (RecordKind.providerCredentials.rawValue, providerCredentials.lastID),
      (RecordKind.prompts.rawValue, prompts.lastID), (RecordKind.datasets.rawValue, datasets.lastID),
      (RecordKind.metrics.rawValue, metrics.lastID), (RecordKind.metricGroups.rawValue, metricGroups.lastID),
      (RecordKind.runs.rawValue, runs.lastID), (RecordKind.responses.rawValue, responses.lastID),
      (RecordKind.experiments.rawValue, experiments.lastID), (RecordKind.generations.rawValue, generations.lastID),
      (RecordKind.sessions.rawValue, sessions.lastID),
      (RecordKind.sessionExchanges.rawValue, sessionExchanges.lastID), (Self.reviews, responses.lastReviewID),
    ]
  }

  /// Takes a count from `last_ids`; false if there is no such kind.
  mutating func raiseLastID(_ name: String, to id: Int) -> Bool {
    if name == Self.reviews {
      responses.lastReviewID = max(responses.lastReviewID, id)
      return true
    }
    switch RecordKind(rawValue: name) {
    case .tags: tags.lastID = max(tags.lastID, id)
    case .providerCredentials: providerCredentials.lastID = max(providerCredentials.lastID, id)
    case .prompts: prompts.lastID = max(prompts.lastID, id)
    case .datasets: datasets.lastID = max(datasets.lastID, id)
    case .metrics: metrics.lastID = max(metrics.lastID, id)
    case .metricGroups: metricGroups.lastID = max(metricGroups.lastID, id)
    case .runs: runs.lastID = max(runs.lastID, id)
    case .responses: responses.lastID = max(responses.lastID, id)
    case .experiments: experiments.lastID = max(experiments.lastID, id)
    case .generations: generations.lastID = max(generations.lastID, id)
    case .sessions: sessions.lastID = max(sessions.lastID, id)
    case .sessionExchanges: sessionExchanges.lastID = max(sessionExchanges.lastID, id)
    case nil: return false
    }
    return true
  }

  private static let reviews = "reviews"
}
