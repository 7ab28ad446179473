import JSONCoding
import Providers
import Store

/// Processes one row of a run: generates, scores and judges, and writes each step to disk before the next.
struct RowWorker: Sendable {
  let plan: RunPlan
  let store: Store
  let now: @Sendable () -> Timestamp

  /// The result of a row.
  enum Outcome: Sendable {
    case done
    /// The provider gave no answer, and the row is recorded as failed.
    ///
    /// The error is that it was cancelled if the run ended before another attempt.
    /// - Parameters:
    ///   - account: what the attempt cost nonetheless.
    ///   - again: whether the row had already failed before.
    case failed(ProviderError, account: RowCost, again: Bool)
    /// The judge cannot be reached at all; the answer is kept for a resume.
    case unjudged(ProviderError)
    /// Another process cancelled or deleted the run.
    case stopped
    /// The task was cancelled, and no response tells of the calls that may have been paid for.
    /// - Parameters:
    ///   - lostCalls: those of which nothing tells the cost.
    ///   - serverErrors: those that ended in an error of the server.
    case cancelled(lostCalls: Int, serverErrors: Int)
    /// The store could not be written, for this cause (``Interruption/cause(of:)``), so paid calls are lost.
    case unrecorded(String)
  }

  /// A row whose calls have finished.
  struct AnsweredRow: Sendable {
    var response: ResponseRecord
    /// The steps that its record completes.
    var steps: [Step]
    var warnings: [String]
    /// The cost and usage of the new calls.
    var account: RowCost
    /// Whether the model was asked for the answer, and not only the judge.
    let hasGenerated: Bool
    /// The score of the row; nil without one.
    var score: Double?
  }

  /// The callbacks from a row to its run while its calls are in progress.
  struct Link: Sendable {
    /// Called with recorded steps.
    let report: @Sendable ([Step]) -> Void
    /// Handles the pauses between the attempts of a call.
    let retries: ModelBinding.Retries
    /// The same for calls of the judge, which another provider may answer.
    let judgeRetries: ModelBinding.Retries
    /// Called when the judge has answered.
    let judgeAnswered: @Sendable () -> Void
    /// Called when the judge could not be asked, perhaps not for the first time; returns true if the run stops.
    let judgeFailed: @Sendable (_ error: ProviderError, _ again: Bool) -> Bool
  }

  /// The state of a row after its last call.
  enum Answer: Sendable {
    /// Only ``record(_:report:)`` is left to do, for this row alone or with others.
    case answered(AnsweredRow)
    case ended(Outcome)
  }

  /// Makes the calls for a row.
  func answer(_ work: RunPlan.RowWork, _ link: Link) async -> Answer {
    await ending {
      var row: AnsweredRow
      if work.needsGeneration, let source = work.source {
        let response = copy(of: try await record(of: source), work, after: try await earlier(work))
        row = AnsweredRow(
          response: response, steps: [.generated], warnings: [], account: account(response, work), hasGenerated: false)
      } else if work.needsGeneration {
        let (response, failure, warnings) = try await generate(work, link.retries)
        row = AnsweredRow(
          response: response, steps: [failure == nil ? .generated : .generationFailed], warnings: warnings,
          account: account(response, work), hasGenerated: true)
        if let failure {
          let goesOn = try await record(&row, link.report)
          return .ended(goesOn ? .failed(failure, account: row.account, again: work.existing != nil) : .stopped)
        }
        if response.status == .running {
          // The answer was paid for, so it is on disk before the judge is asked.
          guard try await record(&row, link.report) else { return .ended(.stopped) }
        }
      } else if let existing = work.existing {
        let response = try await record(of: existing)
        row = AnsweredRow(
          response: response, steps: [], warnings: [], account: account(response, work), hasGenerated: false)
      } else {
        return .ended(.done)
      }
      if let pairwise = plan.pairwise {
        if let outcome = try await compare(&row, pairwise, link) { return .ended(outcome) }
      } else if !work.needsGeneration || row.response.status == .running,
        let outcome = try await judge(&row, link)
      {
        return .ended(outcome)
      }
      row.account = account(row.response, work)
      row.score = plan.scoring.score(of: row.response)
      return .answered(row)
    }
  }

  func account(_ response: ResponseRecord, _ work: RunPlan.RowWork) -> RowCost {
    RowCost(of: response, since: work.existing, promptBytes: work.size.promptBytes, judge: plan.scoring.judgeModel)
  }

  /// Writes the results of the last calls of rows; returns when they are on disk.
  func record(_ rows: [AnsweredRow], report: @Sendable ([Step]) -> Void) async -> Outcome {
    do {
      let (_, goesOn) = try await put(rows.map(\.response))
      report(rows.flatMap(\.steps))
      return goesOn ? .done : .stopped
    } catch is RunGone {
      return .stopped
    } catch {
      return .unrecorded(Interruption.cause(of: error))
    }
  }

  private func ending(_ body: () async throws -> Answer) async -> Answer {
    do {
      return try await body()
    } catch is RunGone {
      return .ended(.stopped)
    } catch let end as BrokenOff {
      return .ended(.cancelled(lostCalls: end.lostCalls, serverErrors: end.serverErrors))
    } catch {
      return .ended(.unrecorded(Interruption.cause(of: error)))
    }
  }

  /// A step whose result is on disk.
  enum Step: Sendable {
    case generated, generationFailed, reviewed, reviewFailed
  }

  // MARK: Generating

  private func generate(
    _ work: RunPlan.RowWork, _ retries: ModelBinding.Retries
  ) async throws -> (ResponseRecord, ProviderError?, [String]) {
    let fields = plan.rows.fields(at: work.key.rowIndex)
    // Read before the call, so that nothing can come between what is paid for and its record.
    let earlier = try await earlier(work)
    let answer: ModelBinding.Answer
    do throws(EvaluationError) {
      answer = await plan.generator.answer(try plan.request(from: fields, repeatIndex: work.key.repeatIndex), retries)
    } catch {
      answer = ModelBinding.Answer(result: .failure(ProviderError(.invalidRequest, error.description)), attempts: 0)
    }
    if case .failure(let error) = answer.result, error.kind == .cancelled {
      let end = BrokenOff(lostCalls: answer.uncounted + answer.wasted.count, serverErrors: answer.serverErrors)
      // A run that ends by itself keeps what the attempts have cost; the end of the server waits for nothing.
      if end.lostCalls + end.serverErrors == 0 || Task.isCancelled { throw end }
    }
    return respond(to: work, fields, answer, after: earlier)
  }

  /// The row's response so far; nil for a row that was never asked.
  func earlier(_ work: RunPlan.RowWork) async throws -> ResponseRecord? {
    guard let existing = work.existing else { return nil }
    return try await record(of: existing)
  }

  /// A whole response, also if its place in the file has changed since the run was planned.
  private func record(of entry: ResponseEntry) async throws -> ResponseRecord {
    do { return try entry.decoded() } catch StoreError.edited {
      let (id, runID) = (entry.id, entry.runID)
      let record = try await store.read { try $0.responses.entry(id, ofRun: runID)?.decoded() }
      guard let record else { throw RunGone() }
      return record
    }
  }

  /// The row's response with what its model has answered, scored as far as that costs nothing.
  ///
  /// - Parameter earlier: the row's response so far.
  func respond(
    to work: RunPlan.RowWork, _ fields: [String], _ answer: ModelBinding.Answer, after earlier: ResponseRecord?
  ) -> (ResponseRecord, ProviderError?, [String]) {
    var response = response(to: work, fields, after: earlier)
    // A failed attempt may have been paid for, now or earlier; its cost stays with the row.
    var costs = CallCosts(usage: earlier?.usage, cost: earlier?.cost, cacheSaving: earlier?.cacheSaving)
    for usage in answer.wasted { costs.add(ModelCall(model: plan.generator.model, wasted: usage), plan.generator) }
    response.attempts += answer.attempts
    response.uncountedCalls += answer.uncounted
    response.serverErrors += answer.serverErrors
    switch answer.result {
    case .failure(let error):
      response.status = .failed
      response.error = error.message
      (response.failure, response.finishReason) = (error.lastingFailure, error.finishReason)
      (response.usage, response.cost, response.cacheSaving) = (costs.usage, costs.cost, costs.cacheSaving)
      skip(&response)
      return (response, error, [])
    case .success(let completion):
      response.responseText = completion.answerText
      response.textBesideCalls = completion.textBesideCalls
      response.reasoningText = completion.reasoningText
      response.serviceTier = completion.serviceTier
      response.model = completion.model
      response.finishReason = completion.finishReason
      // The time that a batch takes is not the model's.
      let isBatched = completion.usage?.serviceTier == TokenUsage.batchTier
      response.latency = isBatched ? nil : completion.latency.rounded(toPlaces: 1)
      costs.add(ModelCall(completion), plan.generator)
      (response.usage, response.cost, response.cacheSaving) = (costs.usage, costs.cost, costs.cacheSaving)
      score(&response)
      return (response, nil, completion.warnings)
    }
  }

  // MARK: Recording

  private struct RunGone: Error {}

  /// The end of a call whose task was cancelled.
  private struct BrokenOff: Error {
    /// The number of attempts that may have been paid for.
    let lostCalls: Int
    /// The number of attempts that ended in an error of the server.
    let serverErrors: Int
  }

  /// Writes whole responses.
  /// - Returns: the responses with their ids, and whether the run continues: false if another process stops it.
  private func put(_ responses: [ResponseRecord]) async throws -> ([ResponseRecord], goesOn: Bool) {
    try await store.commit { [runID = plan.runID] transaction in
      guard let run = transaction.tables.runs[runID] else { throw RunGone() }
      let recorded = responses.map { $0.id == 0 ? transaction.insert($0) : transaction.put($0) }
      return (recorded, !run.cancelRequested)
    }
  }

  /// Writes the response; returns when it is on disk.
  /// - Returns: false if another process stops the run.
  func record(_ row: inout AnsweredRow, _ report: @Sendable ([Step]) -> Void) async throws -> Bool {
    let (recorded, goesOn) = try await put([row.response])
    row.response = recorded[0]
    report(row.steps)
    row.steps = []
    return goesOn
  }
}
