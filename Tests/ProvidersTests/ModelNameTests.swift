import Testing

@testable import Providers

@Suite struct ModelNameTests {
  @Test(arguments: [
    ("gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"), ("claude-haiku-4-5", "claude-haiku-4-5-20251001"),
    ("gpt-4", "gpt-4-0613"), ("mistral-large-latest", "mistral-large-2411"), ("command-r", "command-r-08-2024"),
    ("openai/gpt-4.1", "gpt-4.1"), ("claude-3.5-haiku", "claude-3-5-haiku-20241022"),
    ("anthropic/claude-haiku-4.5", "anthropic/claude-4.5-haiku-20251001"),
    ("claude-3-5-sonnet-latest", "claude-3-5-sonnet-20241022"),
    ("llama3.2", "llama3.2:latest"), ("GPT-4.1", "gpt-4.1"), ("meta-llama/llama-4:free", "meta-llama/llama-4"),
    ("qwen3", "/models/qwen3.gguf"), ("openrouter/auto", "google/gemini-3-pro"), ("model-router", "gpt-5-mini"),
    ("m", ""),
    ("claude-haiku-4-5@20251001", "claude-haiku-4-5"),
  ])
  func `another spelling of a name is the same model`(asked: String, answered: String) {
    #expect(ModelName.isSame(asked, answered))
  }

  @Test(arguments: [
    ("gpt-4.1", "gpt-4.1-mini"), ("gpt-4.1", "qwen3-8b"), ("gpt-4o-2024-08-06", "gpt-4o-2024-05-13"),
    ("claude-haiku-4-5", "claude-haiku-5-5"), ("llama3.2:1b", "llama3.2:3b"), ("o3", "o3-mini"), ("4", "5"),
    ("gpt-5.4", "gpt-4.5"), ("claude-3-5-sonnet", "claude-5-3-sonnet"), ("claude-4-5-haiku", "claude-haiku-5.4"),
    ("qwen3-8b", "8b-qwen3"),
  ])
  func `any other name is another model`(asked: String, answered: String) {
    #expect(!ModelName.isSame(asked, answered))
  }

  @Test(arguments: [("gpt-oss:120b-cloud", true), ("kimi-k2:cloud", true), ("gpt-oss:20b", false), ("cloudy", false)])
  func `a model that Ollama's cloud runs is known by its name`(name: String, isCloudHosted: Bool) {
    #expect(ModelName.isCloudHosted(name) == isCloudHosted)
  }
}
