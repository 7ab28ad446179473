import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

/// Notes on a model that answers in place of another, and the pricing of its calls.
@Suite struct AnsweringModelTests {
  private func resolve(
    _ name: String, _ credentials: [ProviderCredential], environment: [String: String] = [:],
    _ transport: FakeTransport = FakeTransport(chatAnswer)
  ) throws -> ProviderClient.ResolvedModel {
    try ProviderClient(transport: transport, environment: environment).model(named: name, credentials: credentials)
  }

  private static func credential(
    _ provider: Vendor, at endpoint: String? = nil, name: String = "", price: ModelPrice? = nil
  ) -> ProviderCredential {
    ProviderCredential(
      id: 1, provider: provider, name: name, endpoint: endpoint, key: .stored(Secret("k1")), price: price)
  }

  private static let million = TokenUsage(promptTokens: 1_000_000, completionTokens: 1_000_000)

  @Test(arguments: [("gpt-4.1-mini", 0), ("qwen3", 1)])
  func `an answer by another model than the one asked for warns`(asked: String, warnings: Int) async throws {
    let model = try resolve("openai/\(asked)", [Self.credential(.openai)])
    let completion = try await model.model.complete(request(model.name))
    #expect(completion.warnings.count == warnings)
    #expect(completion.warnings.allSatisfy { $0.contains("qwen3 was asked for, and gpt-4.1-mini-2025-04-14 answered") })
  }

  @Test func `a streamed answer by another model warns too`() async throws {
    let model = try resolve("openai/qwen3", [Self.credential(.openai)])
    let completion = try await model.model.stream(request(model.name)) { _ in }
    #expect(completion.warnings.count == 1)
  }

  @Test(
    arguments: [
      // The vendor's own address, and a custom price for a model that the list has or lacks.
      ("gpt-4.1", nil, nil, 10.0), ("gpt-4.1", nil, ModelPrice(3, cached: 3, output: 4), 10),
      ("gpt-unheard-of", nil, nil, nil),
      ("gpt-unheard-of", nil, ModelPrice(3, cached: 3, output: 4), 7),
      // A server on this machine, and one elsewhere.
      ("gpt-4.1", "http://127.0.0.1:8080", nil, 10),
      ("gpt-4.1", "http://127.0.0.1:8080", ModelPrice(3, cached: 3, output: 4), 7),
      ("qwen3", "http://127.0.0.1:8080", nil, nil), ("gpt-4.1", "https://proxy.example", nil, nil),
      ("gpt-4.1", "https://proxy.example", ModelPrice(3, cached: 3, output: 4), 7),
    ] as [(String, String?, ModelPrice?, Double?)])
  func `a list price counts at the vendor's own address, elsewhere the credential's`(
    model: String, endpoint: String?, price: ModelPrice?, cost: Double?
  ) throws {
    let resolved = try resolve(model, [Self.credential(.openai, at: endpoint, price: price)])
    #expect(resolved.cost(of: Self.million) == cost)
  }

  @Test func `an assumed list price and a stand-in server are reported`() throws {
    let local = Self.credential(.openai, at: "http://127.0.0.1:8080", name: "box")
    func notes(_ model: String, environment: [String: String] = [:]) throws -> [String] {
      let resolved = try resolve(model, [local], environment: environment)
      return resolved.notes + [resolved.assumedPrice?.sentence].compactMap(\.self)
    }
    let all = try notes("gpt-4.1")
    try #require(all.count == 2 && all.allSatisfy { $0.contains("http://127.0.0.1:8080") })
    #expect(all[0].contains("no key for OpenAI itself") && all[1].contains("OpenAI's list price"))
    let price = try #require(try resolve("gpt-4.1", [local]).assumedPrice)
    #expect((price.model, price.origin, price.list) == ("gpt-4.1", "http://127.0.0.1:8080", "OpenAI"))
    #expect(try notes("box/gpt-4.1").count == 1)
    #expect(try notes("box/qwen3").isEmpty)
    #expect(try notes("gpt-4.1", environment: ["OPENAI_API_KEY": "k"]).isEmpty)
  }

  @Test(
    arguments: [
      ("ollama/llama3", nil, true, 0.0), ("ollama/gpt-oss:120b-cloud", nil, false, nil),
      ("ollama/llama3", "https://api.openai.com", false, nil), ("ollama/llama3", "https://ollama.com", false, nil),
      ("openai/qwen3", "http://127.0.0.1:8080", true, nil), ("openai/qwen3", "http://[::1]:8080", true, nil),
      ("openai/qwen3:480b-cloud", "http://localhost:11434", false, nil), ("openai/gpt-4.1", nil, false, 10),
      ("echo", nil, true, 0),
    ] as [(String, String?, Bool, Double?)])
  func `only work of this machine itself is free, whatever the label`(
    name: String, endpoint: String?, isFree: Bool, cost: Double?
  ) throws {
    let provider = Vendor(rawValue: String(name.prefix { $0 != "/" })) ?? .ollama
    let resolved = try resolve(name, [Self.credential(provider, at: endpoint)])
    #expect(resolved.isFree == isFree)
    #expect(resolved.cost(of: Self.million) == cost)
  }

  @Test func `models are listed by names that lead to them`() {
    let client = ProviderClient(
      transport: FakeTransport(""), environment: ["OPENAI_API_KEY": "k", "OPENROUTER_API_KEY": "k"])
    var box = Self.credential(.openai, at: "http://127.0.0.1:8080", name: "box")
    let stored = ProviderCredential(id: 2, provider: .openai, name: "", endpoint: "https://proxy.example", key: .none)
    func name(_ id: String, _ credential: ProviderCredential?, _ provider: Vendor = .openai) -> String {
      client.usableName(of: ModelInfo(id: id, provider: provider), credential, among: [box, stored])
    }
    #expect(name("gpt-4.1", nil) == "gpt-4.1")
    #expect(name("whisper-1", nil) == "openai/whisper-1")
    #expect(name("qwen3", box) == "box/qwen3")
    #expect(name("Qwen/Qwen3-8B", box) == "box/Qwen/Qwen3-8B")
    #expect(name("meta/llama-4", nil, .openrouter) == "openrouter/meta/llama-4")
    #expect(name("qwen3", stored) == "qwen3")
    box.name = "openai"
    #expect(name("qwen3", box) == "qwen3")
  }
}
