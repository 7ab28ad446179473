import JSONCoding
import Providers
import Store

/// Does one row of a run: generates, scores, judges, and puts each step on the disk before the next.
struct RowWorker: Sendable {
  let plan: RunPlan
  let store: Store
  let now: @Sendable () -> Timestamp

  /// How a row ended.
  enum Outcome: Sendable {
    case done
    /// The provider gave no answer; the row is recorded as failed.
    /// - Parameters:
    ///   - cost: US dollars that it took all the same; nil where that is not known.
    ///   - again: whether the row had failed before.
    case failed(ProviderError, cost: Double?, again: Bool)
    /// The judge cannot be asked at all; the answer is kept for a resume.
    case unjudged(ProviderError)
    /// The run was cancelled by another process, or is gone.
    case stopped
    /// The task was cancelled: nothing is recorded.
    case cancelled
    /// The store could not be written.
    case unrecorded(String)
  }

  /// A row whose calls are through.
  struct AnsweredRow: Sendable {
    fileprivate var response: ResponseRecord
    /// What its record brings about.
    fileprivate var steps: [Step]
    fileprivate(set) var warnings: [String]
    /// US dollars of the calls made now; nil where a part is not known.
    fileprivate(set) var cost: Double?
  }

  /// How far a row is when no more calls are made for it.
  enum Answer: Sendable {
    /// Only ``record(_:report:)`` is left to do, alone or with others.
    case answered(AnsweredRow)
    case ended(Outcome)
  }

  /// Makes the calls of a row.
  ///
  /// - Parameters:
  ///   - report: called with steps that were recorded.
  ///   - retries: what happens between the attempts of a call.
  func answer(
    _ work: RunPlan.RowWork, report: @Sendable ([Step]) -> Void, retries: ModelBinding.Retries
  ) async -> Answer {
    await ending {
      var row: AnsweredRow
      let costBefore = work.existing.map(\.cost) ?? 0
      if work.needsGeneration {
        let (response, failure, warnings) = try await generate(work, retries)
        if failure?.kind == .cancelled { return .ended(.cancelled) }
        row = AnsweredRow(
          response: response, steps: [failure == nil ? .generated : .generationFailed], warnings: warnings)
        if let failure {
          let goesOn = try await record(&row, report)
          let cost = row.response.totalCost.flatMap { total in costBefore.map { total - $0 } }
          return .ended(goesOn ? .failed(failure, cost: cost, again: work.existing != nil) : .stopped)
        }
        if response.status == .running {
          // Paid for: on the disk before the judge is asked.
          guard try await record(&row, report) else { return .ended(.stopped) }
        }
      } else if let existing = work.existing {
        row = AnsweredRow(response: try existing.decoded(), steps: [], warnings: [])
      } else {
        return .ended(.done)
      }
      if !work.needsGeneration || row.response.status == .running, let outcome = try await judge(&row, report, retries)
      {
        return .ended(outcome)
      }
      row.cost = row.response.totalCost.flatMap { total in costBefore.map { total - $0 } }
      return .answered(row)
    }
  }

  /// Writes what the last calls of rows brought; returns when it is on the disk.
  func record(_ rows: [AnsweredRow], report: @Sendable ([Step]) -> Void) async -> Outcome {
    do {
      let (_, goesOn) = try await put(rows.map(\.response))
      report(rows.flatMap(\.steps))
      return goesOn ? .done : .stopped
    } catch is RunGone {
      return .stopped
    } catch {
      return .unrecorded(error.clientSentence)
    }
  }

  private func ending(_ body: () async throws -> Answer) async -> Answer {
    do {
      return try await body()
    } catch is RunGone {
      return .ended(.stopped)
    } catch {
      return .ended(.unrecorded(error.clientSentence))
    }
  }

  /// Something that is on the disk now.
  enum Step: Sendable {
    case generated, generationFailed, reviewed, reviewFailed
  }

  // MARK: Generating

  private func generate(
    _ work: RunPlan.RowWork, _ retries: ModelBinding.Retries
  ) async throws -> (ResponseRecord, ProviderError?, [String]) {
    let row = plan.rows[work.rowIndex]
    let answer = await plan.generator.answer(plan.request(for: row.prompt), retries)
    let earlier = try work.existing?.decoded()
    // A failure may have been paid for, now or before; what it took stays in the row.
    var bill = Bill(usage: earlier?.usage, cost: earlier?.cost)
    for usage in answer.wasted { bill.add(ModelCall(model: plan.generator.model, wasted: usage), plan.generator) }
    var response = ResponseRecord(
      id: earlier?.id ?? 0, runID: plan.runID, rowIndex: work.rowIndex, status: .completed, input: row.input,
      expectedOutput: row.expectedOutput, attempts: (earlier?.attempts ?? 0) + answer.attempts, createdAt: now())
    switch answer.result {
    case .failure(let error):
      response.status = .failed
      response.error = error.message
      (response.usage, response.cost) = (bill.usage, bill.cost)
      return (response, error, [])
    case .success(let completion):
      response.responseText = completion.text
      response.model = completion.model
      response.finishReason = completion.finishReason
      response.latency = completion.latency.rounded(toPlaces: 1)
      bill.add(ModelCall(completion), plan.generator)
      (response.usage, response.cost) = (bill.usage, bill.cost)
      response.score = row.expectedOutput.flatMap { plan.scoring.score(of: completion.text, expected: $0) }
      if !plan.criteria.isEmpty { response.status = .running }
      return (response, nil, completion.warnings)
    }
  }

  // MARK: Judging

  /// Adds the reviews that the row lacks, each on the disk before the next is asked for; the last is left to be recorded.
  ///
  /// Returns how the row ended if it cannot have them.
  private func judge(
    _ row: inout AnsweredRow, _ report: @Sendable ([Step]) -> Void, _ retries: ModelBinding.Retries
  ) async throws -> Outcome? {
    guard let binding = plan.judge, let text = row.response.responseText else {
      // The run has lost its judge since the row was generated.
      row.response.status = .completed
      return nil
    }
    let model = JudgeModel(binding: binding, retries: retries)
    let judge = Judge(model, model: binding.model, samples: plan.judgeSamples)
    let subject = JudgePrompt.Subject(
      input: plan.rows[row.response.rowIndex].prompt, response: text, expectedOutput: row.response.expectedOutput)
    for criterion in plan.criteria where plan.judgesAgain || !row.response.hasReview(by: criterion) {
      if !row.steps.isEmpty {
        guard try await record(&row, report) else { return .stopped }
      }
      let judgement = await judge.review(subject, by: criterion)
      let calls = judgement.calls + model.takeWasted()
      row.response.add(calls, by: binding)
      row.warnings += calls.flatMap(\.warnings)
      var review = ReviewRecord(id: 0, metricID: criterion.metricID, metricName: criterion.name, status: .completed)
      switch judgement.outcome {
      case .completed(let score, let feedback):
        review.score = score
        review.feedback = feedback
      case .failed(let reason, let error):
        if let error, error.kind == .cancelled || error.kind.hitsEveryRow {
          // Samples and repairs that came before were paid for.
          if !calls.isEmpty { _ = try await record(&row, report) }
          return error.kind == .cancelled ? .cancelled : .unjudged(error)
        }
        review.status = .failed
        review.error = reason
      }
      row.steps.append(review.status == .completed ? .reviewed : .reviewFailed)
      row.response.replaceReview(review)
      if row.response.status == .completed { row.response.scoreReviews(plan.scoring) }
    }
    row.response.status = .completed
    row.response.scoreReviews(plan.scoring)
    return nil
  }

  // MARK: Recording

  private struct RunGone: Error {}

  /// Writes responses as a whole.
  /// - Returns: them with their ids, and whether no other process wants the run to stop.
  private func put(_ responses: [ResponseRecord]) async throws -> ([ResponseRecord], goesOn: Bool) {
    try await store.commit { [runID = plan.runID] transaction in
      guard let run = transaction.tables.runs[runID] else { throw RunGone() }
      let recorded = responses.map { $0.id == 0 ? transaction.insert($0) : transaction.put($0) }
      return (recorded, !run.cancelRequested)
    }
  }

  /// Writes the response; returns when it is on the disk.
  /// - Returns: false if another process wants the run to stop.
  private func record(_ row: inout AnsweredRow, _ report: @Sendable ([Step]) -> Void) async throws -> Bool {
    let (recorded, goesOn) = try await put([row.response])
    row.response = recorded[0]
    report(row.steps)
    row.steps = []
    return goesOn
  }
}

extension ProviderError.Kind {
  /// Whether every other row would meet the same error.
  var hitsEveryRow: Bool {
    switch self {
    case .unauthorized, .notFound, .insufficientQuota, .unreachable: true
    case .transient, .invalidRequest, .unusableAnswer, .cancelled: false
    }
  }
}

extension ResponseRecord {
  fileprivate func hasReview(by criterion: Criterion) -> Bool {
    reviews.contains { $0.isBy(criterion) && $0.status == .completed }
  }

  fileprivate mutating func replaceReview(_ review: ReviewRecord) {
    reviews.removeAll { $0.metricID == review.metricID && $0.metricName == review.metricName }
    reviews.append(review)
  }

  fileprivate mutating func scoreReviews(_ scoring: Scoring) {
    if scoring == .llmJudge { score = Scoring.score(ofReviews: reviews.compactMap(\.score)) }
  }

  /// Adds what calls to the judge took.
  fileprivate mutating func add(_ calls: [ModelCall], by judge: ModelBinding) {
    var bill = Bill(usage: judgeUsage, cost: judgeCost)
    for call in calls { bill.add(call, judge) }
    // A judge that does not count its tokens was asked all the same.
    judgeUsage = calls.isEmpty ? judgeUsage : bill.usage ?? Usage(promptTokens: 0, completionTokens: 0)
    judgeCost = bill.cost
  }
}

extension ReviewRecord {
  fileprivate func isBy(_ criterion: Criterion) -> Bool {
    // A metric may have got another name since.
    metricID == criterion.metricID && (metricID != nil || metricName == criterion.name)
  }
}

extension ResponseRecord.Usage {
  init(_ usage: TokenUsage) {
    self.init(promptTokens: usage.promptTokens, completionTokens: usage.completionTokens)
  }
}

extension Double {
  package func rounded(toPlaces places: Int) -> Double {
    let factor = (0..<places).reduce(1.0) { factor, _ in factor * 10 }
    return (self * factor).rounded() / factor
  }
}
