import JSONCoding

/// A prompt version run over a dataset: its settings, its state, and what it ran.
package struct RunRecord: Record {
  package static var kind: RecordKind { .runs }
  package static var table: WritableKeyPath<Tables, Table<RunRecord>> { \.runs }

  package var id: Int
  package var name: String
  /// As last recorded by the process that generates it; see `Store.owner(ofRun:)` for whether that process still lives.
  package var status: RunStatus
  package var promptID: Int
  package var datasetID: Int?
  package var scoring: Scoring
  /// Whether somebody has named the scoring; else it follows metrics and judge.
  package var isScoringChosen: Bool
  /// May name metrics that were deleted since.
  package var metricIDs: [Int]
  package var judgeModel: String?
  /// How many judgements a review is the median of; nil for one.
  package var judgeSamples: Int?
  /// Overrides the prompt's model.
  package var model: String?
  package var providerCredentialID: Int?
  package var systemPrompt: String?
  package var temperature: Double?
  package var topP: Double?
  package var maxTokens: Int?
  package var seed: Int?
  package var concurrency: Int
  package var expectedColumn: String?
  /// Which rows of the dataset it runs on: nil for all, `train`, `validation`, `test`, or how many at random.
  package var rows: String?
  /// US dollars at which the run stops.
  package var maxCost: Double?
  /// US dollars that the run was expected to cost when it was started; nil where a price is not known.
  package var estimatedCost: Double?
  /// Set by another process that wants the run to stop.
  package var cancelRequested: Bool
  package var errorMessage: String?
  package var warnings: [String]
  /// What was run, from the first start on.
  package var snapshot: RunSnapshot?
  package var startedAt: Timestamp?
  package var finishedAt: Timestamp?
  package var tagIDs: [Int]
  package var createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(
    id: Int, name: String, status: RunStatus, promptID: Int, datasetID: Int? = nil, scoring: Scoring,
    isScoringChosen: Bool = false,
    metricIDs: [Int] = [], judgeModel: String? = nil, judgeSamples: Int? = nil, model: String? = nil,
    providerCredentialID: Int? = nil,
    systemPrompt: String? = nil, temperature: Double? = nil, topP: Double? = nil, maxTokens: Int? = nil,
    seed: Int? = nil, concurrency: Int, expectedColumn: String? = nil, rows: String? = nil, maxCost: Double? = nil,
    estimatedCost: Double? = nil, cancelRequested: Bool = false,
    errorMessage: String? = nil, warnings: [String] = [], snapshot: RunSnapshot? = nil, startedAt: Timestamp? = nil,
    finishedAt: Timestamp? = nil, tagIDs: [Int] = [], createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.status = status
    self.promptID = promptID
    self.datasetID = datasetID
    self.scoring = scoring
    self.isScoringChosen = isScoringChosen
    self.metricIDs = metricIDs
    self.judgeModel = judgeModel
    self.judgeSamples = judgeSamples
    self.model = model
    self.providerCredentialID = providerCredentialID
    self.systemPrompt = systemPrompt
    self.temperature = temperature
    self.topP = topP
    self.maxTokens = maxTokens
    self.seed = seed
    self.concurrency = concurrency
    self.expectedColumn = expectedColumn
    self.rows = rows
    self.maxCost = maxCost
    self.estimatedCost = estimatedCost
    self.cancelRequested = cancelRequested
    self.errorMessage = errorMessage
    self.warnings = warnings
    self.snapshot = snapshot
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.tagIDs = tagIDs
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  package init(from decoder: inout RecordDecoder) throws(RecordError) {
    id = try decoder.int("id")
    name = try decoder.string("name")
    status = try decoder.choice("status")
    promptID = try decoder.int("prompt_id")
    datasetID = try decoder.optionalInt("dataset_id")
    scoring = try decoder.choice("scoring")
    isScoringChosen = try decoder.optionalBool("scoring_chosen") ?? false
    metricIDs = try decoder.ints("metric_ids")
    judgeModel = try decoder.optionalString("judge_model")
    judgeSamples = try decoder.optionalInt("judge_samples")
    model = try decoder.optionalString("model")
    providerCredentialID = try decoder.optionalInt("provider_credential_id")
    systemPrompt = try decoder.optionalString("system_prompt")
    temperature = try decoder.optionalDouble("temperature")
    topP = try decoder.optionalDouble("top_p")
    maxTokens = try decoder.optionalInt("max_tokens")
    seed = try decoder.optionalInt("seed")
    concurrency = try decoder.int("concurrency")
    expectedColumn = try decoder.optionalString("expected_column")
    rows = try decoder.optionalString("rows")
    maxCost = try decoder.optionalDouble("max_cost")
    estimatedCost = try decoder.optionalDouble("estimated_cost")
    cancelRequested = try decoder.bool("cancel_requested")
    errorMessage = try decoder.optionalString("error_message")
    warnings = try decoder.strings("warnings")
    if let object = try decoder.optionalObject("snapshot") { snapshot = try RunSnapshot(object) }
    startedAt = try decoder.optionalTimestamp("started_at")
    finishedAt = try decoder.optionalTimestamp("finished_at")
    tagIDs = try decoder.ints("tag_ids")
    createdAt = try decoder.timestamp("created_at")
    updatedAt = try decoder.timestamp("updated_at")
  }

  package func encode(to encoder: inout RecordEncoder) {
    encoder.field("id", id)
    encoder.field("name", name)
    encoder.field("status", choice: status)
    encoder.field("prompt_id", promptID)
    encoder.field("dataset_id", datasetID)
    encoder.field("scoring", choice: scoring)
    if isScoringChosen { encoder.field("scoring_chosen", true) }
    encoder.field("metric_ids", metricIDs)
    encoder.field("judge_model", judgeModel)
    encoder.field("judge_samples", judgeSamples)
    encoder.field("model", model)
    encoder.field("provider_credential_id", providerCredentialID)
    encoder.field("system_prompt", systemPrompt)
    encoder.field("temperature", temperature)
    encoder.field("top_p", topP)
    encoder.field("max_tokens", maxTokens)
    encoder.field("seed", seed)
    encoder.field("concurrency", concurrency)
    encoder.field("expected_column", expectedColumn)
    encoder.field("rows", rows)
    encoder.field("max_cost", maxCost)
    encoder.field("estimated_cost", estimatedCost)
    encoder.field("cancel_requested", cancelRequested)
    encoder.field("error_message", errorMessage)
    encoder.field("warnings", warnings)
    if let snapshot { encoder.field("snapshot", .object(snapshot.json)) }
    encoder.field("started_at", startedAt)
    encoder.field("finished_at", finishedAt)
    encoder.field("tag_ids", tagIDs)
    encoder.field("created_at", createdAt)
    encoder.field("updated_at", updatedAt)
  }

  package var references: [RecordReference] {
    var references = [RecordReference(.prompts, promptID)] + tagIDs.map { RecordReference(.tags, $0) }
    if let datasetID { references.append(RecordReference(.datasets, datasetID)) }
    if let providerCredentialID { references.append(RecordReference(.providerCredentials, providerCredentialID)) }
    return references
  }

  package func check() throws(RecordError) {
    _ = try ValueRange.id.check(promptID, "prompt_id")
    try ValueRange.id.check(ifAny: datasetID, "dataset_id")
    try ValueRange.id.check(all: metricIDs, "metric_ids")
    try ValueRange.samples.check(ifAny: judgeSamples, "judge_samples")
    try ValueRange.id.check(ifAny: providerCredentialID, "provider_credential_id")
    try ValueRange.temperature.check(ifAny: temperature, "temperature")
    try ValueRange.topP.check(ifAny: topP, "top_p")
    try ValueRange.tokenLimit.check(ifAny: maxTokens, "max_tokens")
    _ = try ValueRange.concurrency.check(concurrency, "concurrency")
    try ValueRange.money.check(ifAny: maxCost, "max_cost")
    try ValueRange.money.check(ifAny: estimatedCost, "estimated_cost")
    try ValueRange.id.check(all: tagIDs, "tag_ids")
    try snapshot?.check()
  }

  package mutating func dropImpossibleFigures() {
    estimatedCost = ValueRange.money.known(estimatedCost)
  }
}
