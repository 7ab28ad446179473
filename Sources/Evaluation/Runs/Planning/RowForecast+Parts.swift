import Providers
import Store

extension RowForecast {
  /// The probable cost of calls to come, by what they are for.
  ///
  /// The first call that has a beginning in common with others pays for keeping it.
  func parts(of rows: RowCounts) -> CostForecast.Parts {
    var parts = CostForecast.Parts()
    var plain = 0.0
    for (row, count) in rows.all {
      let (kept, without) = (likelyParts(of: row), likelyParts(of: row, .none))
      parts.generation += Double(count) * kept.answer
      parts.judging += Double(count) * kept.reviews
      plain += Double(count) * (without.answer + without.reviews)
      if row.isBatched {
        var single = row
        single.isBatched = false
        parts.batchSaving += Double(count) * (likelyParts(of: single).answer - kept.answer)
      }
    }
    if rows.contains(where: { $0.answerTokens == nil }) { parts.generation += writing(answers: true, judged: 0) }
    if rows.contains(where: { $0.reviews + $0.probes > 0 }) {
      parts.judging += writing(answers: false, judged: caching.keptCriteria)
    }
    let saving = plain - parts.generation - parts.judging
    // Sums of the same amounts differ in their last digits by their order.
    parts.cacheSaving = abs(saving) < 1e-9 * plain ? 0 : saving
    return parts
  }

  /// What the requests that write to the provider's cache cost more than those that read from it.
  ///
  /// - Parameter judged: the number of criteria whose instructions are written.
  func writing(answers: Bool, judged: Int) -> Double {
    func surplus(_ model: ModelBinding?, _ tokens: Int) -> Double {
      price(model, prompt: tokens, completion: 0, shared: tokens, .written, .likely)
        - price(model, prompt: tokens, completion: 0, shared: tokens, .kept, .likely)
    }
    return (answers ? surplus(generator, sharedByAnswers) : 0)
      + Double(judged) * surplus(judge, sharedByJudgements)
  }
}

// MARK: Prices

extension RowForecast {
  /// Where the beginning of a request comes from.
  enum CacheState: Sendable {
    /// The provider's cache has what is shared.
    case kept
    /// It is written to the cache, which costs most.
    case written
    /// There is no cache.
    case none
  }

  /// - Parameters:
  ///   - shared: the tokens of the shared beginning; 0 for none.
  ///   - bound: which of the tiers that may answer has the price.
  ///   - isBatched: whether the call is part of a batch.
  func price(
    _ model: ModelBinding?, prompt: Int, completion: Int, shared: Int = 0, _ caches: CacheState = .written,
    _ bound: TokenEstimator.Bound = .likely, isBatched: Bool = false
  ) -> Double {
    guard let model else { return 0 }
    let shared = min(shared, prompt)
    // OpenAI keeps every longer prompt and bills for the write; Anthropic keeps what is marked.
    let kept = model.promptCache.map { $0.isAutomatic ? prompt >= $0.minimum ? prompt : 0 : shared } ?? 0
    let read = caches == .kept ? min(shared, kept) : 0
    let usage = TokenUsage(
      promptTokens: prompt, completionTokens: completion, cachedTokens: read,
      cacheWriteTokens: caches == .none ? 0 : kept - read,
      serviceTier: isBatched ? TokenUsage.batchTier : model.tier(bound))
    return model.cost(of: usage) ?? 0
  }

  /// As ``price(_:prompt:completion:shared:_:_:isBatched:)``, without a shared beginning.
  func price(
    _ model: ModelBinding?, prompt: Int, completion: Int, bound: TokenEstimator.Bound, isBatched: Bool = false
  ) -> Double {
    price(model, prompt: prompt, completion: completion, shared: 0, .written, bound, isBatched: isBatched)
  }
}

extension ModelBinding {
  /// Whether a call may be billed at another tier than the one that is asked for.
  var tierMayVary: Bool { tier?.cheapest != tier?.dearest }

  /// The tier by which a call may be billed; nil for the usual price.
  ///
  /// The user may allow a dearer tier than the one that is asked for, and a provider may answer at a cheaper one.
  fileprivate func tier(_ bound: TokenEstimator.Bound) -> String? {
    switch bound {
    case .least: tier?.cheapest
    case .likely: tier?.billed
    case .most: tier?.dearest
    }
  }
}
