import JSONCoding

extension Vendor {
  /// OpenRouter; it reports the cost with every answer and names its models `vendor/model`.
  package static let openrouter = Vendor(
    "openrouter", "OpenRouter", at: .address("https://openrouter.ai/api"), variable: "OPENROUTER_API_KEY",
    format: { _ in ChatCompletionsFormat(rules: { _ in OpenRouter.rules }) },
    names: ModelNames(canBe: { $0.contains("/") }), reportsCost: true)
}

enum OpenRouter {
  /// OpenRouter itself translates an effort for every model
  /// (openrouter.ai/docs/guides/best-practices/reasoning-tokens).
  static let rules = ParameterRules(
    efforts: EffortScale(
      .off, .minimal, .low, .medium, .high, .xhigh, .max,
      written: { ["reasoning": ["effort": .string($0)]] }))
}
