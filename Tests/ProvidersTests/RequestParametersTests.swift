import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct RequestParametersTests {
  @Test func `any name is a parameter and is passed on, in the order in which it was set`() async throws {
    var asked = request()
    asked.parameters = RequestParameters(["verbosity": "low", "temperature": 1, "a_new_one": ["x": 1], "seed": nil])
    asked.seed = 3
    let transport = FakeTransport(chatAnswer)
    _ = try await httpModel(try connection(.openai), transport: transport).complete(asked)
    let sent = try #require(try transport.bodies[0].objectValue)
    #expect(sent.keys == ["model", "messages", "verbosity", "temperature", "a_new_one", "seed"])
    #expect(sent["a_new_one"] == ["x": 1] && sent["temperature"] == 1)
  }

  @Test func `an unknown parameter is dropped if a server rejects it`() async throws {
    let refusal = #"{"error":{"message":"Unrecognized request argument supplied: verbosity","param":null}}"#
    let transport = FakeTransport(.ok(refusal, status: 400), .ok(chatAnswer))
    var asked = request()
    asked.parameters = RequestParameters(["verbosity": "low"])
    let completion = try await httpModel(try connection(.openai), transport: transport).complete(asked)
    #expect(completion.warnings == ["verbosity was not sent: gpt-4.1-mini at OpenAI does not take it."])
  }

  @Test func `typed access reads and writes the same values`() {
    var parameters = RequestParameters(["max_completion_tokens": 5.0, "stop": "END", "top_p": 1])
    #expect(parameters.maxTokens == 5 && parameters.stop == ["END"] && parameters.topP == 1)
    #expect(parameters.object.keys == ["max_tokens", "stop", "top_p"])
    parameters.logprobs = 2
    #expect(parameters[.logprobs] == true && parameters[.topLogprobs] == 2 && parameters.logprobs == 2)
    parameters.logprobs = nil
    parameters.maxTokens = nil
    parameters.stop = []
    parameters.topP = nil
    #expect(parameters == RequestParameters())
    parameters.responseSchema = ResponseSchema(name: "x", schema: ["type": "object"])
    #expect(parameters[.responseFormat]?["json_schema"]?["name"] == "x")
    #expect(parameters.responseSchema == ResponseSchema(name: "x", schema: ["type": "object"]))
  }

  @Test func `other members of a request cannot be set as parameters`() {
    let parameters = RequestParameters(["model": "other", "messages": [], "stream": true, "n": 1])
    #expect(parameters.all == [.n])
  }

  @Test func `a message's content is its texts, and setting it replaces all parts`() {
    var message = ChatMessage(.user, parts: [.text("a"), .image(.url("https://x.example/a.png")), .text("b")])
    #expect(message.content == "ab")
    message.content = "c"
    #expect(message == ChatMessage(.user, "c"))
  }
}
