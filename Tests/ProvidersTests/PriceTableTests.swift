import Testing

@testable import Providers

@Suite struct PriceTableTests {
  private let million = TokenUsage(promptTokens: 200_000, completionTokens: 100_000)

  @Test(arguments: [
    ("gpt-4.1-mini", Vendor.openai, 0.24), ("gpt-4.1-mini-2025-04-14", .openai, 0.24),
    ("claude-opus-4-5-20251101", .anthropic, 3.5), ("claude-sonnet-4-5", .anthropic, 2.1),
    ("claude-3-5-haiku-latest", .anthropic, 0.56), ("anything", .ollama, 0),
    // A dated name has its own price if it differs.
    ("gpt-4o-2024-08-06", .openai, 1.5), ("gpt-4o-2024-05-13", .openai, 2.5),
  ])
  func `a known model, dated or not, has its price`(model: String, provider: Vendor, dollars: Double) throws {
    let cost = try #require(provider.cost(of: million, model: model))
    #expect(abs(cost - dollars) < 1e-9)
  }

  @Test(arguments: [
    ("gpt-unheard-of", Vendor.openai), ("gpt-4.1-2025", .openai), ("openai/gpt-4.1", .openrouter),
    ("gpt-4.1", .anthropic), ("", .openai),
  ])
  func `an unknown model costs nil and not zero`(model: String, provider: Vendor) {
    #expect(provider.cost(of: million, model: model) == nil)
  }

  @Test(arguments: [(ExampleModel.openAI, Vendor.openai), (ExampleModel.anthropic, .anthropic)])
  func `a model that is named as an example has a price and no announced end`(model: String, provider: Vendor) {
    #expect(provider.price(of: model) != nil)
    #expect(provider.shutdown(of: model) == nil)
  }

  @Test func `cached input has its own price`() throws {
    let usage = TokenUsage(promptTokens: 1_000_000, completionTokens: 0, cachedTokens: 400_000)
    let cost = try #require(Vendor.openai.cost(of: usage, model: "gpt-4.1"))
    #expect(abs(cost - (0.6 * 2 + 0.4 * 0.5)) < 1e-9)
  }

  @Test(arguments: [
    ("gpt-6-astra", Vendor.openai, 12.5, 12.5), ("gpt-6-sol", .openai, 2.5, 2.5),
    ("gpt-6-luna", .openai, 0.125, 0.125),
    ("gpt-5.5", .openai, 5, 5), ("gpt-4.1", .openai, 2, 2), ("claude-opus-5-5", .anthropic, 5, 8),
    ("claude-haiku-4-5", .anthropic, 1.25, 2),
  ])
  func `cache writes have their own price`(
    model: String, provider: Vendor, write: Double, hour: Double
  ) throws {
    let price = try #require(provider.price(of: model))
    #expect(abs(price.cacheWrite - write) < 1e-9 && abs(price.cacheWriteHour - hour) < 1e-9)
  }

  @Test func `a call is billed by input, cache writes of both durations and cache reads`() throws {
    let usage = TokenUsage(
      promptTokens: 100_000, completionTokens: 1_000, cachedTokens: 50_000, cacheWriteTokens: 30_000,
      cacheWriteHourTokens: 10_000)
    let cost = try #require(Vendor.anthropic.cost(of: usage, model: "claude-opus-5-5"))
    #expect(abs(cost - (0.02 * 4 + 0.02 * 5 + 0.01 * 8 + 0.05 * 0.2 + 0.001 * 20)) < 1e-9)
  }

  @Test(
    arguments: [
      ("gpt-5", Vendor.openai, nil, 1.25), ("gpt-5", .openai, "default", 1.25), ("gpt-5", .openai, "flex", 0.625),
      ("gpt-5", .openai, "batch", 0.625), ("gpt-5", .openai, "priority", 2.5), ("gpt-4.1", .openai, "priority", 3.5),
      ("gpt-6-sol", .openai, "priority", 0.004), ("gpt-5", .openai, "fast", 2.5),
      ("gpt-6.2-astra", .openai, "priority", nil), ("gpt-5-nano", .openai, "fast", nil),
      ("gpt-5", .openai, "scale", nil), ("gpt-4.1", .openai, "flex", nil), ("gpt-4.1", .openai, "batch", 1),
      ("claude-haiku-4-5", .anthropic, "flex", nil),
      ("claude-haiku-4-5", .anthropic, "standard", 1), ("claude-haiku-4-5", .anthropic, "batch", 0.5),
      ("claude-haiku-4-5", .anthropic, "priority", nil),
    ] as [(String, Vendor, String?, Double?)])
  func `the service tier decides the price, and an unknown one makes it unknown`(
    model: String, provider: Vendor, tier: String?, dollars: Double?
  ) throws {
    var usage = TokenUsage(promptTokens: 1_000_000, completionTokens: 0, serviceTier: tier)
    // Long prompts have other prices.
    if model.hasPrefix("gpt-6") { usage.promptTokens = 1_000 }
    let cost = provider.cost(of: usage, model: model)
    #expect(cost.map { ($0 * 1e6).rounded() } == dollars.map { ($0 * 1e6).rounded() })
  }

  @Test(arguments: ["claude-3.5-haiku", "claude-3-5-haiku-20241022", "claude-haiku-3-5", "Claude-3.5-Haiku-latest"])
  func `a name has its price in any spelling`(model: String) {
    #expect(Vendor.anthropic.price(of: model)?.input == 0.8)
  }

  @Test(
    arguments: [
      ("gpt-4.1", "2027-01-14"), ("gpt-4.1-mini-2025-04-14", "2027-01-14"), ("ft:gpt-4o-mini:org::id", "2027-01-14"),
      ("gpt-5-nano", "2026-12-11"), ("o3", "2026-12-11"), ("gpt-5.1", "2027-04-01"), ("o4-mini", "2026-10-23"),
      ("gpt-6-luna", nil), ("gpt-5.4", nil), ("llama3", nil),
    ] as [(String, String?)])
  func `the end of a model is known by its date`(model: String, date: String?) {
    #expect(Vendor.openai.shutdown(of: model)?.date == date)
    #expect(Vendor.anthropic.shutdown(of: model) == nil)
  }

  @Test(arguments: [(272_000, 0.272), (272_001, 0.544_002)])
  func `a long prompt makes the whole call more expensive`(tokens: Int, dollars: Double) throws {
    let usage = TokenUsage(promptTokens: tokens, completionTokens: 0)
    let cost = try #require(Vendor.openai.cost(of: usage, model: "gpt-6.1-terra"))
    #expect(abs(cost - dollars) < 1e-9)
  }
}
