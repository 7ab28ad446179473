import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct ModelCatalogueTests {
  private func models(_ provider: Vendor, _ transport: FakeTransport) async throws -> [ModelInfo] {
    try await ModelCatalogue(try connection(provider), transport: transport).models()
  }

  @Test func `OpenAI's list gets prices from the table`() async throws {
    let transport = FakeTransport(#"{"object":"list","data":[{"id":"zeta"},{"id":"gpt-4.1"},{"object":"model"}]}"#)
    #expect(
      try await models(.openai, transport) == [
        ModelInfo(id: "gpt-4.1", provider: .openai, promptPrice: 2, completionPrice: 8, shutdownDate: "2027-01-14"),
        ModelInfo(id: "zeta", provider: .openai),
      ])
    let sent = try #require(transport.requests.first)
    #expect("\(sent)" == "GET https://api.openai.com/v1/models")
    #expect(sent.headers["Authorization"] == "Bearer \(testKey)")
  }

  @Test(arguments: [
    #"[{"id":"v/a"},{"id":"v/b"}]"#, #"{"models":[{"id":"v/a"},{"id":"v/b"}]}"#,
    #"{"data":[{"id":"v/a"},{"name":"v/b"}]}"#, #"["v/a","v/b"]"#, #"{"data":["v/a","v/b",""]}"#,
    #"{"data":{"models":[{"id":"v/a"},{"model":"v/b"}]}}"#, #"{"result":[{"name":"v/a"},{"name":"v/b","id":7}]}"#,
    #"{"object":"list","object":"list","data":[{"id":"v/a","p":NaN},{"id":"v/b"}]} "#,
  ])
  func `a list is found in every form`(answer: String) async throws {
    #expect(try await models(.openai, FakeTransport(answer)).map(\.id) == ["v/a", "v/b"])
  }

  @Test(arguments: ["{}", #"{"message":"soon"}"#, "7", #"{"data":{"v/a":{}}}"#])
  func `an invalid list is reported with its first words`(answer: String) async throws {
    let error = await failure { () throws(ProviderError) in
      do { return try await models(.openai, FakeTransport(answer)) } catch let error as ProviderError {
        throw error
      } catch {
        throw ProviderError(.invalidRequest, "\(error)")
      }
    }
    #expect(error?.message == "OpenAI answered without a list of models. It begins with \"\(answer)\".")
  }

  @Test(arguments: [#""2027-03-01""#, #""2027-03-01T00:00:00Z""#, "1803859200"])
  func `a provider's own date of a model's end counts`(date: String) async throws {
    let answer = #"{"data":[{"id":"gpt-4.1","shutdown_date":\#(date)},{"id":"x","shutdown_date":null}]}"#
    #expect(try await models(.openai, FakeTransport(answer)).map(\.shutdownDate) == ["2027-03-01", nil])
  }

  @Test func `OpenRouter's list brings its prices`() async throws {
    let transport = FakeTransport(
      #"""
      {"data":[{"id":"a/b","pricing":{"prompt":"0.0000008","completion":"0.000004"}},
      {"id":"openrouter/auto","pricing":{"prompt":"-1","completion":"-1"}},{"id":"c/free","pricing":{"prompt":"0","completion":"0"}}]}
      """#)
    #expect(
      try await models(.openrouter, transport) == [
        ModelInfo(id: "a/b", provider: .openrouter, promptPrice: 0.8, completionPrice: 4),
        ModelInfo(id: "c/free", provider: .openrouter, promptPrice: 0, completionPrice: 0),
        ModelInfo(id: "openrouter/auto", provider: .openrouter),
      ])
    #expect("\(transport.requests[0])" == "GET https://openrouter.ai/api/v1/models")
  }

  @Test func `Anthropic's list is read page by page`() async throws {
    let transport = FakeTransport(
      .ok(#"{"data":[{"id":"claude-opus-4-5-20251101"}],"has_more":true,"last_id":"claude-opus-4-5-20251101"}"#),
      .ok(#"{"data":[{"id":"claude-x"}],"has_more":false,"last_id":"claude-x"}"#))
    #expect(
      try await models(.anthropic, transport) == [
        ModelInfo(id: "claude-opus-4-5-20251101", provider: .anthropic, promptPrice: 5, completionPrice: 25),
        ModelInfo(id: "claude-x", provider: .anthropic),
      ])
    #expect(
      transport.requests.map { "\($0)" } == [
        "GET https://api.anthropic.com/v1/models?limit=1000",
        "GET https://api.anthropic.com/v1/models?limit=1000&after_id=claude-opus-4-5-20251101",
      ])
    #expect(transport.requests.allSatisfy { $0.headers["x-api-key"] == testKey })
  }

  @Test func `a list that begins again has ended`() async throws {
    let transport = FakeTransport(#"{"data":[{"id":"claude-x"}],"has_more":true,"last_id":"claude-x"}"#)
    #expect(try await models(.anthropic, transport).map(\.id) == ["claude-x"])
    #expect(transport.requests.count == 2)
  }

  @Test func `an endless list of pages ends`() async throws {
    let pages = (0..<60).map { #"{"data":[{"id":"m\#($0)"}],"has_more":true,"last_id":"m\#($0)"}"# }
    let transport = FakeTransport(pages.map { .ok($0) })
    #expect(try await models(.anthropic, transport).count == 50)
  }

  @Test func `Ollama's list costs nothing`() async throws {
    let transport = FakeTransport(#"{"models":[{"name":"llama3:8b","model":"llama3:8b","size":1}]}"#)
    #expect(
      try await models(.ollama, transport) == [
        ModelInfo(id: "llama3:8b", provider: .ollama, promptPrice: 0, completionPrice: 0)
      ])
    #expect("\(transport.requests[0])" == "GET http://localhost:11434/api/tags")
  }

  @Test func `a server that only resembles Ollama is called in the common way`() async throws {
    let transport = FakeTransport(.ok("File Not Found", status: 404), .ok(#"{"data":[{"id":"smollm2"}]}"#))
    #expect(try await models(.ollama, transport).map(\.id) == ["smollm2"])
    #expect("\(transport.requests[1])" == "GET http://localhost:11434/v1/models")
  }

  @Test func `a missing list is not a missing model`() async throws {
    let catalogue = ModelCatalogue(try connection(.openai), transport: FakeTransport(status: 404, "no models here"))
    let error = await failure { () throws(ProviderError) in try await catalogue.models() }
    #expect(error?.message.hasPrefix("OpenAI lists no models at https://api.openai.com") == true)
    #expect(error?.message.contains("can be used by its name") == true)
  }

  @Test(arguments: [
    (401, "{}", ProviderError.Kind.unauthorized), (200, "{}", .unusableAnswer), (200, "<html>", .unusableAnswer),
    (429, "", .transient),
  ])
  func `a failure is reported like any other`(status: Int, body: String, kind: ProviderError.Kind) async throws {
    let catalogue = ModelCatalogue(try connection(.openai), transport: FakeTransport(status: status, body))
    #expect(await failure { () throws(ProviderError) in try await catalogue.models() }?.kind == kind)
  }
}
