import Testing

@testable import Providers

@Suite struct KnownModelsTests {
  @Test(arguments: [
    ("gpt-4.1-mimi", "gpt-4.1-mini"), ("gpt4.1-mini", "gpt-4.1-mini"), ("gtp-6-luna", "gpt-6-luna"),
    ("openai/gpt-6-lunar", "openai/gpt-6-luna"), ("claude-haku-4-5", "claude-haiku-4-5"), ("GPT-6-lunna", "gpt-6-luna"),
  ])
  func `a misspelt name most likely means the closest known one`(name: String, meant: String) {
    #expect(KnownModels.suggestion(for: name) == meant)
  }

  @Test(arguments: [
    "gpt-4.1-mini", "gpt-4.1-mini-2025-04-14", "o4-mini", "openai/gpt-5", "claude-3.5-haiku",
    "claude-haiku-4-5-20251001",
    // Possible newer versions, and other vendors' models.
    "gpt-7-luna", "gpt-6.3-sol", "claude-opus-6", "qwen3:8b", "ollama/llama3.2", "ft:gpt-4.1-mini:acme::1", "echo", "m",
  ])
  func `a known, newer or foreign name gets no suggestion`(name: String) {
    #expect(KnownModels.suggestion(for: name) == nil)
  }

  @Test func `the closest of a provider's models counts, whatever its number`() {
    #expect(KnownModels.nearest(to: "gpt-4.2-mini", among: ["gpt-4.1", "gpt-4.1-mini"]) == "gpt-4.1-mini")
    #expect(KnownModels.nearest(to: "gpt-4.1", among: ["gpt-4.1", "gpt-4.1-mini"]) == nil)
    #expect(KnownModels.nearest(to: "llama", among: ["gpt-4.1"]) == nil)
  }
}
