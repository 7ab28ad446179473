import JSONCoding
import ProvidersTestSupport
import TestSupport
import Testing

@testable import Providers

@Suite struct StreamingModelTests {
  private func model(
    _ streaming: FakeStreaming, _ provider: Vendor = .openai
  ) throws -> any LanguageModel {
    let connection = try connection(provider)
    let none = FakeTransport("")
    return httpModel(connection, transport: none, streaming: streaming)
  }

  /// The result of a stream: the forwarded parts, and the answer or the error.
  private func outcome(
    _ streaming: FakeStreaming, _ provider: Vendor = .openai, _ asked: CompletionRequest = request()
  ) async throws -> (parts: [String], result: Result<Completion, ProviderError>) {
    let parts = SharedList<String>()
    let model = try model(streaming, provider)
    do throws(ProviderError) {
      let completion = try await model.stream(asked) { parts.append($0) }
      return (parts.all, .success(completion))
    } catch {
      return (parts.all, .failure(error))
    }
  }

  @Test(arguments: [1, 2, 3, 64, 100_000]) func `text is forwarded in order and the whole is the answer`(
    _ size: Int
  ) async throws {
    let body = [": hi", "", "data: " + Chunk.text("Grüße, "), "", "data: " + Chunk.text("😀!"), ""].joined(
      separator: "\r\n")
    let end = ["", "data: " + Chunk.end(), "", "data: " + Chunk.usage, "", "data: [DONE]", "", ""].joined(
      separator: "\r\n")
    let streaming = FakeStreaming(.init(body: body + end), pieceSize: size)
    let (parts, result) = try await outcome(streaming)
    let completion = try result.get()
    #expect(completion.text == "Grüße, 😀!")
    #expect(parts.joined() == completion.text)
    #expect((completion.model, completion.finishReason, completion.reportedCost) == ("gpt-4.1-mini", "stop", 0.002))
    #expect(completion.usage?.totalTokens == 12)
    #expect(try #require(completion.firstTextLatency) <= completion.latency)
    let sent = try #require(try streaming.bodies.first)
    #expect(sent["stream"] == true)
    #expect(sent["stream_options"]?["include_usage"] == true)
  }

  @Test func `the Messages API streams in its own form`() async throws {
    let body = StreamAssemblerTests.messages.map { "event: x\ndata: \($0)\n\n" }.joined()
    let streaming = FakeStreaming(.init(body: body))
    let (parts, result) = try await outcome(streaming, .anthropic)
    #expect((try result.get().text, parts) == ("Paris", ["Paris"]))
    let sent = try #require(try streaming.bodies.first)
    #expect((sent["stream"], sent["stream_options"]) == (true, nil))
  }

  @Test func `an unstreamed answer is read as a whole`() async throws {
    let (parts, result) = try await outcome(FakeStreaming(.json(chatAnswer)))
    #expect((try result.get().text, parts) == ("Paris", ["Paris"]))
  }

  @Test(arguments: [
    (401, #"{"error":{"message":"bad key"}}"#, ProviderError.Kind.unauthorized),
    (429, #"{"error":{"message":"slow down"}}"#, .transient), (500, "oops", .transient),
    (400, #"{"error":{"message":"no"}}"#, .invalidRequest), (200, "{}", .unusableAnswer), (200, "", .unusableAnswer),
  ])
  func `an error before the stream is reported as without one`(
    _ status: Int, _ body: String, _ kind: ProviderError.Kind
  ) async throws {
    let (parts, result) = try await outcome(FakeStreaming(.json(body, status: status, headers: ["Retry-After": "7"])))
    guard case .failure(let error) = result else {
      Issue.record("answered")
      return
    }
    #expect((error.kind, parts, error.partialText) == (kind, [], nil))
    if status == 429 { #expect(error.retryAfter == 7) }
  }

  @Test(arguments: [
    (FakeStreaming.Answer.events(Chunk.text("Pa")), "ended without its last event"),
    (.events(Chunk.text("Pa"), error: .connectionLost("it was closed")), "it was closed"),
    (.events(Chunk.text("Pa"), error: .stalled(seconds: 30)), "sent nothing for 30 seconds"),
    (.init(body: "data: \(Chunk.text("Pa"))\n\ndata: {\"choi"), "ended without its last event"),
    (
      .events(Chunk.text("Pa"), #"{"error":{"code":502,"message":"upstream died"}}"#, Chunk.text("ris")),
      "upstream died"
    ),
    (.events(Chunk.text("Pa"), "{nonsense", Chunk.text("ris")), "not JSON"),
  ])
  func `a stream that is cut off reports its progress`(_ answer: FakeStreaming.Answer, _ words: String) async throws {
    let (parts, result) = try await outcome(FakeStreaming(answer))
    guard case .failure(let error) = result else {
      Issue.record("answered")
      return
    }
    #expect(parts == ["Pa"])
    #expect(error.partialText == "Pa")
    #expect(error.message.contains(words) && error.message.hasSuffix("It was cut off after 2 characters of text."))
  }

  @Test func `a finish reason is enough, the last event may be missing`() async throws {
    let (_, result) = try await outcome(FakeStreaming(.events(Chunk.text("Paris"), Chunk.end())))
    let completion = try result.get()
    #expect((completion.text, completion.warnings) == ("Paris", ["The stream ended without its last event."]))
    let closed = FakeStreaming.Answer.events(Chunk.text("Paris"), Chunk.end(), Chunk.done, error: .connectionLost("x"))
    #expect(try await outcome(FakeStreaming(closed)).result.get().warnings == [])
  }

  @Test func `counts without a final line are read`() async throws {
    let events = [Chunk.text("Paris"), Chunk.end(), Chunk.usage].map { "data: \($0)" }.joined(separator: "\n\n")
    #expect(try await outcome(FakeStreaming(.init(body: events))).result.get().usage?.totalTokens == 12)
    let cut = FakeStreaming(.init(body: String(events.dropLast(9))))
    let completion = try await outcome(cut).result.get()
    #expect((completion.text, completion.usage) == ("Paris", nil))
  }

  @Test func `an empty finish reason is nil`() async throws {
    let first = Chunk.text("Pa").replacing(#"}}]}"#, with: #"},"finish_reason":""}]}"#)
    let (_, result) = try await outcome(FakeStreaming(.events(first, Chunk.text("ris"))))
    guard case .failure(let error) = result else {
      Issue.record("taken as whole")
      return
    }
    #expect(error.partialText == "Paris")
    #expect(try await outcome(FakeStreaming(.events(first, Chunk.end()))).result.get().finishReason == "stop")
  }

  @Test(arguments: [Vendor.openai, .anthropic]) func `an event without data is a keep-alive`(
    _ provider: Vendor
  ) async throws {
    let chunks = [Chunk.text("Paris"), Chunk.end(), Chunk.done]
    let events = provider == .anthropic ? StreamAssemblerTests.messages : chunks
    let body = events.map { "event: ping\ndata:\n\ndata: \($0)\n\n" }.joined()
    #expect(try await outcome(FakeStreaming(.init(body: body)), provider).result.get().text == "Paris")
  }

  @Test func `a key that a server repeats in its stream is not shown`() async throws {
    let echo = #"{"error":{"code":400,"message":"the key \#(testKey) is odd"}}"#
    guard case .failure(let error) = try await outcome(FakeStreaming(.events(echo))).result else {
      Issue.record("answered")
      return
    }
    #expect(error.message.contains("odd") && !error.message.contains("Zq8wV3"))
  }

  @Test func `a server that does not know stream_options is asked without them, once and for all`() async throws {
    let refusal = #"{"error":{"message":"Unrecognized request argument supplied: stream_options"}}"#
    let streaming = FakeStreaming(.json(refusal, status: 400), .events(Chunk.text("Paris"), Chunk.end(), Chunk.done))
    let model = try model(streaming)
    for _ in 0..<2 { #expect(try await model.stream(request()) { _ in }.text == "Paris") }
    #expect(try streaming.bodies.map { $0["stream_options"] != nil } == [true, false, false])
  }

  @Test func `a refused parameter is dropped with a warning`() async throws {
    let refusal = #"{"error":{"message":"Unsupported parameter: seed","code":"unsupported_parameter","param":"seed"}}"#
    let streaming = FakeStreaming(.json(refusal, status: 400), .events(Chunk.text("Paris"), Chunk.end(), Chunk.done))
    var asked = request()
    asked.seed = 7
    let completion = try await outcome(streaming, .openai, asked).result.get()
    #expect(completion.warnings == ["seed was not sent: gpt-4.1-mini at OpenAI does not take it."])
  }

  @Test func `a failure before the first text is tried again, one after it is not`() async throws {
    let busy = FakeStreaming.Answer.json("{}", status: 503)
    let good = FakeStreaming.Answer.events(Chunk.text("Paris"), Chunk.end(), Chunk.done)
    let early = RetryingModel(try model(FakeStreaming(busy, busy, good)), sleep: { _ in })
    let parts = SharedList<String>()
    let answered = await early.streamedOutcome(of: request()) { parts.append($0) }
    #expect((try answered.result.get().text, answered.attempts, parts.all) == ("Paris", 3, ["Paris"]))

    let broken = FakeStreaming.Answer.events(Chunk.text("Pa"), error: .connectionLost("it was closed"))
    let late = RetryingModel(try model(FakeStreaming(broken, good)), sleep: { _ in })
    let failed = await late.streamedOutcome(of: request()) { parts.append($0) }
    #expect((failed.attempts, parts.all) == (1, ["Paris", "Pa"]))
  }

  @Test func `the model echo has one part`() async throws {
    let parts = SharedList<String>()
    let completion = try await EchoModel().stream(request("echo")) { parts.append($0) }
    #expect(parts.all == [completion.text])
  }
}
