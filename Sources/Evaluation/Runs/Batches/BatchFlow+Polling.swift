import JSONCoding
import Providers
import Store

extension BatchFlow {
  /// Asks for the state of every open batch, and records the results of those that have ended.
  ///
  /// - Returns: whether one was found or has ended, so that more may follow soon.
  mutating func poll() async throws -> Bool {
    let before = records.map(\.state)
    askedPause = 0
    guard try await renew() else { return false }
    for label in open.filter({ !isHopeless($0) }).map(\.label) {
      guard let record = records.first(where: { $0.label == label }) else { continue }
      try await replace(label, by: try await step(record))
      link.waits(BatchProgress(of: open))
    }
    return records.map(\.state) != before
  }

  /// Takes the key as it is now.
  ///
  /// - Returns: whether the provider can be asked.
  private mutating func renew() async throws -> Bool {
    let fault: String
    do {
      let model = try await batches.renewed()
      if let service = model.batches, model.destination == plan.generator.destination {
        self.service = service
        return true
      }
      fault = "The credential of the run leads to another server now."
    } catch {
      if Task.isCancelled { throw Exit.interrupted }
      fault = error.clientSentence
    }
    for index in records.indices where records[index].isOpen {
      records[index].error = fault
      if link.isStopping() { left[records[index].label] = .uncancelled }
      if isOverdue(records[index]) { left[records[index].label] = .overdue }
    }
    if !waiting.isEmpty, failure == nil { failure = "\(fault) runs_generate submits the other rows." }
    return false
  }

  private mutating func replace(_ label: String, by record: BatchRecord?) async throws {
    guard let index = records.firstIndex(where: { $0.label == label }) else { return }
    if let record {
      let isKnown = record.isAsFar(as: records[index])
      records[index] = record
      if !isKnown { try await save([record]) }
    } else {
      let lost = records.remove(at: index)
      // The provider does not have it, so its rows are submitted anew.
      waiting = unanswered(of: lost).reversed() + waiting
      try await save([], removing: label)
    }
  }

  /// - Returns: the batch as it is now; nil if its submission has never arrived.
  private mutating func step(_ record: BatchRecord) async throws -> BatchRecord? {
    if let address = record.address, let current = plan.generator.address, address != current {
      left[record.label] = .moved
      return record
    }
    guard let id = record.batchID else { return try await find(record) }
    var record = record
    let status: BatchStatus
    do throws(ProviderError) { status = try await service.status(of: id) } catch {
      return try failed(record, error)
    }
    record.error = nil
    if record.isLost { record.state = .submitted }
    record.take(status)
    if status.phase != .ended { absences[record.label] = nil }
    switch status.phase {
    case .working where link.isStopping() && !record.isProvisional:
      do throws(ProviderError) { record.take(try await service.cancel(id)) } catch {
        return try failed(record, error)
      }
    case .working, .cancelling: if isOverdue(record) { left[record.label] = .overdue }
    case .ended: return try await collect(record, status)
    case .rejected(let reason):
      if record.isProvisional { return record.forgotten }
      record.state = .rejected
      record.error = reason
    }
    return record
  }

  /// A batch whose provider could not be asked; it is asked again later.
  mutating func failed(_ record: BatchRecord, _ error: ProviderError) throws -> BatchRecord {
    if error.kind == .cancelled { throw Exit.interrupted }
    var record = record
    record.error = error.message
    pause(asFor: error)
    let isReached = error.kind != .transient && error.kind != .unreachable
    if link.isStopping(), isReached { left[record.label] = .uncancelled }
    if isOverdue(record, keeping: isReached ? 0 : BatchPace.keeping) { left[record.label] = .overdue }
    guard error.kind == .notFound, record.batchID != nil else {
      absences[record.label] = nil
      return record
    }
    return lost(record)
  }

  /// A batch, or the results of one, that the provider says it does not have; the rows are not submitted again.
  ///
  /// A server that has just started may not know it yet.
  private mutating func lost(_ record: BatchRecord) -> BatchRecord {
    let seconds = absences[record.label, default: 0]
    absences[record.label] = seconds
    guard seconds >= pace.certainty || wasLost.contains(record.label) else { return record }
    if record.isProvisional { return record.forgotten }
    var record = record
    record.state = .lost
    left[record.label] = .lost
    return record
  }

  /// Whether the provider should have ended a batch long ago.
  ///
  /// - Parameter more: seconds for which it is waited for beyond that.
  private func isOverdue(_ record: BatchRecord, keeping more: Double = 0) -> Bool {
    // The clocks of provider and machine may differ.
    let end = max(record.expiresAt?.seconds ?? 0, record.dueAt.seconds)
    return now().seconds > end + pace.grace + more
  }

  /// Looks for a submission whose answer was lost.
  private mutating func find(_ record: BatchRecord) async throws -> BatchRecord? {
    var record = record
    let found: [BatchStatus]
    do throws(ProviderError) {
      found = try await service.candidates(
        label: record.label, count: record.count, since: record.submittedAt.seconds)
    } catch {
      return try failed(record, error)
    }
    let taken = try await store.read { [label = record.label] tables in
      tables.runs.all.flatMap(\.batches).filter { $0.batchID != nil && $0.label != label }
    }
    let proven = Set(taken.filter { !$0.isProvisional }.compactMap(\.batchID))
    let held = Set(taken.filter(\.isProvisional).compactMap(\.batchID))
    let possible = found.filter { !proven.contains($0.id) && !record.foreignIDs.contains($0.id) }
    // The oldest is the one closest to the submission.
    let status = possible.last { $0.label == record.label } ?? possible.last { !held.contains($0.id) }
    // Another run may hold what is this one's, until results show it.
    if status == nil, !possible.isEmpty {
      if isOverdue(record) { left[record.label] = .overdue }
      return record
    }
    if let status {
      record.batchID = status.id
      record.state = .submitted
      record.isProvisional = status.label != record.label
      record.error = nil
      record.take(status)
      return record
    }
    // A submission takes as long as its size demands, so its beginning says nothing of when it arrived or was given up.
    guard searches[record.label, default: 0] >= pace.certainty else { return record }
    guard isCopy, !link.isStopping() else { return nil }
    left[record.label] = .copied
    return record
  }
}

extension BatchRecord {
  /// Whether a program that knows only the other state would go on in the same way.
  fileprivate func isAsFar(as other: BatchRecord) -> Bool {
    (state, batchID, isProvisional, cutOffs) == (other.state, other.batchID, other.isProvisional, other.cutOffs)
      && foreignIDs == other.foreignIDs
  }

  /// Takes what the provider tells of its state.
  mutating func take(_ status: BatchStatus) {
    word = status.word
    finished = status.finished ?? (status.phase == .ended ? count : nil)
    expiresAt = status.expiresAt.flatMap(Timestamp.init(seconds:)) ?? expiresAt
    if status.phase == .ended, state == .submitted { state = .ended }
  }

  /// The same submission, of which another batch turned out not to be the one.
  var forgotten: BatchRecord {
    var record = self
    if let batchID { record.foreignIDs.append(batchID) }
    (record.batchID, record.word, record.finished, record.expiresAt) = (nil, nil, nil, nil)
    (record.state, record.isProvisional, record.cutOffs) = (.submitting, false, 0)
    return record
  }
}

extension Timestamp {
  /// Nil for what is no time of this or a coming age, which another program may send.
  init?(seconds: Double) {
    guard seconds > 0, seconds < 10_000_000_000 else { return nil }
    self.init(millisecondsSince1970: Int64(seconds * 1000))
  }

  /// Seconds since 1970.
  var seconds: Double { Double(millisecondsSince1970) / 1000 }
}
