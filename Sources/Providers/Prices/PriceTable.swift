/// The prices of the common models of OpenAI and Anthropic as of 2026-11-25.
///
/// Sources: developers.openai.com/api/docs/pricing, openai.com/api-priority-processing and
/// platform.claude.com/docs/en/about-claude/pricing, the older models by the pages' earlier states. OpenRouter says with every answer what it cost, and Ollama costs nothing. A model that
/// is not here has no known price: nil, never 0.
package enum PriceTable {
  package static let date = "2026-11-25"

  /// The price of a model at its provider; nil where it is not known.
  ///
  /// A dated or `-latest` name has the price of the undated one, unless it has one of its own, and `claude-3.5-haiku` or `claude-haiku-3-5` that of
  /// `claude-3-5-haiku`.
  package static func price(of model: String, provider: ProviderKind) -> ModelPrice? {
    switch provider {
    case .openai: ModelTable.entry(for: model.lowercased(), in: openAI)
    case .anthropic: ModelTable.entry(for: ModelTable.key(of: model), in: anthropicByKey)
    case .ollama: ModelPrice(0, cached: 0, output: 0)
    case .openrouter: nil
    }
  }

  /// The names of a provider's models whose prices are known.
  static func models(of provider: ProviderKind) -> [String] {
    switch provider {
    case .openai: openAI.keys.sorted()
    case .anthropic: anthropic.keys.sorted()
    case .ollama, .openrouter: []
    }
  }

  /// US dollars for one call; nil where the price is not known.
  package static func cost(of usage: TokenUsage, model: String, provider: ProviderKind) -> Double? {
    price(of: model, provider: provider)?.cost(of: usage)
  }

  /// Batch and flex calls cost half as much.
  private static let half = ["batch": 0.5, "flex": 0.5]

  private static let openAI: [String: ModelPrice] = {
    var table = modelsBeforeCacheWrites
    for (name, price) in modelsWithCacheWrites {
      table[name] = price
      table[name]?.cacheWrite = price.input * 1.25
      table[name]?.cacheWriteHour = price.input * 1.25
    }
    for name in table.keys {
      table[name]?.tierFactors = half
      table[name]?.tierFactors?["priority"] = priorityFactors[name]
    }
    return table
  }()

  /// Of the models whose price for priority processing is published.
  private static let priorityFactors = [
    "gpt-5.5": 2.5, "gpt-5.4": 2, "gpt-5.4-mini": 2, "gpt-5.2": 2, "gpt-5.1": 2, "gpt-5": 2, "gpt-5-mini": 1.8,
    "gpt-4.1": 1.75,
  ]

  private static let anthropicByKey = Dictionary(
    anthropic.map { name, price in
      var price = price
      price.cacheWrite = price.input * 1.25
      price.cacheWriteHour = price.input * 2
      price.tierFactors = half
      return (ModelTable.key(of: name), price)
    }, uniquingKeysWith: { first, _ in first })

  /// Prompts above 272,000 tokens: input twice, output one and a half times.
  private static let longPrompt = ModelPrice.LongPrompt(threshold: 272_000, inputFactor: 2, outputFactor: 1.5)

  /// Since GPT-5.6, what is written to the cache costs a quarter more than other input.
  private static let modelsWithCacheWrites: [String: ModelPrice] = [
    "gpt-6.2-astra": ModelPrice(8, cached: 0.4, output: 40, long: longPrompt),
    "gpt-6.2-sol": ModelPrice(2, cached: 0.1, output: 10, long: longPrompt),
    "gpt-6-astra": ModelPrice(10, cached: 1, output: 50, long: longPrompt),
    "gpt-6.1-sol": ModelPrice(2, cached: 0.1, output: 10, long: longPrompt),
    "gpt-6.1-terra": ModelPrice(1, cached: 0.05, output: 5, long: longPrompt),
    "gpt-6-sol": ModelPrice(2, cached: 0.2, output: 10, long: longPrompt),
    "gpt-6-luna": ModelPrice(0.1, cached: 0.01, output: 0.5, long: longPrompt),
    "gpt-5.6-sol": ModelPrice(4, cached: 0.4, output: 20, long: longPrompt),
    "gpt-5.6-terra": ModelPrice(2, cached: 0.2, output: 12, long: longPrompt),
    "gpt-5.6-luna": ModelPrice(0.2, cached: 0.02, output: 1.2, long: longPrompt),
  ]

  private static let modelsBeforeCacheWrites: [String: ModelPrice] = [
    "gpt-5.5": ModelPrice(5, cached: 0.5, output: 30, long: longPrompt),
    "gpt-5.4": ModelPrice(2.5, cached: 0.25, output: 15, long: longPrompt),
    "gpt-5.4-mini": ModelPrice(0.75, cached: 0.075, output: 4.5),
    "gpt-5.4-nano": ModelPrice(0.2, cached: 0.02, output: 1.25),
    "gpt-5.2": ModelPrice(1.75, cached: 0.175, output: 14),
    "gpt-5.1": ModelPrice(1.25, cached: 0.125, output: 10),
    "gpt-5": ModelPrice(1.25, cached: 0.125, output: 10),
    "gpt-5-mini": ModelPrice(0.25, cached: 0.025, output: 2),
    "gpt-5-nano": ModelPrice(0.05, cached: 0.005, output: 0.4),
    "gpt-4.1": ModelPrice(2, cached: 0.5, output: 8),
    "gpt-4.1-mini": ModelPrice(0.4, cached: 0.1, output: 1.6),
    "gpt-4o": ModelPrice(2.5, cached: 1.25, output: 10),
    // The first version keeps its price, and reads from the cache for no less.
    "gpt-4o-2024-05-13": ModelPrice(5, cached: 5, output: 15),
    "gpt-4o-mini": ModelPrice(0.15, cached: 0.075, output: 0.6),
    "o3": ModelPrice(2, cached: 0.5, output: 8),
  ]

  private static let anthropic: [String: ModelPrice] = [
    "claude-fable-5-2": ModelPrice(8, cached: 0.2, output: 40),
    "claude-fable-5-1": ModelPrice(10, cached: 0.25, output: 50),
    "claude-mythos-5-1": ModelPrice(10, cached: 0.25, output: 50),
    "claude-fable-5": ModelPrice(10, cached: 1, output: 50),
    "claude-mythos-5": ModelPrice(10, cached: 1, output: 50),
    "claude-opus-5-5": ModelPrice(4, cached: 0.2, output: 20),
    "claude-opus-5": ModelPrice(5, cached: 0.5, output: 25),
    "claude-opus-4-8": ModelPrice(5, cached: 0.5, output: 25),
    "claude-opus-4-7": ModelPrice(5, cached: 0.5, output: 25),
    "claude-opus-4-6": ModelPrice(5, cached: 0.5, output: 25),
    "claude-opus-4-5": ModelPrice(5, cached: 0.5, output: 25),
    "claude-opus-4-1": ModelPrice(15, cached: 1.5, output: 75),
    "claude-opus-4": ModelPrice(15, cached: 1.5, output: 75),
    "claude-sonnet-5-5": ModelPrice(2, cached: 0.1, output: 10),
    "claude-sonnet-5": ModelPrice(2, cached: 0.2, output: 10),
    "claude-sonnet-4-6": ModelPrice(3, cached: 0.3, output: 15),
    "claude-sonnet-4-5": ModelPrice(3, cached: 0.3, output: 15),
    "claude-sonnet-4": ModelPrice(3, cached: 0.3, output: 15),
    "claude-haiku-5-5": ModelPrice(
      0.1, cached: 0.01, output: 0.5, long: .init(threshold: 100_000, inputFactor: 5, outputFactor: 5)),
    "claude-haiku-4-5": ModelPrice(1, cached: 0.1, output: 5),
    "claude-3-5-haiku": ModelPrice(0.8, cached: 0.08, output: 4),
    "claude-3-haiku": ModelPrice(0.25, cached: 0.03, output: 1.25),
  ]
}
