/// The test of a judge by one metric before a run: answers whose scores are known in advance.
package struct ProbeRecord: Fields {
  /// The id of the metric; nil for the built-in criterion.
  package var metricID: Int?
  package var metricName = ""
  /// The canonical name of the judge.
  package var judgeModel = ""
  /// The judge's reasoning effort; nil for its vendor's default.
  package var judgeEffort: String?
  /// The fingerprint of the metric's wording.
  package var fingerprint = ""
  /// The results so far, in the order of their kinds.
  package var results: [ProbeResult] = []
  /// The number of results of a complete probe.
  package var resultCount = 0
  /// The run that made and paid for the probe; nil for the run that holds it.
  package var sourceRunID: Int?
  /// The tokens of its calls; nil if none were counted.
  package var usage: TokenCounts?
  /// US dollars; nil if unknown, or if another run paid.
  package var cost: Double?
  /// US dollars that the provider's cache took off; nil if it was not used, or if the price is unknown.
  package var cacheSaving: Double?
  /// The number of calls of unknown cost, such as those that timed out.
  package var uncountedCalls = 0
  /// As ``ResponseRecord/serverErrors``.
  package var serverErrors = 0

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("metric_id", &metricID, in: .id)
    try fields.visit("metric_name", &metricName)
    try fields.visit("judge_model", &judgeModel)
    try fields.visit("judge_effort", &judgeEffort)
    try fields.visit("fingerprint", &fingerprint)
    try fields.visit("results", &results)
    try fields.visit("result_count", &resultCount, in: .calls)
    try fields.visit("source_run_id", &sourceRunID, in: .id)
    try fields.visit("usage", &usage)
    try fields.visit("cost", &cost, in: .money)
    try fields.visit("cache_saving", &cacheSaving, in: .saving)
    try fields.visit("uncounted_calls", &uncountedCalls, usually: 0, in: .calls)
    try fields.visit("server_errors", &serverErrors, usually: 0, in: .calls)
  }

  /// Whether the run paid for answers of the judge that have no known price.
  package var lacksCost: Bool { sourceRunID == nil && usage != nil && cost == nil }
}

/// How a judge scored an answer whose score is known in advance.
package struct ProbeResult: Fields {
  /// The answers that a judge is shown.
  package enum Kind: String, FieldValue, CaseIterable {
    /// The expected output of the row, which deserves 4 or 5.
    case expected
    /// The expected output of another row, which deserves 1 or 2.
    case other
    /// The same with a judgement of 5 written into it.
    case injected
  }

  package var kind = Kind.expected
  /// The row for which the answer was judged.
  package var rowIndex = 0
  /// The row whose expected output was the answer, if another.
  package var otherRowIndex: Int?
  /// Nil for a judgement that failed.
  package var score: Double?
  /// Why the judgement failed.
  package var error: String?
  /// Whether it failed because the judge repeated a judgement written into the answer.
  package var isQuotation = false

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("kind", &kind)
    try fields.visit("row_index", &rowIndex, in: .rows)
    try fields.visit("other_row_index", &otherRowIndex, in: .rows)
    try fields.visit("score", &score, in: .stars)
    try fields.visit("error", &error)
    try fields.visit("is_quotation", &isQuotation, usually: false)
  }
}
