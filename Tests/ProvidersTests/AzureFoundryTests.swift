import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct AzureFoundryTests {
  private func credential(at endpoint: String) -> ProviderCredential {
    ProviderCredential(
      id: 1, provider: .azureFoundry, name: "az", endpoint: endpoint, key: .stored(Secret("k-0123456789")))
  }

  private func request(
    _ model: String, at endpoint: String
  ) async throws -> HTTPRequest {
    let transport = FakeTransport(chatAnswer)
    let resolved = try ProviderClient(transport: transport, environment: [:]).model(
      named: model, credentials: [credential(at: endpoint)])
    _ = try await resolved.model.complete(
      CompletionRequest(model: resolved.name, messages: [ChatMessage(.user, "Hello")]))
    return try #require(transport.requests.first)
  }

  @Test(arguments: [
    ("https://r.openai.azure.com", "/openai/deployments/prod-4.1/chat/completions?api-version=2024-10-21"),
    ("https://r.openai.azure.com/openai/", "/openai/deployments/prod-4.1/chat/completions?api-version=2024-10-21"),
    (
      "https://r.openai.azure.com?api-version=2025-01-01-preview",
      "/openai/deployments/prod-4.1/chat/completions?api-version=2025-01-01-preview"
    ),
    (
      "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2025-01-01-preview",
      "/openai/deployments/prod-4.1/chat/completions?api-version=2025-01-01-preview"
    ),
    (
      "https://r.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
      "/models/chat/completions?api-version=2024-05-01-preview"
    ), ("https://r.services.ai.azure.com/models", "/models/chat/completions?api-version=2024-05-01-preview"),
    ("https://r.services.ai.azure.com/openai/v1/", "/openai/v1/chat/completions"),
  ])
  func `the deployment is in the path, the version in the query and the key in its own header`(
    endpoint: String, path: String
  ) async throws {
    let request = try await request("az/prod-4.1", at: endpoint)
    #expect(request.url.absoluteString.hasSuffix(".azure.com" + path))
    #expect(request.headers["api-key"] == "k-0123456789" && request.headers["Authorization"] == nil)
  }

  @Test func `two deployments of one resource have addresses of their own`() async throws {
    for model in ["azure_foundry/one", "azure_foundry/two b?"] {
      let path = try await request(model, at: "https://r.openai.azure.com").url.path()
      #expect(path.split(separator: "/").count == 5, "\(path)")
      #expect(path.hasPrefix("/openai/deployments/\(model.contains("one") ? "one" : "two%20b%3F")/"))
    }
  }

  @Test func `models are listed at the address without a deployment`() throws {
    let endpoint = try Endpoint("https://r.openai.azure.com")
    #expect(
      AzureFoundry.addresses(endpoint, "models", nil).map(\.absoluteString)
        == ["https://r.openai.azure.com/openai/models?api-version=2024-10-21"])
  }

  @Test(arguments: [
    "https://x.example?key=abc", "https://x.example/?api-version=", "https://x.example?api-version=1&key=abc",
    "https://x.example?api-version=a/b", "https://x.example#f",
  ])
  func `an address has no other query`(text: String) {
    #expect(throws: EndpointError.hasQuery) { try Endpoint(text) }
  }
}
