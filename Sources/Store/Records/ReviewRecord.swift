import JSONCoding

/// The review of one response by one metric, from a judge or a check.
package struct ReviewRecord: Fields {
  package enum Status: String, FieldValue {
    case completed, failed
    /// The metric does not apply to the row.
    case skipped
  }

  /// The id, unique among all reviews of the store.
  package var id = 0
  package var metricID: Int?
  /// The metric's name at the time of the review, kept when the metric is deleted.
  package var metricName = ""
  package var status = Status.completed
  /// 1 to 5 from a judge, 0 to 1 from a check; nil for a failed or skipped review, which never has a score.
  package var score: Double?
  /// The reasons for the score, or why the metric does not apply.
  package var feedback: String?
  package var error: String?
  /// The limit on tokens that cut the judge's answer off; nil for a review that was made, or failed in another way.
  package var cutOffLimit: Int?
  /// The model that judged, by its canonical name; nil for a review of format 2, which did not record it.
  package var judgeModel: String?
  /// The kind of the check that scored; nil for a review by a judge.
  package var check: String?
  /// The fingerprint of the metric's name, instruction and bands as shown to the judge, or of the check and its expected
  /// column; nil for a review of format 2.
  package var fingerprint: String?
  /// The number of requested samples.
  package var judgeSamples = 1
  /// The judge's reasoning effort; nil for its vendor's default.
  package var judgeEffort: String?
  /// What the judge was shown besides texts, such as `images`; nil for nothing, and for a review before format 5.
  package var judgeMaterial: String?
  /// The scores of the samples that could be read, in order; ``score`` is their median.
  package var samples: [Double] = []

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("metric_id", &metricID, in: .id)
    try fields.visit(unindexed: "metric_name", &metricName)
    try fields.visit("status", &status)
    // The range of a score depends on it.
    try fields.visit("check", &check)
    try fields.visit("score", &score, in: check == nil ? .stars : .share)
    // A score that was written into the file by hand does not make the metric apply.
    if status == .skipped { score = nil }
    try fields.visit(unindexed: "feedback", &feedback)
    try fields.visit(unindexed: "error", &error)
    try fields.visit("cut_off_limit", &cutOffLimit, in: .tokens)
    try fields.visit("judge_model", &judgeModel)
    try fields.visit("fingerprint", &fingerprint)
    try fields.visit("judge_samples", &judgeSamples, usually: 1, in: .samples)
    try fields.visit("judge_effort", &judgeEffort)
    try fields.visit("judge_material", &judgeMaterial)
    try fields.visit("samples", &samples, in: .stars)
  }

  /// The origin of the review: judge, effort, wording, material and number of samples, or the check; 0 if unrecorded.
  package var origin: UInt64 {
    if check != nil { return Origin.ofCheck(fingerprint: fingerprint ?? "") }
    guard let judgeModel, let fingerprint else { return 0 }
    return Origin.ofReview(
      judgeModel: judgeModel, fingerprint: fingerprint, judgeSamples: judgeSamples, judgeEffort: judgeEffort,
      judgeMaterial: judgeMaterial)
  }
}
