import JSONCoding
import Providers
import ProvidersTestSupport
import TestSupport
import Testing

@testable import Toolbox

@Suite struct ModelToolTests {
  /// A provider with these models.
  private static func catalogue(_ ids: [String]) -> FakeTransport {
    FakeTransport(JSONValue.object(["object": "list", "data": .array(ids.map { ["id": .string($0)] })]).text)
  }

  private let server = TestServer(
    environment: ["OPENAI_API_KEY": "sk-1"], transport: Self.catalogue(["zeta", "gpt-4.1", "Alpha"]))

  private func names(_ page: JSONObject) -> [String] {
    page["models"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
  }

  @Test func `models have a provider and prices where they are known`() async throws {
    let page = try await server.call("models_list", ["query": "GPT"])
    #expect(
      page == [
        "models": [
          [
            "id": "gpt-4.1", "provider": "openai", "input_price": 2.0, "output_price": 8.0,
            "shutdown_date": "2027-01-14",
          ]
        ], "total": 1,
      ])
  }

  @Test func `the prices shown are those that calls are billed by`() async throws {
    let server = TestServer(transport: Self.catalogue(["zeta", "gpt-4.1"]))
    let credential: JSONObject = ["provider": "openai", "name": "gw", "api_key": "k"]
    var priced = credential
    priced["api_endpoint"] = "https://gateway.example/v1"
    priced["input_price"] = 1.5
    priced["output_price"] = 3
    var own = credential
    own["name"] = "own"
    var unpriced = credential
    unpriced["name"] = "far"
    unpriced["api_endpoint"] = "https://far.example/v1"
    for arguments in [priced, own, unpriced] {
      _ = try await server.id("provider_credentials_create", arguments)
    }
    let models = try await server.call("models_list")["models"]?.arrayValue ?? []
    let prices = models.map { [$0["id"]?.stringValue ?? "", "\($0["input_price"]?.doubleValue ?? -1)"] }
    #expect(
      prices.prefix(4) == [["gw/gpt-4.1", "1.5"], ["gw/zeta", "1.5"], ["own/gpt-4.1", "2.0"], ["own/zeta", "-1.0"]])
    // A vendor's list does not apply to another server.
    #expect(prices.suffix(2) == [["far/gpt-4.1", "-1.0"], ["far/zeta", "-1.0"]])
  }

  @Test func `models are paged, each once`() async throws {
    var found: [String] = []
    var arguments: JSONObject = ["limit": 1]
    repeat {
      let page = try await server.call("models_list", arguments)
      found += names(page)
      arguments["cursor"] = page["next_cursor"]
    } while arguments["cursor"] != nil
    #expect(found.sorted() == ["Alpha", "gpt-4.1", "zeta"])
  }

  @Test func `without any provider the error says how to add one`() async throws {
    let refusal = try await TestServer().refusal("models_list")
    #expect(refusal.contains("OPENAI_API_KEY") && refusal.contains("provider_credentials_create"))
  }

  @Test(.timeLimit(.minutes(2))) func `all providers are asked at once, and problems keep the order of credentials`()
    async throws
  {
    let gate = Gate()
    let server = TestServer(transport: HeldTransport(gate))
    for name in ["one", "two", "three"] {
      try await server.call(
        "provider_credentials_create",
        [
          "provider": "openai", "name": .string(name), "api_key": "k",
          "api_endpoint": .string("https://\(name).example/v1"),
        ])
    }
    async let page = server.call("models_list")
    // Asked one after another, the second would wait for the first.
    await gate.held(3)
    gate.open()
    let told = try await page
    #expect(names(told) == ["two/zeta"])
    let problems = told.strings("problems")
    #expect(problems.count == 2)
    #expect(
      problems.first?.contains("three.example") == true && problems.last?.contains("one.example") == true, "\(problems)"
    )
  }

  /// Providers that answer once a gate is open; only one of them has models.
  private struct HeldTransport: HTTPTransport {
    let gate: Gate

    init(_ gate: Gate) { self.gate = gate }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      await gate.pass()
      guard "\(request.url)".contains("two.example") else {
        return HTTPResponse(status: 404, body: Array("\(request.url) is not here".utf8))
      }
      return HTTPResponse(status: 200, body: Array(#"{"object":"list","data":[{"id":"zeta"}]}"#.utf8))
    }
  }
}
