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
    parts.cacheSaving = plain - parts.generation - parts.judging
    return parts
  }

  /// What the requests that write to the provider's cache cost more than those that read from it.
  ///
  /// - Parameter judged: the number of criteria whose instructions are written.
  func writing(answers: Bool, judged: Int) -> Double {
    func surplus(_ model: ModelBinding?, _ prefix: Int) -> Double {
      let tokens = gauge.tokens(ofBytes: prefix)
      return price(model, prompt: tokens, completion: 0, prefix: prefix, .written)
        - price(model, prompt: tokens, completion: 0, prefix: prefix, .kept)
    }
    return (answers ? surplus(generator, caching.answerSize) : 0) + Double(judged) * surplus(judge, caching.judgeSize)
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
  ///   - prefix: the size of the shared beginning; 0 for none.
  ///   - isBatched: whether the call is part of a batch.
  func price(
    _ model: ModelBinding?, prompt: Int, completion: Int, prefix: Int = 0, _ caches: CacheState = .written,
    isBatched: Bool = false
  ) -> Double {
    guard let model else { return 0 }
    let shared = min(gauge.tokens(ofBytes: prefix), prompt)
    // OpenAI keeps every longer prompt and bills for the write; Anthropic keeps what is marked.
    let kept = model.promptCache.map { $0.isAutomatic ? prompt >= $0.minimum ? prompt : 0 : shared } ?? 0
    let read = caches == .kept ? min(shared, kept) : 0
    let usage = TokenUsage(
      promptTokens: prompt, completionTokens: completion, cachedTokens: read,
      cacheWriteTokens: caches == .none ? 0 : kept - read,
      // The user may allow a dearer tier than the one that is asked for.
      serviceTier: isBatched ? TokenUsage.batchTier : caches == .written ? model.tier?.dearest : model.tier?.billed)
    return model.cost(of: usage) ?? 0
  }
}
