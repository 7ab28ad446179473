/// A person's score for one response: by a metric, or as the run's score as a whole.
///
/// It belongs to the response. It survives a new judge, a new wording of the metric and the metric's deletion, because
/// it records the wording under which it was given.
package struct VerdictRecord: Record {
  package static var kind: RecordKind { .verdicts }
  package static var table: WritableKeyPath<Tables, Table<VerdictRecord>> { \.verdicts }

  package var id = 0
  package var runID = 0
  package var responseID = 0
  /// Nil for the run's score as a whole.
  package var metricID: Int?
  /// The name of what was scored, at the time.
  package var metricName = ""
  /// The criterion as it was worded at the time.
  package var wording: String?
  /// The fingerprint of that wording, as of a review.
  package var fingerprint = ""
  /// 1 to 5; nil for a verdict that is ``hasPassed``.
  package var score: Double?
  /// Whether the response is right; nil for a verdict with a ``score``.
  package var hasPassed: Bool?
  package var note: String?
  /// Whether the scores of the judge were hidden until the verdict was given.
  package var isBlind = false
  package var createdAt = Timestamp.zero

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("run_id", &runID, in: .id)
    try fields.visit("response_id", &responseID, in: .id)
    try fields.visit("metric_id", &metricID, in: .id)
    try fields.visit("metric_name", &metricName)
    try fields.visit("wording", &wording)
    try fields.visit("fingerprint", &fingerprint)
    try fields.visit("score", &score, in: .stars)
    try fields.visit("passed", &hasPassed)
    try fields.visit("note", &note)
    try fields.visit("blind", &isBlind)
    try fields.visit("created_at", &createdAt)
  }

  /// The response is not among them: responses are only deleted with all others of their run, and looking for one takes
  /// long.
  package var references: [RecordReference] { [RecordReference(.runs, runID)] }
}

extension VerdictRecord: StoredRecord {
  static var singular: String { "verdict" }
  static var firstFormat: Int { 7 }
}
