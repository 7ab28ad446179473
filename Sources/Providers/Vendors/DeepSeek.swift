import JSONCoding

extension Vendor {
  /// DeepSeek's models at its own address (api-docs.deepseek.com).
  package static let deepseek = Vendor(
    "deepseek", "DeepSeek", at: .address("https://api.deepseek.com"), variable: "DEEPSEEK_API_KEY",
    format: { _ in ChatCompletionsFormat(rules: { _ in DeepSeek.rules }) },
    names: ModelNames(canBe: { $0.lowercased().hasPrefix("deepseek-") }, areOnOpenRouter: true))
}

enum DeepSeek {
  /// DeepSeek rounds an unsupported effort up to the next one.
  static let rules = ParameterRules(
    dropped: [.seed, .n, .logitBias, .user, .parallelToolCalls, .serviceTier],
    efforts: EffortScale(.low, .high, .max, insteadOf: [.minimal: .low, .medium: .high, .xhigh: .max])
      .adding(.off, ["thinking": ["type": "disabled"]]),
    takesSchema: false)
}
