package import JSONCoding

/// What a model answered to one row of a run, and what was found out about the answer.
///
/// Responses are many; the store keeps them encoded and hands out ``ResponseEntry`` values, from which this is decoded
/// where somebody asks for all of it.
package struct ResponseRecord: Sendable, Equatable {
  package var id: Int
  package var runID: Int
  /// Zero-based row of the dataset.
  package var rowIndex: Int
  package var status: ResponseStatus
  /// The row's cells by column.
  package var input: JSONObject
  package var expectedOutput: String?
  package var responseText: String?
  /// What the model thought before it answered, where it said so; never scored.
  package var reasoningText: String?
  /// As the run's scoring defines it; nil where there is none.
  package var score: Double?
  /// The scoring that gave ``score`` by comparing texts; nil for a judged response, and for one of format 2.
  package var scoring: Scoring?
  /// The column that the answer was compared with, where it is not the standard one.
  package var expectedColumn: String?
  package var reviews: [ReviewRecord]
  /// How often the provider was asked.
  package var attempts: Int
  package var error: String?
  /// The model that answered, as the provider names it.
  package var model: String?
  package var finishReason: String?
  /// Milliseconds of the call that answered.
  package var latency: Double?
  package var usage: Usage?
  /// US dollars for the answer; nil where it cannot be known.
  package var cost: Double?
  /// Tokens the judge took for this response.
  package var judgeUsage: Usage?
  /// US dollars for the judge; nil where it cannot be known.
  package var judgeCost: Double?
  /// The tier at which the provider served the answer, in its own word.
  package var serviceTier: String?
  /// Calls whose cost cannot be known, such as those that timed out; the costs leave them out.
  package var uncountedCalls: Int
  package var createdAt: Timestamp

  /// Tokens as the provider counted them.
  package struct Usage: Sendable, Equatable {
    package var promptTokens: Int
    package var completionTokens: Int
    /// Of the prompt tokens, those read from the provider's cache.
    package var cachedTokens: Int
    /// Of the prompt tokens, those written to the provider's cache.
    package var cacheWriteTokens: Int
    /// Of the completion tokens, those spent on reasoning.
    package var reasoningTokens: Int

    /// Takes what a provider has counted; a number that cannot be a count becomes the nearest that can.
    package init(
      promptTokens: Int, completionTokens: Int, cachedTokens: Int = 0, cacheWriteTokens: Int = 0,
      reasoningTokens: Int = 0
    ) {
      self.promptTokens = ValueRange.tokens.clamp(promptTokens)
      self.completionTokens = ValueRange.tokens.clamp(completionTokens)
      self.cachedTokens = ValueRange.tokens.clamp(cachedTokens)
      self.cacheWriteTokens = ValueRange.tokens.clamp(cacheWriteTokens)
      self.reasoningTokens = ValueRange.tokens.clamp(reasoningTokens)
    }

    package var totalTokens: Int { promptTokens + completionTokens }
  }

  package init(
    id: Int, runID: Int, rowIndex: Int, status: ResponseStatus, input: JSONObject, expectedOutput: String? = nil,
    responseText: String? = nil, reasoningText: String? = nil, score: Double? = nil, scoring: Scoring? = nil,
    expectedColumn: String? = nil, reviews: [ReviewRecord] = [], attempts: Int = 0,
    error: String? = nil, model: String? = nil, finishReason: String? = nil, latency: Double? = nil,
    usage: Usage? = nil, cost: Double? = nil, judgeUsage: Usage? = nil, judgeCost: Double? = nil,
    serviceTier: String? = nil, uncountedCalls: Int = 0, createdAt: Timestamp
  ) {
    self.id = id
    self.runID = runID
    self.rowIndex = rowIndex
    self.status = status
    self.input = input
    self.expectedOutput = expectedOutput
    self.responseText = responseText
    self.reasoningText = reasoningText
    self.score = score
    self.scoring = scoring
    self.expectedColumn = expectedColumn
    self.reviews = reviews
    self.attempts = attempts
    self.error = error
    self.model = model
    self.finishReason = finishReason
    self.latency = latency
    self.usage = usage
    self.cost = cost
    self.judgeUsage = judgeUsage
    self.judgeCost = judgeCost
    self.serviceTier = serviceTier
    self.uncountedCalls = uncountedCalls
    self.createdAt = createdAt
  }
}

extension ResponseRecord {
  package init(_ object: JSONObject) throws(RecordError) {
    var decoder = RecordDecoder(object)
    id = try decoder.int("id")
    runID = try decoder.int("run_id")
    rowIndex = try decoder.int("row_index")
    status = try decoder.choice("status")
    input = try decoder.object("input")
    expectedOutput = try decoder.optionalString("expected_output")
    responseText = try decoder.optionalString("response_text")
    reasoningText = try decoder.optionalString("reasoning_text")
    score = try decoder.optionalDouble("score")
    scoring = try decoder.optionalChoice("scoring")
    expectedColumn = try decoder.optionalString("expected_column")
    reviews = []
    for review in try decoder.objects("reviews") { reviews.append(try ReviewRecord(review)) }
    attempts = try decoder.int("attempts")
    error = try decoder.optionalString("error")
    model = try decoder.optionalString("model")
    finishReason = try decoder.optionalString("finish_reason")
    latency = try decoder.optionalDouble("latency_ms")
    usage = try decoder.optionalObject("usage").map { object throws(RecordError) in try Usage(object) }
    cost = try decoder.optionalDouble("cost")
    judgeUsage = try decoder.optionalObject("judge_usage").map { object throws(RecordError) in try Usage(object) }
    judgeCost = try decoder.optionalDouble("judge_cost")
    serviceTier = try decoder.optionalString("service_tier")
    uncountedCalls = try decoder.optionalInt("uncounted_calls") ?? 0
    createdAt = try decoder.timestamp("created_at")
    try decoder.finish()
  }

  /// The record as one line of JSON, without the line feed.
  package var encoded: [UInt8] {
    var encoder = RecordEncoder()
    encoder.field("id", id)
    encoder.field("run_id", runID)
    encoder.field("row_index", rowIndex)
    encoder.field("status", choice: status)
    encoder.field("input", .object(input))
    encoder.field("expected_output", expectedOutput)
    encoder.field("response_text", responseText)
    encoder.field("reasoning_text", reasoningText)
    encoder.field("score", score)
    encoder.field("scoring", choice: scoring)
    encoder.field("expected_column", expectedColumn)
    if !reviews.isEmpty { encoder.field("reviews", .array(reviews.map { .object($0.json) })) }
    encoder.field("attempts", attempts)
    encoder.field("error", error)
    encoder.field("model", model)
    encoder.field("finish_reason", finishReason)
    encoder.field("latency_ms", latency)
    if let usage { encoder.field("usage", .object(usage.json)) }
    encoder.field("cost", cost)
    if let judgeUsage { encoder.field("judge_usage", .object(judgeUsage.json)) }
    encoder.field("judge_cost", judgeCost)
    encoder.field("service_tier", serviceTier)
    if uncountedCalls > 0 { encoder.field("uncounted_calls", uncountedCalls) }
    encoder.field("created_at", createdAt)
    return encoder.finish()
  }
}

extension ResponseRecord {
  /// Refuses numbers that loading would refuse.
  func check() throws(RecordError) {
    _ = try ValueRange.rows.check(rowIndex, ResponseField.rowIndex.name)
    _ = try ValueRange.calls.check(attempts, ResponseField.attempts.name)
    _ = try ValueRange.calls.check(uncountedCalls, ResponseField.uncountedCalls.name)
    try ValueRange.score.check(ifAny: score, ResponseField.score.name)
    try ValueRange.latency.check(ifAny: latency, ResponseField.latency.name)
    try ValueRange.money.check(ifAny: cost, ResponseField.cost.name)
    try ValueRange.money.check(ifAny: judgeCost, ResponseField.judgeCost.name)
    for review in reviews { try review.check() }
  }
}

extension ResponseRecord {
  /// Makes unknown what a provider has reported and cannot be true.
  mutating func dropImpossibleFigures() {
    cost = ValueRange.money.known(cost)
    judgeCost = ValueRange.money.known(judgeCost)
    latency = ValueRange.latency.known(latency)
  }
}

extension ResponseRecord.Usage {
  init(_ object: JSONObject) throws(RecordError) {
    var decoder = RecordDecoder(object)
    promptTokens = try ValueRange.tokens.check(decoder.int("prompt_tokens"), "prompt_tokens")
    completionTokens = try ValueRange.tokens.check(decoder.int("completion_tokens"), "completion_tokens")
    func optional(_ field: String) throws(RecordError) -> Int {
      try ValueRange.tokens.check(decoder.optionalInt(field) ?? 0, field)
    }
    cachedTokens = try optional("cached_tokens")
    cacheWriteTokens = try optional("cache_write_tokens")
    reasoningTokens = try optional("reasoning_tokens")
    try decoder.finish()
  }

  var json: JSONObject {
    var object: JSONObject = ["prompt_tokens": .int(promptTokens), "completion_tokens": .int(completionTokens)]
    if cachedTokens > 0 { object["cached_tokens"] = .int(cachedTokens) }
    if cacheWriteTokens > 0 { object["cache_write_tokens"] = .int(cacheWriteTokens) }
    if reasoningTokens > 0 { object["reasoning_tokens"] = .int(reasoningTokens) }
    return object
  }
}
