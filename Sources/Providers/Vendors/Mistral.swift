extension Vendor {
  /// Mistral's models at its own address (docs.mistral.ai/api).
  package static let mistral = Vendor(
    "mistral", "Mistral", at: .address("https://api.mistral.ai/v1"), variable: "MISTRAL_API_KEY",
    format: { _ in ChatCompletionsFormat(rules: { _ in Mistral.rules }) },
    names: ModelNames(canBe: Mistral.canBe))
}

enum Mistral {
  /// Mistral rejects requests with unknown fields.
  static let rules = ParameterRules(
    dropped: [.user, .logprobs, .topLogprobs, .logitBias, .serviceTier], renamed: [.seed: "random_seed"],
    efforts: EffortScale(.off, .high, insteadOf: [.xhigh: .high, .max: .high]), takesNames: false)

  @Sendable static func canBe(_ name: String) -> Bool {
    let families = ["mistral-", "ministral-", "magistral-", "codestral-", "devstral-", "pixtral-", "open-mistral"]
    return families.contains { name.lowercased().hasPrefix($0) }
  }
}
