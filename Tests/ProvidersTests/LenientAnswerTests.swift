import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

/// Answers that violate a rule but were paid for.
@Suite struct LenientAnswerTests {
  private func ask(
    _ body: [UInt8], type: String? = "application/json", _ provider: Vendor = .openai,
    _ asked: CompletionRequest = request()
  ) async throws(ProviderError) -> Completion {
    var headers = HTTPHeaders()
    headers["Content-Type"] = type
    let transport = FakeTransport(.success(HTTPResponse(status: 200, headers: headers, body: body)))
    let connection: ProviderConnection
    do { connection = try ProvidersTests.connection(provider) } catch {
      throw ProviderError(.invalidRequest, "\(error)")
    }
    return try await httpModel(connection, transport: transport).complete(asked)
  }

  private func error(_ body: String, type: String? = "application/json") async -> ProviderError? {
    await failure { () throws(ProviderError) in try await ask(Array(body.utf8), type: type) }
  }

  private static let usage = #""usage":{"prompt_tokens":21,"completion_tokens":4}"#

  @Test(arguments: [
    #"{"choices":[{"message":{"reasoning_content":"A tower?","content":"Lyon","reasoning_content":"A tower?"}}],\#(usage)}"#,
    #"{"choices":[{"message":{"content":"Lyon","content":null,"role":"a","role":"assistant"}}],\#(usage),"usage":null}"#,
    #"{"choices":[{"message":{"content":"Lyon"},"logprobs":{"content":[{"logprob":-Infinity},{"logprob":NaN}]}}],\#(usage)}"#,
    #"{"choices":[{"message":{"content":"Lyon"}}],"score":1e400,\#(usage)}"# + "\n\ndata: [DONE]\n",
    "\u{feff}\n\n" + #"{"choices":[{"message":{"content":"Lyon"}}],"note":"two"# + "\n" + #"lines",\#(usage)}"#
      + " and more",
  ])
  func `a slip in the JSON loses nothing`(_ body: String) async throws {
    let completion = try await ask(Array(body.utf8))
    #expect(completion.text == "Lyon")
    #expect(completion.usage == TokenUsage(promptTokens: 21, completionTokens: 4))
  }

  @Test(arguments: [Vendor.openai, .ollama, .openrouter])
  func `half a character at the token limit becomes U+FFFD`(_ provider: Vendor) async throws {
    let body =
      Array(#"{"choices":[{"message":{"content":"Grüße "#.utf8) + [0xf0, 0x9f, 0x91]
      + Array(#""},"finish_reason":"length"}]}"#.utf8)
    let completion = try await ask(body, provider)
    #expect((completion.text, completion.finishReason) == ("Grüße \u{fffd}", "length"))
  }

  @Test func `the Messages API is read as leniently`() async throws {
    let body =
      #"{"content":[{"type":"text","text":"Lyon"}],"stop_reason":"end_turn","stop_reason":null,"p":NaN,"#
      + #""usage":{"input_tokens":7,"output_tokens":2}} data: [DONE]"#
    let completion = try await ask(Array(body.utf8), .anthropic)
    #expect((completion.text, completion.finishReason) == ("Lyon", "stop"))
    #expect(completion.usage == TokenUsage(promptTokens: 7, completionTokens: 2))
  }

  @Test func `a compressed answer that ends too early is truncated and can be retried`() async throws {
    for (encoding, kind) in [
      ("gzip", ProviderError.Kind.transient), (nil, .unusableAnswer), ("identity", .unusableAnswer),
    ] {
      var headers: HTTPHeaders = ["Content-Type": "application/json"]
      headers["Content-Encoding"] = encoding
      let body = Array(#"{"choices":[{"message":{"content":"Ly"#.utf8)
      let transport = FakeTransport(.success(HTTPResponse(status: 200, headers: headers, body: body)))
      let model = httpModel(try connection(.openai), transport: transport)
      let error = await failure { () throws(ProviderError) in try await model.complete(request()) }
      #expect(error?.kind == kind, "\(encoding ?? "none")")
    }
  }

  @Test(arguments: [
    #"{"message":{"content":"The capital"}}"# + "\n" + #"{"message":{"content":" is Rome."}}"#,
    #"{"choices":[{"message":{"content":"par"}}]}{"error":{"message":"broken","code":500}}"#,
  ])
  func `the first of several values is not an answer`(_ body: String) async {
    #expect(await error(body)?.kind == .unusableAnswer)
  }

  @Test func `the usage of a truncated compressed answer is kept`() async throws {
    let body = Array(#"{\#(Self.usage),"choices":[{"message":{"content":"Ly"#.utf8)
    let headers: HTTPHeaders = ["Content-Type": "application/json", "Content-Encoding": "gzip"]
    let transport = FakeTransport(.success(HTTPResponse(status: 200, headers: headers, body: body)))
    let model = httpModel(try connection(.openai), transport: transport)
    let error = await failure { () throws(ProviderError) in try await model.complete(request()) }
    #expect(error?.usage == TokenUsage(promptTokens: 21, completionTokens: 4))
  }

  @Test func `an error with the status 200 is requested at one address only`() async throws {
    let transport = FakeTransport(#"{"error":{"message":"no such thing","code":404},\#(Self.usage)}"#)
    let model = httpModel(try connection(.openai, endpoint: "http://127.0.0.1:9"), transport: transport)
    let error = await failure { () throws(ProviderError) in try await model.complete(request()) }
    #expect(error != nil)
    #expect(transport.requests.count == 1)
  }

  @Test func `an error beside choices is an error, and keeps its tokens`() async throws {
    let choices = #""choices":[{"message":{"content":"Ly"}}],\#(Self.usage)"#
    let error = try #require(await error(#"{"error":{"message":"upstream gone","code":502},\#(choices)}"#))
    #expect((error.kind, error.usage) == (.transient, TokenUsage(promptTokens: 21, completionTokens: 4)))
    for empty in ["null", "false", "\"\"", "{}"] {
      #expect(try await ask(Array(#"{"error":\#(empty),\#(choices)}"#.utf8)).text == "Ly")
    }
  }

  // MARK: Unrequested streams

  private static let chunks = [Chunk.text("Ly"), Chunk.text("on"), Chunk.end(), Chunk.usage, Chunk.done]

  @Test(arguments: ["text/event-stream", "application/json", "text/plain; charset=utf-8", nil])
  func `a stream in answer to a plain request is read`(_ type: String?) async throws {
    let body = Self.chunks.map { "data: \($0)\n\n" }.joined()
    var asked = request()
    asked.keepsExchange = true
    let completion = try await ask(Array(body.utf8), type: type, .openai, asked)
    #expect((completion.text, completion.finishReason, completion.reportedCost) == ("Lyon", "stop", 0.002))
    #expect((completion.usage?.totalTokens, completion.firstTextLatency) == (12, nil))
    let recorded = try #require(completion.exchange?.response)
    #expect(recorded["choices"]?.arrayValue?.first?["message"]?["content"] == "Lyon")
  }

  @Test func `an Anthropic stream in answer to a plain request is read`() async throws {
    let body = StreamAssemblerTests.messages.map { "event: x\r\ndata: \($0)\r\n\r\n" }.joined()
    let completion = try await ask(Array(body.utf8), type: nil, .anthropic)
    #expect((completion.text, completion.usage?.totalTokens) == ("Paris", 19))
  }

  @Test func `a stream in answer to a plain request must be complete`() async throws {
    let cut = await error(Self.chunks.prefix(2).map { "data: \($0)\n\n" }.joined())
    #expect((cut?.kind, cut?.usage, cut?.isUncounted) == (.transient, nil, true))
    #expect(cut?.message.contains("ended without its last event") == true)
    let failed = await error("event: error\ndata: the upstream is gone\n\n")
    #expect(failed?.message.contains("the upstream is gone") == true)
    let words = await error("data: come back later\n\ndata: [DONE]\n\n")
    #expect(words?.kind == .unusableAnswer)
    #expect(words?.message.hasSuffix("holds no answer. It begins with \"come back later\".") == true)
  }

  // MARK: Unreadable answers

  @Test(arguments: [
    (#"{"choices":[{"message":{"content":"He said "no""}}],\#(usage)}"#, "is not JSON"),
    (#"{"object":"x",\#(usage),"choices":[{"message":{"content":"cut of"#, "is not JSON"),
    (#"{"output":"Lyon",\#(usage)}"#, "without choices"),
  ])
  func `an unreadable answer keeps its tokens and is described`(
    _ body: String, _ words: String
  ) async throws {
    let error = try #require(await error(body))
    #expect(error.usage == TokenUsage(promptTokens: 21, completionTokens: 4))
    #expect((error.kind, error.isUncounted) == (.unusableAnswer, false))
    #expect(error.message.contains(words) && error.message.contains("It begins with \"\(body.prefix(12))"))
  }

  @Test func `the provider's reported cost is kept with the tokens`() async throws {
    let usage = #""usage":{"prompt_tokens":21,"completion_tokens":4,"cost":0.5}"#
    for body in ["{\(usage),\"choices\":[", #"{\#(usage),"choices":[{"message":{"content":""}}]}"#] {
      #expect(try #require(await error(body)).usage?.reportedCost == 0.5)
    }
  }

  @Test(arguments: [
    #"{"choices":[{"message":{"content":"A "x" and "usage": {"prompt_tokens": 1, "completion_tokens": 1}"}}],\#(usage)}"#,
    #"{"choices":[{"message":{"content":"The \"usage\": {\"prompt_tokens\":1}"#, #"{"usage""#,
    #"{"usage":{"prompt_tokens":"#,
    #"{"usage":7,"choices":["#, #"oops "usage":{"tokens":3}"#,
  ])
  func `ambiguous counts are not used`(_ body: String) async throws {
    let error = try #require(await error(body))
    #expect((error.usage, error.isUncounted) == (nil, true))
  }

  @Test func `the first words are one short line without keys and control characters`() async throws {
    let long = "Bearer \(testKey)\u{1b}[31m is\n\n   wrong\u{0}" + String(repeating: " again", count: 400)
    let message = try #require(await error(long, type: "text/plain")?.message)
    #expect(!message.contains("Zq8wV3") && !message.contains("\u{1b}") && !message.contains("\n"))
    #expect(message.contains("is wrong\u{fffd} again again") && message.count < 260)
  }

  @Test func `an error that begins like JSON is read as a text`() {
    #expect(ProviderErrorBody(body: Array("502 Bad Gateway".utf8)).message == "502 Bad Gateway")
    #expect(ProviderErrorBody(body: Array("null pointer".utf8)).message == "null pointer")
    let stream = "event: error\ndata: {\"error\":{\"message\":\"Busy\",\"code\":\"429\"}}\n\ndata: [DONE]\n\n"
    #expect(ProviderErrorBody(body: Array(stream.utf8)).message == "Busy")
    #expect(ProviderErrorBody(body: Array("data: no more room".utf8)).message == "no more room")
    #expect(ProviderErrorBody(body: Array(#"{"error":"no","error":null} at line 1"#.utf8)).message == "no")
  }
}
