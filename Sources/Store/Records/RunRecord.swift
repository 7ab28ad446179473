import JSONCoding

/// A prompt version run over a dataset: its settings, its state, and what it ran.
package struct RunRecord: Record {
  package static var kind: RecordKind { .runs }
  package static var table: WritableKeyPath<Tables, Table<RunRecord>> { \.runs }

  package var id = 0
  package var name = ""
  /// As last recorded by the process that generates it; `Store.owner(ofRun:)` says whether that process still lives.
  package var status = RunStatus.pending
  package var promptID = 0
  package var datasetID: Int?
  package var scoring = Scoring.none
  /// Whether the user has chosen the scoring; otherwise it follows from metrics and judge.
  package var isScoringChosen = false
  /// May hold ids of metrics that were deleted since.
  package var metricIDs: [Int] = []
  package var judgeModel: String?
  /// How many judgements a review is the median of; nil for one.
  package var judgeSamples: Int?
  /// How much the judge thinks; nil as its vendor has it.
  package var judgeEffort: String?
  /// The most tokens of a judgement; nil for the usual.
  package var judgeMaxTokens: Int?
  /// Overrides the prompt's model.
  package var model: String?
  package var providerCredentialID: Int?
  /// What it sends in place of its prompt's settings.
  package var settings = RequestSettings()
  /// The names of settings of its prompt of which it sends none.
  package var clearedSettings: [String] = []
  package var concurrency = 1
  package var expectedColumn: String?
  /// Which rows of the dataset it runs on: nil for all, `train`, `validation`, `test`, or how many at random.
  package var rows: String?
  /// The limit in US dollars.
  package var maxCost: Double?
  /// US dollars that the run was expected to cost when it was started; nil where a price is not known.
  package var estimatedCost: Double?
  /// Set by another process to cancel the run.
  package var cancelRequested = false
  package var errorMessage: String?
  package var warnings: [String] = []
  /// The request as it was sent, from the first start on.
  package var snapshot: RunSnapshot?
  package var startedAt: Timestamp?
  package var finishedAt: Timestamp?
  package var tagIDs: [Int] = []
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
    try fields.visit("judge_samples", &judgeSamples, in: .samples)
    try fields.visit("judge_effort", &judgeEffort)
    try fields.visit("judge_max_tokens", &judgeMaxTokens, in: .tokens)
    try fields.visit("model", &model)
    try fields.visit("provider_credential_id", &providerCredentialID, in: .id)
    try fields.visit(&settings, of: .run)
    try fields.visit("cleared_settings", &clearedSettings)
    try fields.visit("concurrency", &concurrency, in: .concurrency)
    try fields.visit("expected_column", &expectedColumn)
    try fields.visit("rows", &rows)
    try fields.visit("max_cost", &maxCost, in: .money)
    try fields.visit("estimated_cost", &estimatedCost, in: .money)
    try fields.visit("cancel_requested", &cancelRequested)
    try fields.visit("error_message", &errorMessage)
    try fields.visit("warnings", &warnings)
    try fields.visit("snapshot", &snapshot)
    try fields.visit("started_at", &startedAt)
    try fields.visit("finished_at", &finishedAt)
    try fields.visit("tag_ids", &tagIDs, in: .id)
    try fields.visit("created_at", &createdAt)
    try fields.visit("updated_at", &updatedAt)
  }

  package var references: [RecordReference] {
    var references = [RecordReference(.prompts, promptID)] + tagIDs.map { RecordReference(.tags, $0) }
    if let datasetID { references.append(RecordReference(.datasets, datasetID)) }
    if let providerCredentialID { references.append(RecordReference(.providerCredentials, providerCredentialID)) }
    return references
  }

  package mutating func dropImpossibleFigures() {
    estimatedCost = ValueRange.money.known(estimatedCost)
  }
}

extension RunRecord: StoredRecord {
  static var singular: String { "run" }
  static var parts: (any EncodedRecord.Type)? { ResponseRecord.self }
}
