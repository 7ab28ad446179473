import Providers
import Store

extension BatchFlow {
  /// The most bytes of a batch, all of which are in memory while it is sent.
  private static let mostBytes = 64 * 1024 * 1024
  /// The attempts to send something that the provider puts off.
  private static let attempts = 8

  /// Requests that become one batch.
  private struct Chunk {
    var lines: BatchLines
    var places: [Int] = []
    let label = BatchLabel.random()
  }

  /// Submits the rows that wait, batch by batch.
  ///
  /// - Returns: whether anything was submitted.
  mutating func submit() async throws -> Bool {
    var hasSubmitted = false
    // A submission of unknown outcome may hold the same rows, or fail for the same reason.
    while failure == nil, !waiting.isEmpty, !link.isStopping(), !open.contains(where: { $0.state == .submitting }) {
      let count = submittable
      if count == 0 {
        // With batches under way, their real costs may leave room for more.
        if open.isEmpty { waiting = [] }
        break
      }
      link.waits(BatchProgress(of: open, submitting: count, to: batches.providerName))
      let chunk = try await nextChunk(of: count)
      if chunk.places.isEmpty { continue }
      try await submit(chunk)
      hasSubmitted = true
    }
    return hasSubmitted
  }

  /// The number of waiting rows that max_cost lets be submitted now.
  var submittable: Int {
    guard plan.budget != nil else { return waiting.count }
    return link.submittable(
      RunBudget.Batched(
        waiting: waiting.reversed().map { row(at: $0).size },
        open: open.flatMap { unanswered(of: $0) }.map { row(at: $0).size }))
  }

  /// As many of the waiting requests as fit into a batch; those that cannot be sent are recorded as failed.
  ///
  /// - Parameter most: the number of requests that may be submitted.
  private mutating func nextChunk(of most: Int) async throws -> Chunk {
    let limits = BatchLimits(
      requests: min(batches.service.limits.requests, most), bytes: min(batches.service.limits.bytes, Self.mostBytes))
    var chunk = Chunk(lines: BatchLines(batches.service.form))
    var failed: [RowWorker.AnsweredRow] = []
    while let place = waiting.last {
      let work = row(at: place)
      let error: ProviderError
      do throws(ProviderError) {
        let line = try line(for: work, chunk.label)
        if chunk.lines.add(line, within: limits) {
          link.warn(line.warnings)
          chunk.places.append(place)
          waiting.removeLast()
          if chunk.places.count.isMultiple(of: 64) { await Task.yield() }
          continue
        }
        if !chunk.places.isEmpty { break }
        error = ProviderError(.invalidRequest, "The request is longer than a batch of \(batches.providerName) can be.")
      } catch let reason {
        error = reason
      }
      waiting.removeLast()
      recorded[place] = true
      failed.append(try await row(of: work, .failure(error)))
    }
    try await record(failed)
    return chunk
  }

  private func line(for work: RunPlan.RowWork, _ label: BatchLabel) throws(ProviderError) -> BatchLine {
    let request: CompletionRequest
    do throws(EvaluationError) {
      request = try plan.request(
        from: plan.rows.fields(at: work.key.rowIndex), repeatIndex: work.key.repeatIndex)
    } catch {
      throw ProviderError(.invalidRequest, error.description)
    }
    return try batches.service.line(for: request, id: label.id(of: work.key))
  }

  /// Submits a batch, which is recorded before the provider is asked to answer it.
  private mutating func submit(_ chunk: Chunk) async throws {
    let (service, label) = (service, chunk.label.text)
    let file: String?
    switch try await retrying(
      isFree: true,
      { () async throws(ProviderError) in
        try await service.upload(chunk.lines, label: label)
      })
    {
    case .success(let id): file = id
    case .failure(let error): return try giveUp(chunk, error)
    }
    var record = BatchRecord()
    record.label = label
    record.provider = plan.generator.provider
    record.address = plan.generator.address
    record.origin = origin
    record.model = plan.generator.model
    record.ranges = [ClosedRange<Int>](of: chunk.places)
    record.submittedAt = now()
    let runID = plan.runID
    if try await store.read({ $0.runs[runID]?.cancelRequested }) == true { link.stop() }
    if link.isStopping() { return restore(chunk) }
    records.append(record)
    try await save([record])
    let outcome = try await retrying(isFree: false) { () async throws(ProviderError) in
      try await service.submit(chunk.lines, file: file, label: label)
    }
    switch outcome {
    case .success(let status):
      record.batchID = status.id
      record.state = .submitted
      record.take(status)
      records[records.count - 1] = record
      try await save([record])
    case .failure(let error) where error.isUncounted:
      record.error = error.message
      records[records.count - 1] = record
      try await save([record])
    case .failure(let error):
      records.removeLast()
      try await save([], removing: label)
      try giveUp(chunk, error)
    }
  }

  /// Sends something, again after a pause if the provider puts it off.
  ///
  /// - Parameter isFree: whether it may be sent twice.
  private func retrying<Value: Sendable>(
    isFree: Bool, _ send: () async throws(ProviderError) -> Value
  ) async throws -> Result<Value, ProviderError> {
    var attempt = 0
    while true {
      do throws(ProviderError) { return .success(try await send()) } catch {
        // The outcome of a call that was abandoned is unknown, which the record says already.
        if error.kind == .cancelled { throw Exit.interrupted }
        // A server that has accepted a batch exists, although nothing answers now.
        let isLater = error.kind == .transient || error.kind == .unreachable && records.contains { $0.batchID != nil }
        guard isLater, isFree || !error.isUncounted, attempt + 1 < Self.attempts, !link.isStopping()
        else { return .failure(error) }
        // A question about the run is none about a submission.
        let pause = max(BatchPace.asked(by: error), pace.pause(before: attempt))
        try await wait(pause, least: pause)
        attempt += 1
      }
    }
  }

  private mutating func giveUp(_ chunk: Chunk, _ error: ProviderError) throws {
    restore(chunk)
    let end = error.kind == .notFound ? Self.withoutBatches : "runs_generate submits them again."
    failure =
      "\(batches.providerName) did not accept a batch of \(chunk.places.count) requests: \(error.message) \(end)"
  }

  private static let withoutBatches = "runs_update with batch: false has runs_generate ask row by row."

  /// Submits nothing to a server without a batch API, for which a plain call would be paid in vain.
  mutating func requireAPI() async {
    do throws(ProviderError) { try await service.check() } catch {
      failure = "\(error.message) \(Self.withoutBatches)"
    }
  }

  private mutating func restore(_ chunk: Chunk) {
    waiting += chunk.places.reversed()
  }
}
