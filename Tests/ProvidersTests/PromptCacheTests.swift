import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct PromptCacheTests {
  private static let long = String(repeating: "Answer with one word. ", count: 300)
  private let cache = PromptCache(minimum: 1_000, isAutomatic: false)

  /// A request whose first messages, and the beginning of the next, are shared.
  private func asked(
    _ messages: [ChatMessage], shared: Int, _ text: String = "", model: String = "claude-sonnet-5"
  ) -> CompletionRequest {
    var request = CompletionRequest(model: model, messages: messages, maxTokens: 50)
    request.sharedPrefix = SharedPrefix(messages: shared, bytes: text.utf8.count, tokens: 1_500, key: "k1")
    request.usePromptCache(cache, requests: 10)
    return request
  }

  private func body(_ request: CompletionRequest) -> JSONObject {
    MessagesFormat(version: Anthropic.apiVersion).firstBody(of: request)
  }

  private let mark: JSONValue = ["type": "ephemeral"]

  @Test func `a shared system prompt is marked, and nothing else`() {
    let body = body(asked([ChatMessage(.system, Self.long), ChatMessage(.user, "Hi")], shared: 1))
    #expect(
      body["system"] == [["type": "text", "text": .string(Self.long), "cache_control": mark]]
        && body["messages"] == [["role": "user", "content": "Hi"]])
    #expect(body["prompt_cache_key"] == nil)
  }

  @Test func `the last shared turn is marked, which covers what stands before it`() {
    let turns = [
      ChatMessage(.system, Self.long), ChatMessage(.user, "Example"), ChatMessage(.assistant, "Answer"),
      ChatMessage(.user, "Question 7"),
    ]
    let body = body(asked(turns, shared: 3))
    #expect(body["system"] == .string(Self.long))
    #expect(
      body["messages"]?.arrayValue?[1]["content"] == [["type": "text", "text": "Answer", "cache_control": mark]])
    #expect(body["messages"]?.arrayValue?[2]["content"] == "Question 7")
  }

  @Test func `a text is divided where its shared beginning ends`() {
    let body = body(asked([ChatMessage(.user, Self.long + "Row 7")], shared: 0, Self.long))
    #expect(
      body["messages"]?.arrayValue?[0]["content"] == [
        ["type": "text", "text": .string(Self.long), "cache_control": mark], ["type": "text", "text": "Row 7"],
      ])
  }

  @Test(arguments: ["", " \n"])
  func `a text with a blank row is not divided, because blank texts are refused`(row: String) {
    let messages = [ChatMessage(.system, "Be brief."), ChatMessage(.user, Self.long + row)]
    let body = body(asked(messages, shared: 1, Self.long))
    #expect(body["messages"] == [["role": "user", "content": .string(Self.long + row)]])
    #expect(body["system"]?.arrayValue?[0]["cache_control"] == mark)
  }

  @Test func `nothing is marked where a later system message differs from row to row`() {
    let messages = [ChatMessage(.user, Self.long), ChatMessage(.system, "Row 7"), ChatMessage(.user, "Go")]
    #expect(!JSONValue.object(body(asked(messages, shared: 1))).text.contains("cache_control"))
  }

  @Test func `two requests are too few, and a short beginning is not kept`() {
    var request = asked([ChatMessage(.system, Self.long), ChatMessage(.user, "Hi")], shared: 1)
    request.parameters[.promptCacheKey] = nil
    for (tokens, requests) in [(999, 10), (1_000, 2)] {
      request.sharedPrefix = SharedPrefix(messages: 1, tokens: tokens, key: "k")
      request.usePromptCache(cache, requests: requests)
      #expect(!request.sets(.promptCacheKey), "\(tokens) \(requests)")
      #expect(body(request)["system"] == .string(Self.long))
    }
  }

  @Test func `three requests save at every list price, even if what is kept is lost once`() {
    let models = Vendor.allCases.flatMap { vendor in vendor.prices.models.map { (vendor, $0) } }
    #expect(models.count > 40)
    for (vendor, model) in models {
      guard vendor.promptCache(model) != nil, let price = vendor.price(of: model), price.cachedInput < price.input
      else {
        continue
      }
      let kept = 2 * price.cacheWrite + Double(PromptCache.fewestRequests - 2) * price.cachedInput
      #expect(kept < Double(PromptCache.fewestRequests) * price.input, "\(model)")
    }
  }

  @Test(arguments: [
    ("claude-opus-5", 512), ("claude-opus-5-5", 512), ("claude-fable-5", 512), ("claude-opus-4-8", 1_024),
    ("claude-sonnet-5", 1_024), ("claude-sonnet-4-5-20250929", 1_024), ("claude-opus-4-7", 2_048),
    ("claude-opus-4-6", 4_096), ("claude-haiku-4-5", 4_096), ("claude-3-5-haiku", 2_048), ("claude-sonnet-4", 1_024),
  ])
  func `the shortest beginning that Anthropic keeps depends on the model`(model: String, tokens: Int) {
    #expect(Vendor.anthropic.promptCache(model)?.minimum == tokens)
  }

  @Test func `OpenAI gets the key, and its messages are not divided`() async throws {
    let transport = FakeTransport(chatAnswer)
    let request = asked([ChatMessage(.user, Self.long + "Row 7")], shared: 0, Self.long, model: "gpt-5.2")
    _ = try await httpModel(try connection(.openai), transport: transport).complete(request)
    let body = try #require(try transport.bodies.first)
    #expect(body["prompt_cache_key"] == "k1")
    #expect(body["messages"] == [["role": "user", "content": .string(Self.long + "Row 7")]])
  }

  @Test func `only OpenAI itself keeps prompts without being asked, and any server of Messages takes a mark`() throws {
    let (own, other) = (try connection(.openai), try connection(.anthropic, endpoint: "http://127.0.0.1:9"))
    #expect(own.promptCache(of: "gpt-5.2", isVendors: true)?.isAutomatic == true)
    #expect(own.promptCache(of: "gpt-5.2", isVendors: false) == nil)
    #expect(other.promptCache(of: "claude-opus-5", isVendors: false)?.isAutomatic == false)
  }

  @Test(arguments: [
    "Unknown parameter: prompt_cache_key", "Unrecognized request argument supplied: prompt_cache_key",
  ])
  func `a server that does not know the key is asked without it, and that is no warning`(sentence: String) async throws
  {
    let transport = FakeTransport(
      .ok(#"{"error":{"message":"\#(sentence)"}}"#, status: 400), .ok(chatAnswer))
    let model = httpModel(try connection(.openai), transport: transport)
    let request = asked([ChatMessage(.system, Self.long), ChatMessage(.user, "Hi")], shared: 1, model: "gpt-5.2")
    for _ in 0..<2 { #expect(try await model.complete(request).warnings.filter { !$0.contains("asked for") } == []) }
    #expect(try transport.bodies.map { $0["prompt_cache_key"] != nil } == [true, false, false])
  }

  @Test func `a server of the Messages API that does not know the mark is asked without it`() async throws {
    let refusal = "system.0.cache_control: Extra inputs are not permitted"
    let transport = FakeTransport(
      .ok(#"{"error":{"type":"invalid_request_error","message":"\#(refusal)"}}"#, status: 400), .ok(messagesAnswer))
    let model = httpModel(try connection(.anthropic), transport: transport)
    let request = asked([ChatMessage(.system, Self.long), ChatMessage(.user, "Hi")], shared: 1)
    for _ in 0..<2 { _ = try await model.complete(request) }
    #expect(try transport.bodies.map { $0.text.contains("cache_control") } == [true, false, false])
  }
}
