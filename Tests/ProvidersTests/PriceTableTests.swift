import Testing

@testable import Providers

@Suite struct PriceTableTests {
  private let million = TokenUsage(promptTokens: 200_000, completionTokens: 100_000)

  @Test(arguments: [
    ("gpt-4.1-mini", ProviderKind.openai, 0.24), ("gpt-4.1-mini-2025-04-14", .openai, 0.24),
    ("claude-opus-4-5-20251101", .anthropic, 3.5), ("claude-sonnet-4-5", .anthropic, 2.1),
    ("claude-3-5-haiku-latest", .anthropic, 0.56), ("anything", .ollama, 0),
  ])
  func `a known model, dated or not, has its price`(model: String, provider: ProviderKind, dollars: Double) throws {
    let cost = try #require(PriceTable.cost(of: million, model: model, provider: provider))
    #expect(abs(cost - dollars) < 1e-9)
  }

  @Test(arguments: [
    ("gpt-unheard-of", ProviderKind.openai), ("gpt-4.1-2025", .openai), ("openai/gpt-4.1", .openrouter),
    ("gpt-4.1", .anthropic), ("", .openai),
  ])
  func `an unknown model costs nil and not zero`(model: String, provider: ProviderKind) {
    #expect(PriceTable.cost(of: million, model: model, provider: provider) == nil)
  }

  @Test func `cached input has its own price`() throws {
    let usage = TokenUsage(promptTokens: 1_000_000, completionTokens: 0, cachedTokens: 400_000)
    let cost = try #require(PriceTable.cost(of: usage, model: "gpt-4.1", provider: .openai))
    #expect(abs(cost - (0.6 * 2 + 0.4 * 0.5)) < 1e-9)
  }

  @Test(arguments: [(272_000, 0.272), (272_001, 0.544_002)])
  func `a long prompt makes the whole call dearer`(tokens: Int, dollars: Double) throws {
    let usage = TokenUsage(promptTokens: tokens, completionTokens: 0)
    let cost = try #require(PriceTable.cost(of: usage, model: "gpt-6.1-terra", provider: .openai))
    #expect(abs(cost - dollars) < 1e-9)
  }
}
