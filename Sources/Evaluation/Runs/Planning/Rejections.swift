import Store

/// The rejected requests of one start of a run.
///
/// A rejection says something about its row only if another call that began after it was answered: otherwise every
/// request may be rejected, as by a wrong setting. A stretch of rejections that stops a run has no such answer.
struct Rejections: Sendable {
  private var keys: [AnswerKey] = []
  private var confirmedCount = 0

  /// The number of rejections so far, which a call takes along from its beginning.
  var count: Int { keys.count }

  mutating func note(_ key: AnswerKey) { keys.append(key) }

  /// Records that the model has answered a call before whose beginning there were so many rejections.
  mutating func answered(after count: Int) { confirmedCount = max(confirmedCount, count) }

  /// Marks the failures that would come again.
  func mark(in transaction: inout Transaction, ofRun id: Int) {
    let confirmed = Set(keys.prefix(confirmedCount))
    if confirmed.isEmpty { return }
    let entries = transaction.tables.responses.entries(ofRun: id)
    for entry in entries where entry.status == .failed && confirmed.contains(entry.key) {
      // One that cannot be read is merely asked again.
      guard var response = try? entry.decoded() else { continue }
      response.failure = .rejected
      _ = transaction.put(response)
    }
  }
}
