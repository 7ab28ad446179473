/// A judge's comparison of a run's answers with those of another run, in both orders.
package struct PairwiseJudging: Fields {
  /// The id of the run whose answers are the other ones.
  package var against = 0
  /// The canonical name of the judge.
  package var judgeModel = ""
  /// The judge's reasoning effort; nil for its vendor's default.
  package var judgeEffort: String?
  /// The number of samples from which each preference takes the median.
  package var judgeSamples = 1
  /// The names of the metrics by which answers are compared.
  package var criterion = ""
  /// The fingerprint of everything that the judge is told about the criterion.
  package var fingerprint = ""
  /// The metrics by which answers are compared; empty without, and where format 7 did not record them.
  package var metricIDs: [Int] = []
  package var startedAt = Timestamp.zero
  /// Whether the process that began it has not recorded its end.
  package var isRunning = false
  /// Why it ended before its last row.
  package var errorMessage: String?

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("against", &against, in: .id)
    try fields.visit("judge_model", &judgeModel)
    try fields.visit("judge_effort", &judgeEffort)
    try fields.visit("judge_samples", &judgeSamples, usually: 1, in: .samples)
    try fields.visit("criterion", &criterion)
    try fields.visit("fingerprint", &fingerprint)
    try fields.visit("metric_ids", &metricIDs, in: .id)
    try fields.visit("started_at", &startedAt)
    try fields.visit("is_running", &isRunning, usually: false)
    try fields.visit("error_message", &errorMessage)
  }

  /// Equal for judgings whose preferences count together.
  package var origin: UInt64 {
    Origin.ofReview(
      judgeModel: judgeModel, fingerprint: fingerprint, judgeSamples: judgeSamples, judgeEffort: judgeEffort)
  }
}

/// A judge's preferences between a response and that of another run to the same row.
package struct PairwiseReview: Fields {
  /// The id of the other run.
  package var against = 0
  /// The id of the other response.
  package var otherResponseID = 0
  package var judgeModel = ""
  package var judgeEffort: String?
  package var judgeSamples = 1
  package var fingerprint = ""
  /// From 1, the other response is clearly better, to 5, this one is, when this one was shown first; nil without an
  /// answer.
  package var asFirst: Double?
  /// The same when this one was shown second.
  package var asSecond: Double?
  package var reasonsAsFirst: String?
  package var reasonsAsSecond: String?
  /// Why the judge gave no answer.
  package var error: String?
  /// Whether the judge was not asked, because no criterion applies to the row.
  package var isSkipped = false

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("against", &against, in: .id)
    try fields.visit("other_response_id", &otherResponseID, in: .id)
    try fields.visit("judge_model", &judgeModel)
    try fields.visit("judge_effort", &judgeEffort)
    try fields.visit("judge_samples", &judgeSamples, usually: 1, in: .samples)
    try fields.visit("fingerprint", &fingerprint)
    try fields.visit("as_first", &asFirst, in: .stars)
    try fields.visit("as_second", &asSecond, in: .stars)
    try fields.visit(unindexed: "reasons_as_first", &reasonsAsFirst)
    try fields.visit(unindexed: "reasons_as_second", &reasonsAsSecond)
    try fields.visit("error", &error)
    try fields.visit("is_skipped", &isSkipped, usually: false)
  }

  /// As ``PairwiseJudging/origin``.
  package var origin: UInt64 {
    Origin.ofReview(
      judgeModel: judgeModel, fingerprint: fingerprint, judgeSamples: judgeSamples, judgeEffort: judgeEffort)
  }

  /// The number of judgements that it holds.
  package var judgementCount: Int { [asFirst, asSecond].count { $0 != nil } }
}

extension ResponseEntry {
  /// The fields of a ``PairwiseReview`` from which a comparison follows.
  package struct PairwiseSummary: Sendable, Equatable {
    package let against: Int
    package let otherResponseID: Int
    package let origin: UInt64
    package let asFirst: Double?
    package let asSecond: Double?
    package let isFailed: Bool
    package let isSkipped: Bool

    /// As ``PairwiseReview/judgementCount``.
    package var judgementCount: Int { [asFirst, asSecond].count { $0 != nil } }

    package init(_ review: PairwiseReview) {
      (against, otherResponseID, origin) = (review.against, review.otherResponseID, review.origin)
      (asFirst, asSecond) = (review.asFirst, review.asSecond)
      isFailed = review.error != nil
      isSkipped = review.isSkipped
    }
  }
}

extension ResponseRecord {
  /// The number of judgements by judges, which are paid for.
  package var judgementCount: Int {
    reviews.count { $0.check == nil && $0.status != .skipped } + pairwise.reduce(0) { $0 + $1.judgementCount }
  }
}
