import Providers

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

  let generator: ModelBinding
  let judge: ModelBinding?
  let criteriaCount: Int
  let samples: Int
  let maxTokens: Int?

  /// US dollars for one row; nil where a price is not known.
  ///
  /// - Parameters:
  ///   - promptBytes: UTF-8 length of the row's prompt, system prompt included.
  ///   - atMost: whether answers are taken to be as long as they can be, and not as they usually are.
  func rowCost(promptBytes: Int, generates: Bool = true, atMost: Bool = false) -> Double? {
    let prompt = promptBytes / Self.bytesPerToken + 1
    let answer = atMost ? maxTokens ?? Self.longestAnswer : min(maxTokens ?? Self.usualAnswer, Self.usualAnswer)
    let judgement = atMost ? JudgePrompt.maxTokens : Self.judgeAnswer
    var total = 0.0
    if generates {
      guard let cost = generator.cost(promptTokens: prompt, completionTokens: answer) else { return nil }
      total += cost
    }
    if let judge, criteriaCount > 0 {
      let input = Self.judgeInstructions + prompt + answer
      guard let cost = judge.cost(promptTokens: input, completionTokens: judgement) else { return nil }
      total += cost * Double(criteriaCount * samples)
    }
    return total
  }
}

extension ModelBinding {
  fileprivate func cost(promptTokens: Int, completionTokens: Int) -> Double? {
    // OpenAI writes every longer prompt to its cache by itself, and bills for it.
    let written = provider == ProviderKind.openai.rawValue && promptTokens >= 1_024 ? promptTokens : 0
    return cost(
      of: TokenUsage(promptTokens: promptTokens, completionTokens: completionTokens, cacheWriteTokens: written))
  }
}
