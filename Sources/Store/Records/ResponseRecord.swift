package import JSONCoding

/// A model's answer to one row of a run, with its score, cost and reviews.
///
/// There are many responses. The store keeps them encoded and represents them by ``ResponseEntry`` values, from which
/// this record is decoded on demand.
package struct ResponseRecord: Fields {
  package var id = 0
  package var runID = 0
  /// The zero-based row index in the dataset.
  package var rowIndex = 0
  /// The zero-based number of the answer among those of its row; 0 in a run with one answer a row.
  package var repeatIndex = 0
  package var status: ResponseStatus = .pending
  /// The row's cells by column.
  package var input: JSONObject = [:]
  package var expectedOutput: String?
  /// The text of the answer, or its tool calls as JSON.
  package var responseText: String?
  /// The text that the model wrote besides its tool calls; never scored.
  package var textBesideCalls: String?
  /// The model's reasoning before the answer, if provided; never scored.
  package var reasoningText: String?
  /// The score by the run's scoring; nil if there is none.
  package var score: Double?
  /// The scoring whose text comparison gave ``score``; nil for a judged response, and for one of format 2.
  package var scoring: Scoring?
  /// The column of the expected output, if not the standard one.
  package var expectedColumn: String?
  /// What the texts were compared as; nil for text, and for a score before format 5.
  package var comparedForm: String?
  package var reviews: [ReviewRecord] = []
  /// The comparisons with responses of other runs.
  package var pairwise: [PairwiseReview] = []
  /// The number of attempts.
  package var attempts = 0
  package var error: String?
  /// Why it failed for a lasting reason; nil for a passing one, such as a time-out, and for a failure before format 14.
  package var failure: ResponseFailure?
  /// The model that answered, as the provider names it.
  package var model: String?
  /// Why the answer ended, in the words of Chat Completions; of a failed response, why there is no text.
  package var finishReason: String?
  /// Milliseconds of the successful call.
  package var latency: Double?
  package var usage: TokenCounts?
  /// US dollars for the answer; nil if unknown.
  package var cost: Double?
  /// The judge's tokens for this response.
  package var judgeUsage: TokenCounts?
  /// US dollars for the judge; nil if a part is unknown.
  package var judgeCost: Double?
  /// US dollars of the judge's calls with a known cost, if other calls have none; nil as well if these are all.
  package var knownJudgeCost: Double?
  /// The judgements without a known cost; empty where they follow from the reviews, see ``unpricedJudgements``.
  package var unpricedJudging: [JudgingShare] = []
  /// The judgements by each judge, where there are several; empty for one judge, and before format 18.
  package var judgeShares: [JudgingShare] = []
  /// US dollars that the providers' caches took off the prices of the answer and its reviews, below 0 if they cost more; nil
  /// if they were not used, or if the price is unknown.
  package var cacheSaving: Double?
  /// The service tier of the answer, in the provider's own word.
  package var serviceTier: String?
  /// The number of calls of unknown cost, such as those that timed out; the costs exclude them.
  package var uncountedCalls = 0
  /// The number of calls that ended in an error of the server without token counts; they count as free, and a provider may
  /// have billed them.
  package var serverErrors = 0
  /// The response from which the answer was copied in place of a call; it may have been deleted since.
  ///
  /// ``attempts``, ``usage`` and ``cost`` are then what the run itself spent on the row, and ``latency`` is that of the
  /// call that gave the answer.
  package var reusedFrom: Int?
  /// US dollars that a copied answer cost where it was made; nil if unknown, and for an answer that was not copied.
  package var sourceCost: Double?
  package var createdAt = Timestamp.zero

  package init() {}
}

extension ResponseRecord {
  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("run_id", &runID, in: .id)
    try fields.visit("row_index", &rowIndex, in: .rows)
    try fields.visit("repeat", &repeatIndex, usually: 0, in: .rows)
    try fields.visit("status", &status)
    try fields.visit(unindexed: "input", &input)
    try fields.visit(unindexed: "expected_output", &expectedOutput)
    try fields.visit(unindexed: "response_text", &responseText)
    try fields.visit(unindexed: "text_beside_calls", &textBesideCalls)
    try fields.visit(unindexed: "reasoning_text", &reasoningText)
    try fields.visit("score", &score, in: .score)
    try fields.visit("scoring", &scoring)
    try fields.visit("expected_column", &expectedColumn)
    try fields.visit("compared_form", &comparedForm)
    try fields.visit("reviews", &reviews)
    try fields.visit("pairwise", &pairwise)
    try fields.visit("attempts", &attempts, in: .calls)
    try fields.visit(unindexed: "error", &error)
    try fields.visit("failure", &failure)
    try fields.visit(unindexed: "model", &model)
    try fields.visit("finish_reason", &finishReason)
    try fields.visit("latency_ms", &latency, in: .latency)
    try fields.visit("usage", &usage)
    try fields.visit("cost", &cost, in: .money)
    try fields.visit("judge_usage", &judgeUsage)
    try fields.visit("judge_cost", &judgeCost, in: .money)
    try fields.visit("known_judge_cost", &knownJudgeCost, in: .money)
    try fields.visit("unpriced_judging", &unpricedJudging)
    try fields.visit("judge_shares", &judgeShares)
    try fields.visit("cache_saving", &cacheSaving, in: .saving)
    try fields.visit(unindexed: "service_tier", &serviceTier)
    try fields.visit("uncounted_calls", &uncountedCalls, usually: 0, in: .calls)
    try fields.visit("server_errors", &serverErrors, usually: 0, in: .calls)
    try fields.visit("reused_from", &reusedFrom, in: .id)
    try fields.visit("source_cost", &sourceCost, in: .money)
    try fields.visit(unindexed: "created_at", &createdAt)
  }
}

extension ResponseRecord {
  /// Its place in the run.
  package var key: AnswerKey {
    get { AnswerKey(rowIndex: rowIndex, repeatIndex: repeatIndex) }
    set { (rowIndex, repeatIndex) = (newValue.rowIndex, newValue.repeatIndex) }
  }

  /// US dollars that the answer cost where it was made; nil if unknown.
  package var answerCost: Double? { reusedFrom != nil ? sourceCost : uncountedCalls > 0 ? nil : cost }

  /// US dollars of its calls whose cost is known.
  package var knownCost: Double { (cost ?? 0) + pricedJudgeCost }

  /// Adds what the cache of a provider took off, if that is known.
  package mutating func addCacheSaving(_ dollars: Double?) {
    if let dollars { cacheSaving = (cacheSaving ?? 0) + dollars }
  }

  /// Removes implausible figures reported by a provider.
  mutating func clearImplausibleFigures() {
    cost = ValueRange.money.known(cost)
    judgeCost = ValueRange.money.known(judgeCost)
    knownJudgeCost = ValueRange.money.known(knownJudgeCost)
    cacheSaving = ValueRange.saving.known(cacheSaving)
    sourceCost = ValueRange.money.known(sourceCost)
    latency = ValueRange.latency.known(latency)
  }
}

extension ResponseRecord: EncodedRecord {
  typealias Entry = ResponseEntry
  static var singular: String { "response" }
  var references: [RecordReference] { [RecordReference(.runs, runID)] }
  var reviewIDs: [Int] { reviews.map(\.id) }

  /// Responses are only deleted with their run.
  static func remove(_ id: Int, from tables: inout Tables) {}

  static func danglingReference(in tables: Tables) -> Tables.DanglingReference? {
    for runID in tables.responses.ownerIDs where !tables.runs.contains(id: runID) {
      if let entry = tables.responses.entries(of: runID).first {
        return Tables.DanglingReference(kind: kind, id: entry.id, reference: RecordReference(.runs, runID))
      }
    }
    return nil
  }
}
