import Providers
import Store

extension BatchFlow {
  /// Asks for the state of every open batch, and records the results of those that have ended.
  ///
  /// - Returns: whether one was found or has ended, so that more may follow soon.
  mutating func poll() async throws -> Bool {
    let before = records.map(\.state)
    askedPause = 0
    for label in open.filter({ !isHopeless($0) }).map(\.label) {
      guard let record = records.first(where: { $0.label == label }) else { continue }
      try await replace(label, by: try await step(record))
      link.waits(BatchProgress(of: open))
    }
    return records.map(\.state) != before
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
    guard let id = record.batchID else { return try await find(record) }
    var record = record
    let status: BatchStatus
    do throws(ProviderError) { status = try await batches.service.status(of: id) } catch {
      return try failed(record, error)
    }
    record.error = nil
    record.take(status)
    switch status.phase {
    case .working where link.isStopping() && !record.isProvisional:
      do throws(ProviderError) { record.take(try await batches.service.cancel(id)) } catch {
        return try failed(record, error)
      }
    case .working, .cancelling: break
    case .ended: return try await collect(record, status)
    case .rejected(let reason):
      if record.isProvisional { return record.forgotten }
      record.state = .rejected
      record.error = reason
    }
    return record
  }

  /// A batch whose provider could not be asked; it is asked again later.
  private mutating func failed(_ record: BatchRecord, _ error: ProviderError) throws -> BatchRecord {
    if error.kind == .cancelled { throw Exit.interrupted }
    var record = record
    record.error = error.message
    pause(asFor: error)
    if link.isStopping(), error.kind != .transient, error.kind != .unreachable { unreachable.insert(record.label) }
    return record
  }

  /// Looks for a submission whose answer was lost.
  private mutating func find(_ record: BatchRecord) async throws -> BatchRecord? {
    var record = record
    let found: [BatchStatus]
    do throws(ProviderError) {
      found = try await batches.service.candidates(
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
    if status == nil, !possible.isEmpty { return record }
    if let status {
      record.batchID = status.id
      record.state = .submitted
      record.isProvisional = status.label != record.label
      record.error = nil
      record.take(status)
      return record
    }
    // A submission takes as long as its size demands, so its beginning says nothing of when it arrived or was given up.
    return searches[record.label, default: 0] >= pace.certainty ? nil : record
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
