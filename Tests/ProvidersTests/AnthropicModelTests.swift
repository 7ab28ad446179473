import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct AnthropicModelTests {
  private func exchange(
    _ asked: CompletionRequest, version: String = Anthropic.apiVersion, _ answer: String = messagesAnswer
  ) async throws -> (completion: Completion, sent: HTTPRequest, body: JSONValue) {
    let transport = FakeTransport(answer)
    let model = httpModel(try connection(.anthropic), version: version, transport: transport)
    let completion = try await model.complete(asked)
    return (completion, try #require(transport.requests.first), try #require(try transport.bodies.first))
  }

  private func failed(_ asked: CompletionRequest, _ answer: String) async throws -> ProviderError? {
    let model = httpModel(try connection(.anthropic), transport: FakeTransport(answer))
    return await failure { () throws(ProviderError) in try await model.complete(asked) }
  }

  private var fullRequest: CompletionRequest {
    CompletionRequest(
      model: "claude-opus-4-5",
      messages: [
        ChatMessage(.system, "One."), ChatMessage(.user, "Hi"), ChatMessage(.assistant, "Hello"),
        ChatMessage(.system, "Two."), ChatMessage(.user, "Bye"),
      ],
      temperature: 1, topP: 0.9, maxTokens: 50, stop: ["END"], seed: 7,
      responseSchema: .init(name: "review", schema: ["type": "object"]))
  }

  @Test func `the token limit, which the API requires, has a default`() async throws {
    let (_, sent, body) = try await exchange(request("claude-opus-4-5"))
    #expect(
      body == [
        "model": "claude-opus-4-5", "max_tokens": 4096,
        "messages": [["role": "user", "content": "What is the capital of France?"]],
      ])
    #expect("\(sent)" == "POST https://api.anthropic.com/v1/messages")
    #expect(sent.headers["anthropic-version"] == "2023-06-01")
    #expect(sent.headers["X-Api-Key"] == testKey)
    #expect(sent.headers["Authorization"] == nil)
  }

  @Test func `system messages and stops are sent in the API's form, and a seed is not sent`() async throws {
    let (completion, _, body) = try await exchange(fullRequest)
    #expect(
      body == [
        "model": "claude-opus-4-5", "max_tokens": 50, "system": "One.\n\nTwo.",
        "messages": [
          ["role": "user", "content": "Hi"], ["role": "assistant", "content": "Hello"],
          ["role": "user", "content": "Bye"],
        ],
        "temperature": 1.0, "top_p": 0.9, "stop_sequences": ["END"],
        "output_config": ["format": ["type": "json_schema", "schema": ["type": "object"]]],
      ])
    #expect(completion.warnings == ["seed was not sent: claude-opus-4-5 at Anthropic does not take it."])
  }

  @Test func `the newer API version gets no sampling parameters`() async throws {
    let (completion, sent, body) = try await exchange(fullRequest, version: "2026-10-21")
    #expect(sent.headers["anthropic-version"] == "2026-10-21")
    #expect(body["temperature"] == nil && body["top_p"] == nil)
    #expect(completion.warnings.count == 3)
  }

  @Test func `a temperature beyond the API's range is refused before anything is sent`() async throws {
    var asked = request("claude-opus-4-5")
    asked.temperature = 1.5
    let transport = FakeTransport(messagesAnswer)
    let model = httpModel(try connection(.anthropic), transport: transport)
    let error = await failure { () throws(ProviderError) in try await model.complete(asked) }
    #expect(error?.kind == .invalidRequest)
    #expect(error?.message == "Anthropic takes a temperature from 0 to 1, not 1.5.")
    #expect(transport.requests.isEmpty)
  }

  @Test func `a system message alone is refused before anything is sent`() async throws {
    let asked = CompletionRequest(model: "claude-opus-4-5", messages: [ChatMessage(.system, "Be short.")])
    #expect(try await failed(asked, messagesAnswer)?.kind == .invalidRequest)
  }

  @Test func `text blocks are joined, reasoning is left out, the cache counts as prompt`() async throws {
    let (completion, _, _) = try await exchange(request("claude-opus-4-5"))
    #expect(completion.text == "Paris")
    #expect(
      completion.usage
        == TokenUsage(promptTokens: 16, completionTokens: 5, cachedTokens: 4, cacheWriteTokens: 2, reasoningTokens: 3))
  }

  @Test(arguments: [
    ("end_turn", "stop"), ("max_tokens", "length"), ("stop_sequence", "stop"), ("refusal", "refusal"),
    ("tool_use", "tool_calls"), ("model_context_window_exceeded", "length"), ("pause_turn", "pause_turn"),
  ])
  func `stop reasons get Chat Completions' words`(reason: String, expected: String) async throws {
    let answer = #"{"content":[{"type":"text","text":"Par"}],"stop_reason":"\#(reason)"}"#
    #expect(try await exchange(request("claude-opus-4-5"), answer).completion.finishReason == expected)
  }

  @Test func `a refusal's explanation is the answer`() async throws {
    let answer = #"{"content":[],"stop_reason":"refusal","stop_details":{"type":"refusal","explanation":"Not this."}}"#
    let completion = try await exchange(request("claude-opus-4-5"), answer).completion
    #expect(completion.text == "Not this." && completion.finishReason == "refusal")
  }

  @Test(arguments: [
    (#"{"content":[],"stop_reason":"refusal"}"#, "refused to answer"),
    (#"{"content":[{"type":"thinking","thinking":"x"}],"stop_reason":"max_tokens"}"#, "Raise max_tokens"),
    (#"{"content":[{"type":"text","text":""}],"stop_reason":"end_turn"}"#, "without any text"),
    (#"{"type":"message"}"#, "without content"),
  ])
  func `an answer without usable text is an error that says why`(answer: String, words: String) async throws {
    let error = try #require(try await failed(request("claude-opus-4-5"), answer))
    #expect(error.kind == .unusableAnswer && error.message.contains(words), "\(error)")
  }
}
