import Store

extension RowWorker {
  /// A row's response with the answer of another one.
  ///
  /// It is scored by this run's rule. Earlier attempts of the row stay in its cost, to which the copy adds nothing.
  func copy(of source: ResponseEntry, _ work: RunPlan.RowWork) throws -> ResponseRecord {
    let original = try source.decoded()
    var response = response(
      to: work, plan.rows.fields(at: work.key.rowIndex), after: try work.existing?.decoded())
    if response.usage == nil, response.cost == nil { response.cost = 0 }
    response.responseText = original.responseText
    response.textBesideCalls = original.textBesideCalls
    response.reasoningText = original.reasoningText
    response.serviceTier = original.serviceTier
    response.model = original.model
    response.finishReason = original.finishReason
    response.latency = original.latency
    response.reusedFrom = source.sourceID
    response.sourceCost = original.answerCost
    score(&response)
    return response
  }
}
