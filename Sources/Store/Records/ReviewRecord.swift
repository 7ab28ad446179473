import JSONCoding

/// What the judge said of one response by one metric.
package struct ReviewRecord: Sendable, Equatable {
  package enum Status: String, Sendable { case completed, failed }

  /// Counted over all reviews of the store.
  package var id: Int
  package var metricID: Int?
  /// The metric's name at the time, kept when the metric is deleted.
  package var metricName: String
  package var status: Status
  /// 1 to 5; nil for a failed review, which is never a score.
  package var score: Double?
  package var feedback: String?
  package var error: String?
  /// The model that judged, by its canonical name; nil for a review of format 2, which did not record it.
  package var judgeModel: String?
  /// A fingerprint of the metric's name, instruction and bands as the judge saw them; nil for a review of format 2.
  package var fingerprint: String?
  /// How many judgements were asked for.
  package var judgeSamples: Int
  /// The scores of those that could be read, in their order; ``score`` is their median.
  package var samples: [Double]

  package init(
    id: Int, metricID: Int?, metricName: String, status: Status, score: Double? = nil, feedback: String? = nil,
    error: String? = nil, judgeModel: String? = nil, fingerprint: String? = nil, judgeSamples: Int = 1,
    samples: [Double] = []
  ) {
    self.id = id
    self.metricID = metricID
    self.metricName = metricName
    self.status = status
    self.score = score
    self.feedback = feedback
    self.error = error
    self.judgeModel = judgeModel
    self.fingerprint = fingerprint
    self.judgeSamples = judgeSamples
    self.samples = samples
  }

  init(_ object: JSONObject) throws(RecordError) {
    var decoder = RecordDecoder(object)
    id = try decoder.int("id")
    metricID = try decoder.optionalInt("metric_id")
    metricName = try decoder.string("metric_name")
    status = try decoder.choice("status")
    score = try decoder.optionalDouble("score")
    feedback = try decoder.optionalString("feedback")
    error = try decoder.optionalString("error")
    judgeModel = try decoder.optionalString("judge_model")
    fingerprint = try decoder.optionalString("fingerprint")
    judgeSamples = try decoder.optionalInt("judge_samples") ?? 1
    samples = try decoder.doubles("samples")
    try decoder.finish()
    _ = try ValueRange.id.check(id, "id")
    try check()
  }

  /// Refuses numbers that loading would refuse.
  func check() throws(RecordError) {
    try ValueRange.id.check(ifAny: metricID, "metric_id")
    try ValueRange.stars.check(ifAny: score, "score")
    _ = try ValueRange.samples.check(judgeSamples, "judge_samples")
    try ValueRange.stars.check(all: samples, "samples")
  }

  /// What tells reviews of one metric apart: judge, wording and number of samples; 0 where that was not recorded.
  package var origin: UInt64 {
    guard let judgeModel, let fingerprint else { return 0 }
    return Origin.ofReview(judgeModel: judgeModel, fingerprint: fingerprint, judgeSamples: judgeSamples)
  }

  var json: JSONObject {
    var object: JSONObject = ["id": .int(id)]
    object["metric_id"] = metricID.map(JSONValue.int)
    object["metric_name"] = .string(metricName)
    object["status"] = .string(status.rawValue)
    object["score"] = score.map(JSONValue.double)
    object["feedback"] = feedback.map(JSONValue.string)
    object["error"] = error.map(JSONValue.string)
    object["judge_model"] = judgeModel.map(JSONValue.string)
    object["fingerprint"] = fingerprint.map(JSONValue.string)
    if judgeSamples != 1 { object["judge_samples"] = .int(judgeSamples) }
    if !samples.isEmpty { object["samples"] = .array(samples.map(JSONValue.double)) }
    return object
  }
}
