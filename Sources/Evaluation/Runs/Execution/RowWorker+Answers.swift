import Store

/// The parts that made and copied answers have in common.
extension RowWorker {
  /// A row's response before its answer, with what earlier attempts cost.
  func response(to work: RunPlan.RowWork, _ fields: [String], after earlier: ResponseRecord?) -> ResponseRecord {
    var response = ResponseRecord()
    response.id = earlier?.id ?? 0
    response.runID = plan.runID
    response.key = work.key
    response.status = .completed
    response.input = plan.rows.input(in: fields)
    response.expectedOutput = plan.rows.expectedOutput(in: fields)
    response.createdAt = now()
    (response.attempts, response.uncountedCalls) = (earlier?.attempts ?? 0, earlier?.uncountedCalls ?? 0)
    response.serverErrors = earlier?.serverErrors ?? 0
    (response.usage, response.cost, response.cacheSaving) = (earlier?.usage, earlier?.cost, earlier?.cacheSaving)
    return response
  }

  /// Adds the scores that cost nothing to an answer, which then waits for the judge, if there is one.
  func score(_ response: inout ResponseRecord) {
    response.compare(by: plan.scoring)
    response.check(by: plan.scoring)
    if !plan.criteria.isEmpty { response.status = .running }
  }

  /// Records what cannot score the row of a failed answer, which only its values decide: metrics that do not apply to it,
  /// and a comparison with an empty expected output.
  ///
  /// Without it the row would count as a wrong answer by a scoring that asks nothing of it.
  func skip(_ response: inout ResponseRecord) {
    response.compare(by: plan.scoring)
    response.check(by: plan.scoring)
    guard plan.criteria.contains(where: \.isOfColumns) else { return }
    let values = plan.rows[response.rowIndex].values
    for criterion in plan.criteria {
      guard let reason = criterion.reasonToSkip(values) else { continue }
      response.replaceReview(ReviewRecord(skipping: criterion, because: reason, plan.scoring))
    }
  }

  /// A row's response with the answer of another one.
  ///
  /// It is scored by this run's rule. Earlier attempts of the row stay in its cost, to which the copy adds nothing.
  ///
  /// - Parameter earlier: the row's own response so far.
  func copy(
    of original: ResponseRecord, _ work: RunPlan.RowWork, after earlier: ResponseRecord?
  ) -> ResponseRecord {
    var response = response(to: work, plan.rows.fields(at: work.key.rowIndex), after: earlier)
    if response.usage == nil, response.cost == nil { response.cost = 0 }
    response.responseText = original.responseText
    response.textBesideCalls = original.textBesideCalls
    response.reasoningText = original.reasoningText
    response.serviceTier = original.serviceTier
    response.model = original.model
    response.finishReason = original.finishReason
    response.latency = original.latency
    response.reusedFrom = original.reusedFrom ?? original.id
    response.sourceCost = original.answerCost
    score(&response)
    return response
  }
}
