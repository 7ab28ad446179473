import Foundation
import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

/// The order in which possible addresses are tried, and the reports about them.
@Suite struct AddressSearchTests {
  private static let nowhere = FakeTransport.Answer.ok(#"{"detail":"Not Found"}"#, status: 404)
  private static let page = FakeTransport.Answer.ok("<html><title>No such page</title></html>", status: 404)

  private func model(_ transport: FakeTransport, _ provider: Vendor, at endpoint: String?) throws
    -> any LanguageModel
  {
    let connection = try connection(provider, endpoint: endpoint)
    return httpModel(connection, transport: transport)
  }

  private func paths(_ transport: FakeTransport) -> [String] { transport.requests.map { $0.url.path() } }

  @Test(arguments: [
    (Vendor.openai, "chat/completions", chatAnswer), (.ollama, "chat/completions", chatAnswer),
    (.openrouter, "chat/completions", chatAnswer), (.anthropic, "messages", messagesAnswer),
  ])
  func `a path without a version is tried with one and without, and what answers is remembered`(
    _ provider: Vendor, _ method: String, _ answer: String
  ) async throws {
    for nothing in [Self.nowhere, Self.page, .ok("", status: 405)] {
      let transport = FakeTransport(nothing, .ok(answer))
      let model = try model(transport, provider, at: "https://x.example/api")
      let first = try await model.complete(request("claude-opus-4-5"))
      #expect((first.text, first.refusals) == ("Paris", 1))
      #expect(try await model.complete(request("claude-opus-4-5")).refusals == 0)
      #expect(paths(transport) == ["/api/v1/\(method)", "/api/\(method)", "/api/\(method)"])
    }
  }

  @Test func `a stream is searched for in the same way`() async throws {
    let streaming = FakeStreaming(
      .json(#"{"detail":"Not Found"}"#, status: 404), .events(Chunk.text("Paris"), Chunk.end(), Chunk.done))
    let model = httpModel(
      try connection(.openai, endpoint: "https://x.example/inference"), transport: FakeTransport(""),
      streaming: streaming)
    for _ in 0..<2 { #expect(try await model.stream(request()) { _ in }.text == "Paris") }
    let plain = "/inference/chat/completions"
    #expect(streaming.requests.map { $0.url.path() } == ["/inference/v1/chat/completions", plain, plain])
  }

  @Test(arguments: [
    ("https://x.example/v1", "/v1/chat/completions"), ("https://x.example/d/chat/completions", "/d/chat/completions"),
    (nil, "/v1/chat/completions"), ("https://api.openai.com", "/v1/chat/completions"),
  ])
  func `a certain address is the only one tried`(_ endpoint: String?, _ path: String) async throws {
    let transport = FakeTransport(Self.nowhere)
    let model = try model(transport, .openai, at: endpoint)
    let error = await failure { () throws(ProviderError) in try await model.complete(request()) }
    #expect(
      error?.message.contains("Nothing answers at https://\(transport.requests[0].url.host() ?? "")\(path) for") == true
    )
    #expect(paths(transport) == [path])
  }

  @Test func `an error names all addresses that were asked`() async throws {
    let model = try model(FakeTransport(Self.nowhere), .openai, at: "https://x.example/a")
    let error = await failure { () throws(ProviderError) in try await model.complete(request()) }
    let places = "https://x.example/a/v1/chat/completions or https://x.example/a/chat/completions"
    #expect(error?.message.contains("Nothing answers at \(places) for") == true, "\(error?.message ?? "")")
    #expect(error?.kind == .notFound)
  }

  @Test(arguments: [
    (400, #"{"error":{"message":"bad"}}"#), (401, "{}"), (429, "{}"), (500, "{}"),
    (404, #"{"error":{"message":"The model does not exist","code":"model_not_found"}}"#),
  ])
  func `any other answer is an answer`(_ status: Int, _ body: String) async throws {
    let transport = FakeTransport(status: status, body)
    let model = try model(transport, .openai, at: "https://x.example/a")
    let error = await failure { () throws(ProviderError) in try await model.complete(request()) }
    #expect(error?.status == status)
    #expect(transport.requests.count == 1)
  }

  @Test func `the most informative error is reported`() async throws {
    let said = FakeTransport.Answer.ok(#"{"error":{"message":"No endpoints found for this data policy"}}"#, status: 404)
    for answers in [[said, Self.nowhere], [Self.nowhere, said]] {
      let model = try model(FakeTransport(answers[0], answers[1]), .openai, at: "https://x.example/a")
      let error = await failure { () throws(ProviderError) in try await model.complete(request()) }
      #expect(error?.message.contains("No endpoints found") == true)
    }
  }

  @Test func `a list of models is searched for as well`() async throws {
    let transport = FakeTransport(Self.nowhere, .ok(#"{"data":[{"id":"a"}]}"#))
    let catalogue = ModelCatalogue(
      try connection(.openai, endpoint: "https://x.example/inference"), transport: transport)
    #expect(try await catalogue.models().map(\.id) == ["a"])
    #expect(paths(transport) == ["/inference/v1/models", "/inference/models"])
    let none = ModelCatalogue(
      try connection(.openai, endpoint: "https://x.example/inference"), transport: FakeTransport(Self.nowhere))
    let error = await failure { () throws(ProviderError) in try await none.models() }
    let places = "https://x.example/inference/v1/models or https://x.example/inference/models"
    #expect(error?.message.contains("lists no models at \(places)") == true)
  }
}
