import JSONCoding

/// A prompt version run over a dataset: its settings, its state, and the request it sent.
package struct RunRecord: Record {
  package static var kind: RecordKind { .runs }
  package static var table: WritableKeyPath<Tables, Table<RunRecord>> { \.runs }

  package var id = 0
  package var name = ""
  /// The status last recorded by the process that generates the run; `Store.owner(ofRun:)` tells whether that process
  /// is alive.
  package var status = RunStatus.pending
  package var promptID = 0
  package var datasetID: Int?
  package var scoring = Scoring.none
  /// Whether the user chose the scoring; otherwise it follows from metrics and judge.
  package var isScoringChosen = false
  /// The metrics, some of which may have been deleted.
  package var metricIDs: [Int] = []
  package var judgeModel: String?
  /// The model that overrides the prompt's.
  package var model: String?
  package var providerCredentialID: Int?
  /// The settings that override the prompt's.
  package var settings = RequestSettings()
  /// The names of the prompt's settings that the run removes.
  package var clearedSettings: [String] = []
  /// Its settings that are not sent.
  package var plan = RequestSettings()
  /// The expected cost in US dollars when the run was last started; nil if a price is unknown.
  package var estimatedCost: Double?
  /// The same when it was first started, or started anew; nil also for a run from before format 18.
  package var firstEstimatedCost: Double?
  /// US dollars of the calls whose responses a restart discarded, as far as their costs are known.
  package var spentBefore: Double?
  /// The number of those calls whose cost is not known.
  package var uncountedBefore = 0
  /// The most calls that may have been paid for although no response has them: their server has ended before them, or the
  /// store could not be written.
  package var lostCalls = 0
  /// As ``ResponseRecord/serverErrors``, of those calls of which no response tells.
  package var serverErrors = 0
  /// Set by another process to cancel the run.
  package var cancelRequested = false
  package var errorMessage: String?
  package var warnings: [String] = []
  /// The list prices on which its costs rest and which may not be those of its servers.
  package var assumedPrices: [AssumedPrice] = []
  /// The request as sent, recorded at the first start.
  package var snapshot: RunSnapshot?
  /// How it ended before its last row; nil unless ``stopAgainst`` ended it.
  package var stoppedEarly: StopRecord?
  /// The tests of its judges, in the order in which they were made.
  package var probes: [ProbeRecord] = []
  /// The comparisons of its answers with those of other runs, the newest last.
  package var pairwise: [PairwiseJudging] = []
  /// Its batches at the provider, in the order of their submission.
  package var batches: [BatchRecord] = []
  package var startedAt: Timestamp?
  package var finishedAt: Timestamp?
  package var tagIDs: [Int] = []
  /// Whether lists leave it out unless asked for it.
  package var isArchived = false
  package var createdAt = Timestamp.zero
  package var updatedAt = Timestamp.zero

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("name", &name)
    try fields.visit("status", &status)
    try fields.visit("prompt_id", &promptID, in: .id)
    try fields.visit("dataset_id", &datasetID, in: .id)
    try fields.visit("scoring", &scoring)
    try fields.visit("scoring_chosen", &isScoringChosen, usually: false)
    try fields.visit("metric_ids", &metricIDs, in: .id)
    try fields.visit("judge_model", &judgeModel)
    try fields.visit("model", &model)
    try fields.visit("provider_credential_id", &providerCredentialID, in: .id)
    try fields.visit(&settings, of: .run)
    try fields.visit("cleared_settings", &clearedSettings)
    try fields.visit(&plan, of: .plan)
    try fields.visit("estimated_cost", &estimatedCost, in: .money)
    try fields.visit("first_estimated_cost", &firstEstimatedCost, in: .money)
    try fields.visit("spent_before", &spentBefore, in: .money)
    try fields.visit("uncounted_before", &uncountedBefore, usually: 0, in: .calls)
    try fields.visit("lost_calls", &lostCalls, usually: 0, in: .calls)
    try fields.visit("server_errors", &serverErrors, usually: 0, in: .calls)
    try fields.visit("cancel_requested", &cancelRequested)
    try fields.visit("error_message", &errorMessage)
    try fields.visit("warnings", &warnings)
    try fields.visit("assumed_prices", &assumedPrices)
    try fields.visit("snapshot", &snapshot)
    try fields.visit("stopped_early", &stoppedEarly)
    try fields.visit("probes", &probes)
    try fields.visit("pairwise", &pairwise)
    try fields.visit("batches", &batches)
    try fields.visit("started_at", &startedAt)
    try fields.visit("finished_at", &finishedAt)
    try fields.visit("tag_ids", &tagIDs, in: .id)
    try fields.visit("archived", &isArchived, usually: false)
    try fields.visit("created_at", &createdAt)
    try fields.visit("updated_at", &updatedAt)
  }

  package var references: [RecordReference] {
    var references = [RecordReference(.prompts, promptID)] + tagIDs.map { RecordReference(.tags, $0) }
    if let datasetID { references.append(RecordReference(.datasets, datasetID)) }
    if let providerCredentialID { references.append(RecordReference(.providerCredentials, providerCredentialID)) }
    return references
  }

  package mutating func clearImplausibleFigures() {
    estimatedCost = ValueRange.money.known(estimatedCost)
    firstEstimatedCost = ValueRange.money.known(firstEstimatedCost)
    spentBefore = ValueRange.money.known(spentBefore)
    if let cost = stoppedEarly?.savedCost { stoppedEarly?.savedCost = ValueRange.money.known(cost) }
    for index in probes.indices {
      probes[index].cost = ValueRange.money.known(probes[index].cost)
      probes[index].cacheSaving = ValueRange.saving.known(probes[index].cacheSaving)
    }
  }
}

extension RunRecord: StoredRecord {
  static var singular: String { "run" }
  static var parts: (any EncodedRecord.Type)? { ResponseRecord.self }
}
