extension Vendor {
  /// Fireworks; it supports all of Chat Completions (docs.fireworks.ai/api-reference/post-chatcompletions).
  package static let fireworks = Vendor(
    "fireworks", "Fireworks", at: .address("https://api.fireworks.ai/inference/v1"), variable: "FIREWORKS_API_KEY",
    format: { _ in ChatCompletionsFormat() }, names: ModelNames())
}
