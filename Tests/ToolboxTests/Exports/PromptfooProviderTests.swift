import JSONCoding
import Store
import Testing

@testable import Toolbox

/// The server of a run in a configuration of promptfoo.
@Suite struct PromptfooProviderTests {
  private func provider(_ name: String, _ address: String) -> PromptfooProvider {
    PromptfooProvider("m", at: .init(provider: name, address: address), RequestSettings())
  }

  @Test(arguments: [
    ("openai", "https://api.openai.com/v1"), ("ollama", "http://localhost:11434"),
    ("anthropic", "https://api.anthropic.com"),
  ])
  func `a vendor's own address needs no word`(name: String, address: String) {
    let written = provider(name, address)
    #expect(written.json.stringValue?.hasSuffix(":m") == true && written.skipped.isEmpty)
  }

  @Test(arguments: [
    ("openai", "http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
    ("openai", "http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
    ("groq", "https://gateway.example/groq/v1", "https://gateway.example/groq/v1"),
  ])
  func `another server has the address to which the method is appended`(name: String, address: String, base: String) {
    let written = provider(name, address)
    #expect(written.json["config"]?["apiBaseUrl"]?.stringValue == base && written.skipped.isEmpty)
  }

  @Test(arguments: ["ollama", "anthropic"])
  func `an address that cannot be written is named`(name: String) {
    #expect(provider(name, "http://127.0.0.1:9").skipped.map(\.what) == ["address http://127.0.0.1:9"])
  }
}
