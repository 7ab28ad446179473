import Providers
import Store

/// What a run will probably cost, before its first call.
///
/// Tokens are guessed from bytes (four a token, as the providers' own guides reckon for English); answers are taken to be
/// as long as max_tokens allows, up to a usual length.
struct RunEstimate: Sendable {
  private static let bytesPerToken = 4
  private static let usualAnswer = 250
  /// The longest answer of a model that is given no limit.
  private static let longestAnswer = 4_096
  private static let judgeInstructions = 700
  private static let judgeAnswer = 150

  /// US dollars for a row as it usually is; nil where a price is not known.
  let rowCost: Double?
  /// The same for the longest row, with answers as long as they can be.
  let mostRowCost: Double?

  /// - Parameter generates: false where the answers are there and are only judged.
  init(
    _ run: RunRecord, _ rows: Preflight.Report, generator: ModelBinding, judge: ModelBinding?, criteriaCount: Int,
    generates: Bool = true
  ) {
    let system = run.systemPrompt?.utf8.count ?? 0
    let judgements = judge == nil ? 0 : criteriaCount * (run.judgeSamples ?? 1)
    func cost(promptBytes: Int, answer: Int, judgement: Int) -> Double? {
      let prompt = (promptBytes + system) / Self.bytesPerToken + 1
      var total = 0.0
      if generates {
        guard let cost = generator.cost(promptTokens: prompt, completionTokens: answer) else { return nil }
        total += cost
      }
      if let judge, judgements > 0 {
        let input = Self.judgeInstructions + prompt + answer
        guard let cost = judge.cost(promptTokens: input, completionTokens: judgement) else { return nil }
        total += cost * Double(judgements)
      }
      return total
    }
    rowCost = cost(
      promptBytes: rows.promptBytes / max(rows.rowCount, 1),
      answer: min(run.maxTokens ?? Self.usualAnswer, Self.usualAnswer), judgement: Self.judgeAnswer)
    mostRowCost = cost(
      promptBytes: rows.longestPromptBytes, answer: run.maxTokens ?? Self.longestAnswer,
      judgement: JudgePrompt.maxTokens)
  }
}

extension ModelBinding {
  fileprivate func cost(promptTokens: Int, completionTokens: Int) -> Double? {
    // OpenAI writes every longer prompt to its cache by itself, and bills for it.
    let written = Vendor(rawValue: provider)?.cachesPromptsFrom.map { promptTokens >= $0 } == true ? promptTokens : 0
    return cost(
      of: TokenUsage(promptTokens: promptTokens, completionTokens: completionTokens, cacheWriteTokens: written))
  }
}
