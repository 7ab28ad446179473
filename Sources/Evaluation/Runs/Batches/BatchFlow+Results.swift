import Providers
import Store

extension BatchFlow {
  /// The number of results that are written together, and the bytes of their texts; the first that is reached counts.
  private static let groupSize = 500
  private static let groupBytes = 4 * 1024 * 1024
  /// The attempts to read results that end early.
  static let mostCutOffs = 5

  /// Records the results of an ended batch.
  ///
  /// What was recorded before an interruption is skipped.
  mutating func collect(_ record: BatchRecord, _ status: BatchStatus) async throws -> BatchRecord {
    var record = record
    var reading = Reading(record)
    let service = service
    var exit: Exit?
    do {
      try await service.results(of: status, like: plan.anyRequest) { group in
        do {
          if Task.isCancelled { throw Exit.interrupted }
          try reading.take(group)
          if reading.results.count >= Self.groupSize || reading.bytes >= Self.groupBytes {
            try await self.record(&reading)
          }
        } catch let reason as Exit {
          exit = reason
          throw reason
        }
      }
    } catch {
      switch exit {
      case .foreign: return record.forgotten
      case let exit?: throw exit
      case nil: break
      }
      try await self.record(&reading)
      guard let error = error as? ProviderError else { throw error }
      return try cutOff(record, error, hasDelivered: reading.hasDelivered)
    }
    let expected = status.results ?? 0
    if record.isProvisional, !reading.hasDelivered, expected == 0 { return record.forgotten }
    try await self.record(&reading)
    if reading.delivered < expected, record.cutOffs + 1 < Self.mostCutOffs {
      let error = ProviderError(
        .transient, "Only \(reading.delivered) of the \(expected) results of batch \(status.id) are there so far.")
      return try cutOff(record, error, hasDelivered: true)
    }
    let missing = unanswered(of: record).filter { !reading.expired.contains($0) && !reading.cancelled.contains($0) }
    if !reading.leavesOut(missing, of: status) { try await fail(missing, of: record) }
    record.isProvisional = false
    record.state = .collected
    record.finished = nil
    (record.expired, record.cancelled) = (reading.expired.count, reading.cancelled.count)
    return record
  }

  /// The results of a batch that have not been recorded.
  private struct Reading {
    let label: BatchLabel
    let ranges: [ClosedRange<Int>]
    var isProvisional: Bool
    var results: [BatchResult] = []
    /// The bytes of their texts.
    var bytes = 0
    var hasDelivered: Bool { delivered > 0 }
    /// The number of results so far.
    var delivered = 0
    /// The places of requests that were not asked.
    var expired: Set<Int> = []
    var cancelled: Set<Int> = []

    init(_ record: BatchRecord) {
      label = BatchLabel(record.label)
      ranges = record.ranges
      isProvisional = record.isProvisional
    }

    mutating func take(_ group: [BatchResult]) throws(BatchFlow.Exit) {
      if isProvisional, let first = group.first {
        guard label.key(of: first.id) != nil else { throw .foreign }
        isProvisional = false
      }
      delivered += group.count
      bytes += group.reduce(0) { $0 + $1.byteCount }
      results += group
    }

    /// Counts requests without a result as not asked, if a batch that was ended before its time has as many of them.
    ///
    /// - Returns: whether they were.
    mutating func leavesOut(_ places: [Int], of status: BatchStatus) -> Bool {
      guard let total = status.total, let results = status.results, places.count <= total - results else {
        return false
      }
      switch status.end {
      case .expired: expired.formUnion(places)
      case .cancelled: cancelled.formUnion(places)
      case .whole: return false
      }
      return true
    }
  }

  /// Records the results that have been read; those of other ids, and second ones, are left out.
  private mutating func record(_ reading: inout Reading) async throws {
    var rows: [RowWorker.AnsweredRow] = []
    for result in reading.results {
      guard let place = reading.label.key(of: result.id).flatMap(batches.places.place), reading.ranges.holds(place),
        !recorded[place], work[place] >= 0
      else { continue }
      switch result.outcome {
      case .expired: reading.expired.insert(place)
      case .cancelled: reading.cancelled.insert(place)
      case .answered(let answer):
        recorded[place] = true
        rows.append(try await row(of: row(at: place), answer))
      }
    }
    (reading.results, reading.bytes) = ([], 0)
    try await record(rows)
  }

  /// Records requests of which an ended batch has no results as failed; whether they were billed is not known.
  private mutating func fail(_ places: [Int], of record: BatchRecord) async throws {
    let error = ProviderError(
      .unusableAnswer,
      "The results of batch \(record.batchID ?? record.label) have none of this request. runs_generate with "
        + "retry_failed: true asks it again.")
    for place in places { recorded[place] = true }
    var rows: [RowWorker.AnsweredRow] = []
    for place in places { rows.append(try await row(of: row(at: place), .failure(error), uncounted: 1)) }
    try await self.record(rows)
  }

  /// A row with its answer from a batch.
  ///
  /// - Parameter uncounted: 1 if it may have been billed without an answer.
  func row(
    of work: RunPlan.RowWork, _ result: Result<Completion, ProviderError>, uncounted: Int = 0
  ) async throws -> RowWorker.AnsweredRow {
    var wasted: [TokenUsage] = []
    if case .failure(let error) = result, let usage = error.usage { wasted = [usage] }
    let answer = ModelBinding.Answer(result: result, attempts: 1, wasted: wasted, uncounted: uncounted)
    var (response, failure, warnings) = worker.respond(
      to: work, plan.rows.fields(at: work.key.rowIndex), answer, after: try await worker.earlier(work))
    // The price of what may have been billed.
    if uncounted > 0 { response.serviceTier = TokenUsage.batchTier }
    var account = worker.account(response, work)
    account.isBatched = true
    account.isLostInBatch = response.attempts <= 1
    return RowWorker.AnsweredRow(
      response: response, steps: [failure == nil ? .generated : .generationFailed], warnings: warnings,
      account: account, hasGenerated: true)
  }

  func record(_ rows: [RowWorker.AnsweredRow]) async throws {
    if rows.isEmpty { return }
    if case .unrecorded(let cause) = await worker.record(rows, report: link.report) {
      throw Exit.unrecorded("The store could not be written (\(cause)). Once it can, runs_generate goes on.")
    }
    link.spent(rows.map(\.account))
    link.warn(rows.flatMap(\.warnings))
  }

  /// A batch whose results could not be read to their end.
  mutating func cutOff(
    _ record: BatchRecord, _ error: ProviderError, hasDelivered: Bool
  ) throws -> BatchRecord {
    if error.kind == .notFound || [.transient, .unreachable, .unauthorized].contains(error.kind) && !hasDelivered {
      return try failed(record, error)
    }
    if error.kind == .cancelled { throw Exit.interrupted }
    var record = record
    record.error = error.message
    pause(asFor: error)
    absences[record.label] = nil
    record.cutOffs += 1
    return record
  }
}

extension BatchResult {
  /// The bytes of its texts.
  fileprivate var byteCount: Int {
    guard case .answered(.success(let completion)) = outcome else { return 0 }
    return completion.text.utf8.count + (completion.reasoningText?.utf8.count ?? 0)
  }
}

extension RunPlan {
  /// A request like all others, without messages.
  var anyRequest: CompletionRequest {
    CompletionRequest(model: generator.model, messages: [], parameters: parameters)
  }
}
