import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

/// The recorded exchange of a call, and the parameters that only experiments and chats send.
@Suite struct RawExchangeTests {
  private var keeping: CompletionRequest {
    var request = request()
    request.keepsExchange = true
    return request
  }

  @Test func `an exchange is kept only on request`() async throws {
    let transport = FakeTransport(chatAnswer)
    let model = httpModel(try connection(.openai), transport: transport)
    #expect(try await model.complete(request()).exchange == nil)
    let exchange = try #require(try await model.complete(keeping).exchange)
    #expect(JSONValue.object(exchange.request) == (try transport.bodies[1]))
    #expect(JSONValue.object(exchange.response) == (try JSONValue(parsing: chatAnswer)))
  }

  @Test func `what is kept is the call that was answered, not the one that was refused`() async throws {
    let transport = FakeTransport(
      .ok(
        #"{"error":{"message":"'seed' is not supported","param":"seed","code":"unsupported_parameter"}}"#, status: 400),
      .ok(chatAnswer))
    var asked = keeping
    asked.seed = 4
    let completion = try await httpModel(try connection(.openai), transport: transport).complete(asked)
    #expect(completion.exchange?.request["model"] == "gpt-4.1-mini")
    #expect(completion.exchange?.request["seed"] == nil)
    #expect(completion.warnings.count == 1)
  }

  @Test func `no key is kept, whoever sent it`() async throws {
    var asked = keeping
    asked.messages = [ChatMessage(.user, "My key is \(testKey).")]
    let answer = chatAnswer.replacing("Paris", with: "You said \(testKey)").replacing("\"c1\"", with: "\"\(testKey)\"")
      .replacing("\"created\"", with: "\"\(testKey)\"")
    let model = httpModel(try connection(.openai), transport: FakeTransport(answer))
    let exchange = try #require(try await model.complete(asked).exchange)
    for kept in [exchange.request, exchange.response] {
      #expect(!JSONValue.object(kept).text.contains(testKey.suffix(8)))
    }
    #expect(exchange.request["messages"]?.arrayValue?[0]["content"] == "My key is <redacted>")
    #expect(exchange.response["<redacted>"] == 1)
  }

  private var full: CompletionRequest {
    var request = request()
    request.user = "u-7"
    request.logprobs = 2
    request.suffix = "The end."
    return request
  }

  @Test func `chat completions are sent a user and logprobs, but no suffix`() async throws {
    let transport = FakeTransport(chatAnswer)
    let completion = try await httpModel(try connection(.openai), transport: transport).complete(full)
    let body = try transport.bodies[0]
    #expect(body["user"] == "u-7" && body["logprobs"] == true && body["top_logprobs"] == 2 && body["suffix"] == nil)
    #expect(completion.warnings == ["suffix was not sent: gpt-4.1-mini at OpenAI does not take it."])
  }

  @Test func `Anthropic is sent a user, but neither logprobs nor suffix`() async throws {
    let transport = FakeTransport(messagesAnswer)
    var asked = full
    asked.model = "claude-opus-4-5"
    let completion = try await httpModel(try connection(.anthropic), transport: transport).complete(asked)
    let body = try transport.bodies[0]
    #expect(body["metadata"] == ["user_id": "u-7"] && body["logprobs"] == nil && body["suffix"] == nil)
    #expect(completion.warnings.map { $0.prefix { $0 != " " } } == ["logprobs", "suffix"])
  }

  @Test func `echo reports what it cannot do, and shows its request`() async throws {
    var asked = full
    asked.keepsExchange = true
    let completion = try await EchoModel().complete(asked)
    #expect(completion.warnings.count == 2)
    #expect(completion.exchange?.request["user"] == "u-7")
    #expect(completion.exchange?.response["text"] == .string(completion.text))
  }

  @Test func `the bytes of an image are in no exchange`() {
    let bytes = String(repeating: "QUJD", count: 100)
    let exchange = RawExchange(
      request: [
        "messages": [
          ["content": [["type": "image_url", "image_url": ["url": .string("data:image/png;base64,\(bytes)")]]]],
          [
            "content": [
              ["type": "image", "source": ["type": "base64", "media_type": "image/png", "data": .string(bytes)]]
            ]
          ],
        ]
      ], response: ["text": "data:image is how it begins"])
    let text = JSONValue.object(exchange.request).text
    #expect(!text.contains("QUJDQUJD") && text.contains("[image: 422 characters]") && text.contains("[image: 400"))
    #expect(exchange.response == ["text": "data:image is how it begins"])
  }
}
