extension Vendor {
  /// Google's models by the Chat Completions API (ai.google.dev/gemini-api/docs/openai).
  package static let gemini = Vendor(
    "gemini", "Gemini", at: .address("https://generativelanguage.googleapis.com/v1beta/openai"),
    variable: "GEMINI_API_KEY",
    format: { _ in ChatCompletionsFormat() },
    names: ModelNames(canBe: { name in ["gemini-", "gemma-", "models/"].contains { name.hasPrefix($0) } }))
}
