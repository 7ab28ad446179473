/// The service tiers of OpenAI's models and their prices, and how long their answers can be.
extension OpenAI {
  /// The tiers of a model, with the words for them (developers.openai.com/api/docs/pricing, .../guides/flex-processing,
  /// .../guides/fast-mode).
  static func tiers(of name: String, _ version: (Int, Int)?) -> [ServiceTier: String] {
    var tiers: [ServiceTier] = [.auto, .standard, .scale]
    if hasFlex(name, version) { tiers.append(.flex) }
    if hasPriority(name, version) { tiers += [.priority, .fast] }
    return ServiceTier.words(tiers)
  }

  /// The factors on a model's price at the tiers whose price is published.
  ///
  /// The scale tier is capacity that was bought, so its tokens have no price.
  static func tierFactors(of model: String) -> [String: Double] {
    let name = model.lowercased()
    var factors = ["batch": 0.5]
    if hasFlex(name, version(of: name)) { factors["flex"] = 0.5 }
    if let priority = ModelTable.entry(for: name, in: priorityFactors) {
      // An answer names either of the two words.
      (factors["priority"], factors["fast"]) = (priority, priority)
    }
    return factors
  }

  /// From GPT-5 to GPT-6.1, and for two older models that reason.
  private static func hasFlex(_ name: String, _ version: (Int, Int)?) -> Bool {
    if isNumberedReasoner(name) { return ModelTable.entry(for: name, in: ["o3": true, "o4-mini": true]) ?? false }
    guard let version, version >= (5, 0), version < (6, 2) else { return false }
    if name.contains("-pro") { return version >= (5, 4) }
    return !["-chat", "-codex", "-search", "-audio", "-cyber"].contains(where: name.contains)
  }

  /// Since GPT-6 every model has it; of older ones those with a price for it.
  private static func hasPriority(_ name: String, _ version: (Int, Int)?) -> Bool {
    if let version, version >= (6, 0) { return true }
    return ModelTable.entry(for: baseName(of: name), in: priorityFactors) != nil
  }

  /// The model that a fine-tuned one is made of: `gpt-4.1-mini` of `ft:gpt-4.1-mini:...`.
  private static func baseName(of name: String) -> String {
    guard name.hasPrefix("ft:") else { return name }
    return name.split(separator: ":").dropFirst().first.map(String.init) ?? name
  }

  /// The factors of models with a published price for priority processing, which is called fast mode as well.
  private static let priorityFactors: [String: Double] = {
    let models: [Double: [String]] = [
      2.5: ["gpt-5.5"],
      2: [
        "gpt-6.2-sol", "gpt-6.1-sol", "gpt-6.1-terra", "gpt-6-astra", "gpt-6-sol", "gpt-6-luna", "gpt-5.6-sol",
        "gpt-5.6-terra", "gpt-5.6-luna", "gpt-5.4", "gpt-5.4-mini", "gpt-5.3-codex", "gpt-5.2", "gpt-5.1",
        "gpt-5.1-codex", "gpt-5", "gpt-5-codex", "gpt-4.1-nano",
      ],
      1.8: ["gpt-5-mini"], 1.75: ["gpt-4.1", "gpt-4.1-mini", "gpt-4o-2024-05-13", "o3"], 1.7: ["gpt-4o"],
      // From 0.15 to 0.25 dollars, and from 1.10 to 2.
      5.0 / 3: ["gpt-4o-mini"], 20.0 / 11: ["o4-mini"],
    ]
    return Dictionary(uniqueKeysWithValues: models.flatMap { factor, names in names.map { ($0, factor) } })
  }()

  /// The most tokens of an answer, with its reasoning (developers.openai.com/api/docs/models); nil if unknown.
  @Sendable static func longestAnswer(of model: String) -> Int? {
    let name = baseName(of: model.lowercased())
    if isNumberedReasoner(name) { return 100_000 }
    guard let version = version(of: name) else { return nil }
    switch version {
    case (4, 1): return 32_768
    case (4, 0) where name.hasPrefix("gpt-4o"): return 16_384
    case (5, _) where name.contains("-chat"): return 16_384
    case (5, 0) where name.contains("-pro"): return 272_000
    case (5, _), (6, 0...2): return 128_000
    default: return nil
    }
  }
}
