/// The names of a vendor's models.
struct ModelNames: Sendable {
  /// Whether a lower-case name belongs only to this vendor (`gpt-`).
  var areOwn: @Sendable (Substring) -> Bool = { _ in false }
  /// Whether a name without a known vendor can be a model at the vendor's own address.
  var canBe: @Sendable (String) -> Bool = { _ in false }
  /// Whether the vendor's own address serves only its own models.
  var areOnlyOwn = false
  /// Whether OpenRouter serves the vendor's models under its name: `openai/gpt-6-luna`.
  var areOnOpenRouter = false
}
