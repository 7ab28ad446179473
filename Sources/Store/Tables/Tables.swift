/// The store's contents in memory.
package struct Tables: Sendable {
  package internal(set) var tags = Table<TagRecord>()
  package internal(set) var providerCredentials = Table<ProviderCredentialRecord>()
  package internal(set) var prompts = Table<PromptRecord>()
  package internal(set) var datasets = Table<DatasetRecord>()
  package internal(set) var metrics = Table<MetricRecord>()
  package internal(set) var metricGroups = Table<MetricGroupRecord>()
  package internal(set) var runs = Table<RunRecord>()
  /// The responses by run.
  package internal(set) var responses = EntryTable<ResponseEntry>()
  /// The highest id ever given to a review.
  package internal(set) var lastReviewID = 0
  package internal(set) var experiments = Table<ExperimentRecord>()
  /// The generations by experiment.
  package internal(set) var generations = EntryTable<GenerationEntry>()
  package internal(set) var sessions = Table<SessionRecord>()
  package internal(set) var sessionExchanges = Table<SessionExchangeRecord>()
  /// The verdicts of people on responses.
  package internal(set) var verdicts = Table<VerdictRecord>()
  package internal(set) var looks = Table<LookRecord>()
  /// What was shown of the runs' responses, by run.
  package internal(set) var displays = Table<DisplayRecord>()

  package init() {}

  /// Whether there ever was a record.
  var hasHeldRecords: Bool { lastReviewID > 0 || RecordKind.allCases.contains { $0.type.lastID(in: self) > 0 } }

  /// Whether the file may contain a secret that no record has any more.
  var hasDroppedSecret: Bool {
    get { providerCredentials.hasDroppedSecret }
    set { providerCredentials.hasDroppedSecret = newValue }
  }

  func contains(_ reference: RecordReference) -> Bool { reference.kind.type.isInTables(reference.id, self) }

  /// A record with a reference to a missing one.
  struct DanglingReference: CustomStringConvertible {
    let kind: RecordKind
    let id: Int
    let reference: RecordReference

    var description: String {
      "the \(kind.singular) \(id) refers to the \(reference.kind.singular) \(reference.id), which is not there"
    }
  }

  /// The first record with a reference to a missing one.
  func danglingReference() -> DanglingReference? {
    for kind in RecordKind.allCases {
      if let found = kind.type.danglingReference(in: self) { return found }
    }
    return nil
  }

  /// Removes a record, and a run's responses or an experiment's generations with it.
  mutating func delete(_ kind: RecordKind, id: Int) { kind.type.remove(id, from: &self) }

  /// The highest id ever given out for each kind, as the document's `last_ids` has them.
  var lastIDs: [(name: String, id: Int)] {
    RecordKind.allCases.filter { $0.type.completed == nil }.map { ($0.rawValue, $0.type.lastID(in: self)) }
      + [(Self.reviews, lastReviewID)]
  }

  /// Raises the count of a kind in `last_ids`; false if there is no such kind.
  mutating func raiseLastID(_ name: String, to id: Int) -> Bool {
    if name == Self.reviews {
      lastReviewID = max(lastReviewID, id)
      return true
    }
    guard let type = RecordKind(rawValue: name)?.type else { return false }
    type.setLastID(max(type.lastID(in: self), id), in: &self)
    return true
  }

  private static let reviews = "reviews"
}
