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

  package init(
    id: Int, metricID: Int?, metricName: String, status: Status, score: Double? = nil, feedback: String? = nil,
    error: String? = nil
  ) {
    self.id = id
    self.metricID = metricID
    self.metricName = metricName
    self.status = status
    self.score = score
    self.feedback = feedback
    self.error = error
  }

  init(_ object: JSONObject) throws(RecordError) {
    var decoder = RecordDecoder(object)
    id = try ValueRange.id.check(decoder.int("id"), "id")
    metricID = try decoder.optionalInt("metric_id")
    metricName = try decoder.string("metric_name")
    status = try decoder.choice("status")
    score = try decoder.optionalDouble("score")
    if let score { _ = try ValueRange.stars.check(score, "score") }
    feedback = try decoder.optionalString("feedback")
    error = try decoder.optionalString("error")
    try decoder.finish()
  }

  /// Refuses numbers that loading would refuse.
  func check() throws(RecordError) {
    if let score { _ = try ValueRange.stars.check(score, "score") }
  }

  var json: JSONObject {
    var object: JSONObject = ["id": .int(id)]
    object["metric_id"] = metricID.map(JSONValue.int)
    object["metric_name"] = .string(metricName)
    object["status"] = .string(status.rawValue)
    object["score"] = score.map(JSONValue.double)
    object["feedback"] = feedback.map(JSONValue.string)
    object["error"] = error.map(JSONValue.string)
    return object
  }
}
