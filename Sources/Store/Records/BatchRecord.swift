/// A batch of a run's requests at a provider: its submission, its state and what has become of its rows.
///
/// It is recorded before it is submitted, so that a program that ends in between can look for it in place of paying
/// twice.
package struct BatchRecord: Fields {
  package enum State: String, FieldValue, CaseIterable {
    /// Its submission has begun, and whether the provider accepted it is not known.
    case submitting
    /// Accepted by the provider and not known to have ended.
    case submitted
    /// Ended at the provider; its results have not all been read.
    case ended
    /// Its results are recorded.
    case collected
    /// Rejected by the provider as a whole.
    case rejected
    /// The provider says that it does not have it, or no longer has its results; it may have been billed.
    case lost
  }

  /// Unique and unguessable; the first part of the ids of its requests.
  package var label = ""
  /// The provider's id; nil until it is known.
  package var batchID: String?
  package var provider = ""
  /// The address of the server that has it; nil if it was not recorded.
  package var address: String?
  /// A mark of the store from which it was submitted, by which a copy is known; nil if it was not recorded.
  package var origin: String?
  package var model = ""
  /// The places of its answers among those of the run, as the first and the last of each range, ascending.
  package var places: [Int] = []
  package var state = State.submitting
  /// The provider's own word for its state.
  package var word: String?
  /// The requests with a result; nil where the provider does not tell.
  package var finished: Int?
  /// Whether it was found by its size alone, so that its results must show whether it is the submission.
  package var isProvisional = false
  /// The ids of batches that were taken for the submission and were not.
  package var foreignIDs: [String] = []
  /// When its submission began.
  package var submittedAt = Timestamp.zero
  package var nextPollAt: Timestamp?
  /// When the provider ends whatever is left; nil if unknown.
  package var expiresAt: Timestamp?
  /// The attempts to read its results that ended early.
  package var cutOffs = 0
  /// Why the provider could not be asked at the last attempt, or why it rejected the batch.
  package var error: String?
  /// The requests that expired, once its results are recorded.
  package var expired = 0
  /// The requests that were cancelled, once its results are recorded.
  package var cancelled = 0

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("label", &label)
    try fields.visit("batch_id", &batchID)
    try fields.visit("provider", &provider)
    try fields.visit("address", &address)
    try fields.visit("origin", &origin)
    try fields.visit("model", &model)
    try fields.visit("places", &places, in: .rows)
    try fields.visit("state", &state)
    try fields.visit("word", &word)
    try fields.visit("finished", &finished, in: .rows)
    try fields.visit("is_provisional", &isProvisional, usually: false)
    try fields.visit("foreign_ids", &foreignIDs)
    try fields.visit("submitted_at", &submittedAt)
    try fields.visit("next_poll_at", &nextPollAt)
    try fields.visit("expires_at", &expiresAt)
    try fields.visit("cut_offs", &cutOffs, usually: 0, in: .calls)
    try fields.visit("error", &error)
    try fields.visit("expired", &expired, usually: 0, in: .rows)
    try fields.visit("cancelled", &cancelled, usually: 0, in: .rows)
  }
}

extension BatchRecord {
  /// Whether answers may come of it.
  package var isOpen: Bool { ![.collected, .rejected].contains(state) }

  /// Whether its provider says that no answers will come.
  package var isLost: Bool { state == .lost }

  /// Whether the provider may be working on it.
  package var isAtProvider: Bool { [.submitting, .submitted].contains(state) }

  /// The ranges of ``places``.
  package var ranges: [ClosedRange<Int>] {
    get {
      stride(from: 0, to: places.count - 1, by: 2).map { places[$0]...max(places[$0], places[$0 + 1]) }
    }
    set { places = newValue.flatMap { [$0.lowerBound, $0.upperBound] } }
  }

  /// The number of its requests.
  package var count: Int { ranges.reduce(0) { $0 + $1.count } }
}

extension RunRecord {
  /// The batches of which answers may come.
  package var openBatches: [BatchRecord] { batches.filter(\.isOpen) }

  /// Whether its answers are those of batches, but for a few.
  package var hasBatches: Bool { batch || !batches.isEmpty }

  /// Inserts a batch or replaces the one with its label.
  package mutating func put(_ batch: BatchRecord) {
    if let index = batches.firstIndex(where: { $0.label == batch.label }) {
      batches[index] = batch
    } else {
      batches.append(batch)
    }
  }
}
