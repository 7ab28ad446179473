extension Vendor {
  package static let openai = Vendor(
    "openai", "OpenAI", at: .address("https://api.openai.com"), variable: "OPENAI_API_KEY",
    format: { _ in ChatCompletionsFormat(rules: OpenAI.rules) },
    names: ModelNames(areOwn: OpenAI.isOwn, areOnlyOwn: true, areOnOpenRouter: true), prices: OpenAI.prices,
    batches: .files(BatchLimits(requests: 50_000, bytes: 200_000_000)), shutdowns: OpenAI.shutdowns,
    promptCache: { _ in PromptCache(minimum: 1_024, isAutomatic: true) }, longestAnswer: OpenAI.longestAnswer)
}

/// Facts about OpenAI's models as of ``PriceList/date``.
enum OpenAI {
  /// Whether a lower-case name is one of OpenAI's models, or a fine-tuned one (`ft:gpt-...`).
  ///
  /// `gpt-oss` is not, because other vendors serve it.
  static func isOwn(_ name: Substring) -> Bool {
    let name = name.hasPrefix("ft:") ? name.dropFirst(3) : name
    if name.hasPrefix("gpt-oss") { return false }
    return families.contains { name.hasPrefix($0) } || isNumberedReasoner(name)
  }

  private static let families = ["gpt-", "chatgpt-", "codex-", "computer-use-"]

  /// `o1`, `o3-mini`, `o4-mini-2025-04-16`.
  static func isNumberedReasoner(_ name: some StringProtocol) -> Bool {
    guard name.hasPrefix("o") else { return false }
    let digits = name.dropFirst().prefix { $0.isASCII && $0.isNumber }
    let rest = name.dropFirst(1 + digits.count)
    return !digits.isEmpty && (rest.isEmpty || rest.hasPrefix("-"))
  }

  /// Whether a model only accepts `max_completion_tokens`: o1 and its successors, and gpt-5 and later.
  @Sendable static func isReasoningModel(_ model: String) -> Bool {
    let model = model.lowercased()
    if isNumberedReasoner(model) { return true }
    guard model.hasPrefix("gpt-"), let generation = Int(model.dropFirst(4).prefix { $0.isNumber }) else { return false }
    return generation >= 5 && !model.contains("-chat")
  }

  // MARK: Shutdowns

  /// The announced shutdowns (developers.openai.com/api/docs/deprecations).
  static let shutdowns: [String: ModelShutdown] = {
    let dates: [(date: String, successor: String?, models: [String])] = [
      ("2026-10-23", nil, ["o1", "o3-mini", "o4-mini", "gpt-4.1-nano"]),
      ("2026-12-11", nil, ["gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5-pro", "o3", "o3-pro"]),
      ("2027-01-14", "gpt-6-luna", ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini"]),
      ("2027-04-01", nil, ["gpt-5.1"]),
    ]
    return Dictionary(
      uniqueKeysWithValues: dates.flatMap { entry in
        entry.models.map { ($0, ModelShutdown(vendor: "OpenAI", date: entry.date, successor: entry.successor)) }
      })
  }()

  // MARK: Prices

  /// developers.openai.com/api/docs/pricing; older models from earlier versions of the page.
  static let prices = PriceList(
    models: table.keys.sorted(), price: { ModelTable.entry(for: $0.lowercased(), in: table) },
    tierFactors: { tierFactors(of: $0) })

  private static let table: [String: ModelPrice] = {
    var table = modelsBeforeCacheWrites
    for (name, price) in modelsWithCacheWrites {
      table[name] = price
      table[name]?.cacheWrite = price.input * 1.25
      table[name]?.cacheWriteHour = price.input * 1.25
    }
    for name in table.keys { table[name]?.tierFactors = tierFactors(of: name) }
    return table
  }()

  /// Prompts above 272,000 tokens cost twice as much for input and one and a half times for output.
  private static let longPrompt = ModelPrice.LongPrompt(threshold: 272_000, inputFactor: 2, outputFactor: 1.5)

  /// Since GPT-5.6, tokens written to the cache cost a quarter more than other input.
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
    // The first version keeps its price and has no discount for cached input.
    "gpt-4o-2024-05-13": ModelPrice(5, cached: 5, output: 15),
    "gpt-4o-mini": ModelPrice(0.15, cached: 0.075, output: 0.6),
    "o3": ModelPrice(2, cached: 0.5, output: 8),
  ]
}
