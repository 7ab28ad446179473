import JSONCoding

extension Vendor {
  package static let anthropic = Vendor(
    "anthropic", "Anthropic", at: .address("https://api.anthropic.com"), variable: "ANTHROPIC_API_KEY",
    format: { MessagesFormat(version: $0.anthropicVersion) }, listing: .pages,
    names: ModelNames(areOwn: { $0.hasPrefix("claude-") }, areOnlyOwn: true, areOnOpenRouter: true),
    prices: Anthropic.prices, batches: .messages(BatchLimits(requests: 100_000, bytes: 255_999_000)),
    promptCache: Anthropic.promptCache)
}

/// Facts about Anthropic's models as of ``PriceList/date``.
package enum Anthropic {
  /// The default version of the Messages API in requests: the last one with sampling parameters.
  package static let apiVersion = "2023-06-01"

  // MARK: Reasoning

  /// The efforts that a model supports, and how they are sent.
  ///
  /// Models up to 4.5 have a number of tokens for reasoning, and only if it is requested.
  static func efforts(of model: String) -> EffortScale {
    let version = version(of: model) ?? (4, 6)
    if version < (3, 7) { return .nothing }
    if version < (4, 6) { return thinkingBudgets }
    let scale =
      version < (4, 7)
      ? EffortScale(.low, .medium, .high, .max, insteadOf: [.minimal: .low], written: effort)
      : EffortScale(.low, .medium, .high, .xhigh, .max, insteadOf: [.minimal: .low], written: effort)
    return version < (5, 0) ? scale.adding(.off, ["thinking": ["type": "disabled"]]) : scale
  }

  /// Whether a model always reasons.
  static func alwaysReasons(_ model: String) -> Bool {
    guard let version = version(of: model) else { return false }
    let first = ["opus": (5, 5), "sonnet": (5, 5), "fable": (5, 1)]
    return first.contains { model.lowercased().contains($0.key) && version >= $0.value }
  }

  private static func effort(_ word: String) -> JSONObject { ["output_config": ["effort": .string(word)]] }

  private static let thinkingBudgets: EffortScale = {
    let budgets: [(ReasoningEffort, Int)] = [
      (.minimal, 2_048), (.low, 4_096), (.medium, 10_000), (.high, 16_000), (.xhigh, 32_000), (.max, 32_000),
    ]
    return budgets.reduce(EffortScale.nothing.adding(.off, [:])) { scale, entry in
      scale.adding(
        entry.0, ["thinking": ["type": "enabled", "budget_tokens": .int(entry.1)]], budget: entry.1)
    }
  }()

  /// The version in a name: (4, 5) of `claude-haiku-4-5-20251001`, (3, 5) of `claude-3-5-haiku`.
  private static func version(of model: String) -> (Int, Int)? {
    let name = model.lowercased()
    guard let start = name.firstRange(of: "claude-")?.lowerBound else { return nil }
    let numbers = ModelTable.key(of: String(name[start...])).split(separator: "-").compactMap { word in
      word.count <= 2 ? Int(word) : nil
    }
    return numbers.first.map { ($0, numbers.dropFirst().first ?? 0) }
  }

  /// platform.claude.com/docs/en/api/service-tiers; `auto` takes priority capacity if the organization has bought some.
  static let tiers: [ServiceTier: String] = [.auto: "auto", .standard: "standard_only"]

  // MARK: Caching

  /// platform.claude.com/docs/en/build-with-claude/prompt-caching.
  ///
  /// A beginning that is shorter than the minimum is not kept and costs nothing, so a model that is not in the list has
  /// the smallest of its generation.
  @Sendable static func promptCache(of model: String) -> PromptCache? {
    let name = model.lowercased()
    guard let version = version(of: name) else { return nil }
    let minimum = cacheMinimums.first { name.contains($0.family) && $0.version == version }?.tokens
    return PromptCache(
      minimum: minimum ?? (version >= (5, 0) ? 512 : name.contains("haiku") ? 2_048 : 1_024), isAutomatic: false)
  }

  private static let cacheMinimums: [(family: String, version: (Int, Int), tokens: Int)] = [
    ("opus", (5, 0), 512), ("fable", (5, 0), 512), ("mythos", (5, 0), 512), ("sonnet", (5, 0), 1_024),
    ("opus", (4, 8), 1_024), ("opus", (4, 7), 2_048), ("opus", (4, 6), 4_096), ("opus", (4, 5), 4_096),
    ("sonnet", (4, 6), 1_024), ("sonnet", (4, 5), 1_024), ("haiku", (4, 5), 4_096),
  ]

  // MARK: Prices

  /// platform.claude.com/docs/en/about-claude/pricing; older models from earlier versions of the page.
  ///
  /// `claude-3.5-haiku` and `claude-haiku-3-5` have the price of `claude-3-5-haiku`.
  static let prices = PriceList(
    models: table.keys.sorted(), price: { ModelTable.entry(for: ModelTable.key(of: $0), in: byKey) },
    tierFactors: { _ in batchAlone })

  /// Batches cost half (platform.claude.com/docs/en/build-with-claude/batch-processing); there is no flex.
  private static let batchAlone = ["batch": 0.5]

  private static let byKey = Dictionary(
    table.map { name, price in
      var price = price
      price.cacheWrite = price.input * 1.25
      price.cacheWriteHour = price.input * 2
      price.tierFactors = batchAlone
      return (ModelTable.key(of: name), price)
    }, uniquingKeysWith: { first, _ in first })

  private static let table: [String: ModelPrice] = [
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
