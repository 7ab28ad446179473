extension Vendor {
  /// Mistral's models at its own address (docs.mistral.ai/api, the types of mistralai 3.7).
  package static let mistral = Vendor(
    "mistral", "Mistral", at: .address("https://api.mistral.ai/v1"), variable: "MISTRAL_API_KEY",
    format: { _ in ChatCompletionsFormat(rules: { _ in Mistral.rules }) },
    names: ModelNames(canBe: Mistral.canBe))
}

enum Mistral {
  /// It refuses requests with a field that it does not know (docs.mistral.ai/capabilities/reasoning/adjustable names the
  /// efforts).
  static let rules = ParameterRules(
    dropped: [.user, .logitBias, .serviceTier], renamed: [.seed: "random_seed"],
    efforts: EffortScale(.off, .high, insteadOf: [.xhigh: .high, .max: .high]), takesNames: false)

  @Sendable static func canBe(_ name: String) -> Bool {
    let families = ["mistral-", "ministral-", "magistral-", "codestral-", "devstral-", "pixtral-", "open-mistral"]
    return families.contains { name.lowercased().hasPrefix($0) }
  }
}
