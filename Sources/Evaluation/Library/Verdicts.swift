package import Store

/// A verdict as it is given.
package struct VerdictDraft: Sendable {
  /// Where the response is.
  package enum Place: Sendable {
    case response(Int)
    case row(AnswerKey, run: Int)
  }

  /// The record of a verdict that was exported, which keeps its wording and its time.
  package struct Origin: Sendable {
    package var metricName: String
    package var fingerprint: String
    package var wording: String?
    package var createdAt: Timestamp?

    package init(metricName: String, fingerprint: String, wording: String? = nil, createdAt: Timestamp? = nil) {
      self.metricName = metricName
      self.fingerprint = fingerprint
      self.wording = wording
      self.createdAt = createdAt
    }
  }

  package var place: Place
  package var metricID: Int?
  package var score: Double?
  package var hasPassed: Bool?
  package var note: String?
  package var isBlind = false
  package var origin: Origin?
  /// The answer that an exported verdict is about, by its fingerprint, and its row; nil if not given.
  package var answer: String?
  package var rowIndex: Int?
  /// The run of the response; nil if not given.
  package var runID: Int?

  package init(_ place: Place) { self.place = place }
}

extension Transaction {
  /// Deletes the verdicts on the responses of a run, which go with them.
  /// - Returns: their number.
  @discardableResult
  package mutating func deleteVerdicts(ofRun id: Int) -> Int {
    let verdicts = tables.verdicts(ofRun: id)
    for verdict in verdicts { delete(VerdictRecord.self, id: verdict.id) }
    return verdicts.count
  }
}
