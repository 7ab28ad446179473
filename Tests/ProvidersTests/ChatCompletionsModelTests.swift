import JSONCoding
import ProvidersTestSupport
import TestSupport
import Testing

@testable import Providers

@Suite struct ChatCompletionsModelTests {
  private func complete(
    _ answer: String, provider: Vendor = .openai
  ) async throws(ProviderError) -> Completion {
    let made: ProviderConnection
    do {
      made = try connection(provider)
    } catch {
      throw ProviderError(.invalidRequest, "\(error)")
    }
    return try await httpModel(made, transport: FakeTransport(answer)).complete(request())
  }

  private func body(
    of request: CompletionRequest, provider: Vendor = .openai
  ) async throws -> JSONValue {
    let transport = FakeTransport(chatAnswer)
    _ = try await httpModel(try connection(provider), transport: transport).complete(request)
    return try #require(try transport.bodies.first)
  }

  // MARK: Requests

  @Test func `only set parameters are sent`() async throws {
    let sent = try await body(of: request())
    #expect(
      sent == [
        "model": "gpt-4.1-mini", "messages": [["role": "user", "content": "What is the capital of France?"]],
      ])
  }

  @Test func `all set parameters are sent`() async throws {
    var asked = request()
    asked.messages.insert(ChatMessage(.system, "Be short."), at: 0)
    asked.temperature = 0
    asked.topP = 0.5
    asked.maxTokens = 20
    asked.stop = ["\n", "END"]
    asked.seed = 7
    asked.responseSchema = .init(name: "review", schema: ["type": "string"])
    let sent = try await body(of: asked)
    #expect(sent["messages"]?.arrayValue?.first == ["role": "system", "content": "Be short."])
    #expect(sent["temperature"]?.doubleValue == 0)
    #expect(sent["top_p"] == 0.5)
    #expect(sent["max_tokens"] == 20)
    #expect(sent["stop"] == ["\n", "END"])
    #expect(sent["seed"] == 7)
    #expect(
      sent["response_format"] == [
        "type": "json_schema", "json_schema": ["name": "review", "strict": true, "schema": ["type": "string"]],
      ])
  }

  @Test(arguments: [
    ("o1", Vendor.openai, "max_completion_tokens"), ("o4-mini", .openai, "max_completion_tokens"),
    ("gpt-5", .openai, "max_completion_tokens"), ("gpt-6.1-terra", .openai, "max_completion_tokens"),
    ("gpt-5-chat-latest", .openai, "max_tokens"), ("gpt-4.1", .openai, "max_tokens"), ("olmo-2", .openai, "max_tokens"),
    ("gpt-5", .openrouter, "max_tokens"), ("o1", .ollama, "max_tokens"),
  ])
  func `reasoning models get their own limit`(model: String, provider: Vendor, name: String) async throws {
    var asked = request(model)
    asked.maxTokens = 20
    let sent = try await body(of: asked, provider: provider)
    #expect(sent[name] == 20)
    #expect(sent.objectValue?.count == 3)
  }

  @Test(arguments: [
    (Vendor.openai, "https://api.openai.com/v1/chat/completions"),
    (.openrouter, "https://openrouter.ai/api/v1/chat/completions"),
    (.ollama, "http://localhost:11434/v1/chat/completions"),
  ])
  func `each provider is called at its address with its key`(provider: Vendor, address: String) async throws {
    let transport = FakeTransport(chatAnswer)
    _ = try await httpModel(try connection(provider), transport: transport, timeout: 9).complete(request())
    let sent = try #require(transport.requests.first)
    #expect("\(sent)" == "POST \(address)")
    #expect(sent.headers["authorization"] == "Bearer \(testKey)")
    #expect(sent.headers["Content-Type"] == "application/json")
    #expect(sent.timeout == 9)
  }

  @Test func `without a key no authorization is sent`() async throws {
    let transport = FakeTransport(chatAnswer)
    _ = try await httpModel(try connection(.ollama, key: .none), transport: transport).complete(request())
    #expect(transport.requests.first?.headers["Authorization"] == nil)
  }

  // MARK: Answers

  @Test func `an answer gives text, model, reason, usage and latency`() async throws {
    let times = SharedList([100.0, 142.5])
    let clock = ProviderClock(monotonic: { times.next() }, wall: { 0 })
    let model = httpModel(try connection(.openai), transport: FakeTransport(chatAnswer), clock: clock)
    let expected = Completion(
      text: "Paris", model: "gpt-4.1-mini-2025-04-14", finishReason: "stop",
      usage: TokenUsage(promptTokens: 12, completionTokens: 5, cachedTokens: 8, reasoningTokens: 3), latency: 42.5)
    #expect(try await model.complete(request()) == expected)
  }

  @Test func `OpenRouter's own cost is used`() async throws {
    let answer = #"""
      {"choices":[{"message":{"content":"Paris"},"finish_reason":"length"}],
      "usage":{"prompt_tokens":1,"completion_tokens":1,"cost":0.00025}}
      """#
    let completion = try await complete(answer, provider: .openrouter)
    #expect(completion.reportedCost == 0.00025)
    #expect(completion.finishReason == "length")
  }

  @Test func `a negative cost is nil`() async throws {
    let answer = #"{"choices":[{"message":{"content":"Paris"}}],"usage":{"cost":-3}}"#
    #expect(try await complete(answer, provider: .openrouter).reportedCost == nil)
  }

  @Test(arguments: [
    #"{"choices":[{"message":{"content":[{"type":"text","text":"Pa"},{"type":"text","text":"ris"}]}}]}"#,
    #"{"choices":[{"message":{"content":"Paris"}}],"usage":null}"#,
    #"{"model":null,"choices":[{"message":{"content":["Par","is"]},"finish_reason":null}]}"#,
  ])
  func `parts, and answers without usage or model, are understood`(answer: String) async throws {
    let completion = try await complete(answer)
    #expect(completion == Completion(text: "Paris", model: "gpt-4.1-mini", latency: completion.latency))
  }

  @Test func `the text of a refusal is the answer`() async throws {
    let answer = #"{"choices":[{"message":{"content":null,"refusal":"I can't."},"finish_reason":"stop"}]}"#
    let completion = try await complete(answer)
    #expect(completion.text == "I can't.")
    #expect(completion.finishReason == "refusal")
  }

  @Test func `a refusal beside a text is one nonetheless`() async throws {
    let answer = #"{"choices":[{"message":{"content":"No.","refusal":"I can't."},"finish_reason":"stop"}]}"#
    let completion = try await complete(answer)
    #expect(completion.text == "No." && completion.finishReason == "refusal")
  }

  @Test(arguments: ["length", "stop", "content_filter"])
  func `an answer without text keeps the reason of its end`(reason: String) async throws {
    let answer = #"{"choices":[{"message":{"content":""},"finish_reason":"\#(reason)"}]}"#
    let error = try #require(await failure { () throws(ProviderError) in try await complete(answer) })
    #expect(error.finishReason == reason && error.isCutOff == (reason == "length"))
  }

  @Test(arguments: [
    (#"{"choices":[{"message":{"content":null},"finish_reason":"length"}]}"#, "Raise max_tokens"),
    (#"{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}"#, "without any text"),
    (#"{"choices":[{"message":{"content":" \n"},"finish_reason":"content_filter"}]}"#, "content filter"),
    (#"{"choices":[{"message":{"content":null,"tool_calls":[{"id":"1"}]}}]}"#, "asked for a tool"),
    (#"{"choices":[]}"#, "without choices"), ("{}", "without choices"), ("[]", "without choices"),
    ("\"text\"", "without choices"), ("", "empty body"), ("{\"choices\":", "not JSON"),
    ("<html><head><title>502 Bad\nGateway</title></head></html>", "a web page (502 Bad Gateway)"),
    ("<!DOCTYPE html><p>hi", "a web page (an HTML page)"),
  ])
  func `an answer without usable text is an error that says why`(answer: String, words: String) async throws {
    let error = try #require(await failure { () throws(ProviderError) in try await complete(answer) })
    #expect(error.kind == .unusableAnswer)
    #expect(error.message.contains(words), "\(error)")
    #expect(error.message.hasPrefix("OpenAI ") || error.message.hasPrefix("The answer of OpenAI "))
  }

  @Test func `an answer of another type says so`() async throws {
    let transport = FakeTransport(status: 200, headers: ["content-type": "text/plain; x"], "data is here")
    let model = httpModel(try connection(.openai), transport: transport)
    let error = try #require(await failure { () throws(ProviderError) in try await model.complete(request()) })
    #expect(error.message.contains("not JSON, it is text/plain"))
    #expect(error.message.hasSuffix("It begins with \"data is here\"."))
  }

  @Test func `an unusable answer keeps its usage, because it is paid for`() async throws {
    let answer = #"""
      {"choices":[{"message":{"content":""},"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":9}}
      """#
    let error = await failure { () throws(ProviderError) in try await complete(answer) }
    #expect(error?.usage == TokenUsage(promptTokens: 3, completionTokens: 9))
  }

  @Test(arguments: [
    (#"{"error":{"code":429,"message":"Rate limited upstream"}}"#, ProviderError.Kind.transient, 429 as Int?),
    (#"{"choices":[{"error":{"code":502,"message":"Bad upstream"},"message":{"content":""}}]}"#, .transient, 502),
    (#"{"error":{"message":"Something odd"}}"#, .transient, nil),
    (#"{"error":{"code":402,"message":"Pay"}}"#, .insufficientQuota, 402),
  ])
  func `an error inside a successful answer is one`(
    answer: String, kind: ProviderError.Kind, status: Int?
  ) async throws {
    let error = await failure { () throws(ProviderError) in try await complete(answer, provider: .openrouter) }
    #expect(error?.kind == kind)
    #expect(error?.status == status)
  }
}
