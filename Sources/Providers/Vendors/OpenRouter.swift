extension Vendor {
  /// It names the cost with every answer, and its models `vendor/model`.
  package static let openrouter = Vendor(
    "openrouter", "OpenRouter", at: .address("https://openrouter.ai/api"), variable: "OPENROUTER_API_KEY",
    format: { _ in ChatCompletionsFormat() }, names: ModelNames(canBe: { $0.contains("/") }), reportsCost: true)
}
