import JSONCoding
import ProvidersTestSupport
import TestSupport
import Testing

@testable import Providers

/// Streams that violate a rule but were paid for.
@Suite struct LenientStreamTests {
  /// The result of a stream: the forwarded parts, and the answer or the error.
  private func outcome(
    _ body: String, type: String? = "text/event-stream", _ provider: Vendor = .openai, pieceSize: Int = 7
  ) async throws -> (shown: String, result: Result<Completion, ProviderError>) {
    var headers = HTTPHeaders()
    headers["Content-Type"] = type
    let streaming = FakeStreaming(.init(headers: headers, body: body), pieceSize: pieceSize)
    let parts = SharedList<String>()
    let connection = try connection(provider)
    let model: any LanguageModel = httpModel(connection, transport: FakeTransport(""), streaming: streaming)
    do throws(ProviderError) {
      let completion = try await model.stream(request()) { parts.append($0) }
      #expect(streaming.requests.count == 1)
      return (parts.all.joined(), .success(completion))
    } catch {
      return (parts.all.joined(), .failure(error))
    }
  }

  private static func events(_ data: [String], _ end: String = "\n\n") -> String {
    data.map { "data: \($0)\(end)" }.joined()
  }

  private static let chunks = [Chunk.text("Ly"), Chunk.text("on"), Chunk.end(), Chunk.usage, Chunk.done]
  private static let messages = StreamAssemblerTests.messages

  /// The same answer, with a fault around it.
  static let samples: [String] = [
    events([Chunk.text("Ly"), "ping", Chunk.text("on"), "[keep-alive]", Chunk.end(), Chunk.usage, Chunk.done]),
    events(Array(chunks.dropLast()) + [" [DONE] \t"]), events(Array(chunks.dropLast()) + ["[done]"]),
    events(chunks, "\n"), events(chunks, "\r\n"), events(chunks, "\r"),
    // The counts are on a last line without a line break.
    events(Array(chunks.prefix(3)), "\n") + "data: \(Chunk.usage)",
    "data: ping\n" + events(chunks, "\n") + "data: bye\n",
    chunks.map { "event: chunk\ndata: \($0)\n" }.joined(),
    ": hi\n\n" + events(chunks), "\u{feff}\n" + events(chunks), "retry: 10\nid: 1\n" + events(chunks),
    events([
      Chunk.text("Ly"), #"{"choices":[{"delta":{"content":"on"},"logprobs":[NaN,-Infinity]}]}"#, Chunk.end(),
      Chunk.usage,
    ]),
    events([#"{"choices":[{"index":0,"delta":{"content":"Ly","content":null}}]}"#] + chunks.dropFirst()),
    events(chunks + ["[DONE]", Chunk.text("again"), #"{"error":"closing"}"#, "{broken"]),
    events(Array(chunks.dropLast()) + ["{broken", #"{"error":{"message":"no more counts"}}"#, Chunk.done]),
    events([
      Chunk.text("Ly"), #"{"choices":[{"index":1,"delta":{"content":"Nice"}}]}"#, Chunk.text("on"),
      #"{"choices":[{"index":1,"delta":{"content":"!"},"finish_reason":"length"},{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
      Chunk.usage, Chunk.done,
    ]),
  ]

  @Test(arguments: samples, ["text/event-stream", "application/json", nil])
  func `faults around an answer do not lose it`(_ body: String, _ type: String?) async throws {
    for size in [1, 5, 100_000] {
      let (shown, result) = try await outcome(body, type: type, pieceSize: size)
      let completion = try result.get()
      #expect((completion.text, shown, completion.finishReason) == ("Lyon", "Lyon", "stop"))
      #expect(completion.usage?.totalTokens == 12)
    }
  }

  @Test(arguments: [
    events(messages + ["[DONE]"]), events(messages, "\n"), events(["ping"] + messages),
    messages.map { "event: x\ndata: \($0)\n" }.joined(), events(messages + ["{broken", #"{"type":"error"}"#]),
    events(messages).replacing(#""type":"ping""#, with: #""type":"ping","p":NaN,"p":1"#),
  ])
  func `the Messages stream is read as leniently`(_ body: String) async throws {
    for type in ["text/event-stream", "text/plain"] {
      let (shown, result) = try await outcome(body, type: type, .anthropic)
      #expect((try result.get().text, shown) == ("Paris", "Paris"))
      #expect(try result.get().usage == TokenUsage(promptTokens: 14, completionTokens: 5, cachedTokens: 4))
      #expect(try !result.get().warnings.contains { $0.contains("stream") })
    }
  }

  @Test(arguments: ["text/event-stream", "text/plain", "application/json", nil])
  func `JSON for a request for a stream is read as a whole`(_ type: String?) async throws {
    for (provider, answer) in [
      (Vendor.openai, chatAnswer), (.anthropic, messagesAnswer), (.ollama, "\n " + chatAnswer),
    ] {
      let (shown, result) = try await outcome(answer, type: type, provider)
      #expect((try result.get().text, shown) == ("Paris", "Paris"))
    }
  }

  @Test(arguments: [(Vendor.openai, chatAnswer), (.anthropic, messagesAnswer)])
  func `a whole answer in one event is read`(_ provider: Vendor, _ answer: String) async throws {
    let body = Self.events([answer.split(separator: "\n").joined(), "[DONE]"])
    let (shown, result) = try await outcome(body, provider)
    let completion = try result.get()
    #expect((completion.text, shown, completion.finishReason) == ("Paris", "Paris", "stop"))
    #expect(completion.usage?.completionTokens == 5)
  }

  @Test(arguments: [
    (["One \\ud83d", "\\ude80 two"], "One \u{1f680} two"), (["\\uD83D", "\\uDE80"], "\u{1f680}"),
    (["a\\ud83d", "\\ude80\\ud83c", "\\udf0d!"], "a\u{1f680}\u{1f30d}!"),
    (["a\\ud83d", "b"], "a\u{fffd}b"), (["a\\ud83d"], "a\u{fffd}"), (["a", "\\ude80b"], "a\u{fffd}b"),
    (["a\\ud83d", "\\ud83d\\ude80"], "a\u{fffd}\u{1f680}"), (["a\u{fffd}", "\u{fffd}b"], "a\u{fffd}\u{fffd}b"),
    (["a\\ud83d", "", "\\ude80"], "a\u{1f680}"), (["\\\\ud83d", "\\\\ude80"], "\\ud83d\\ude80"),
  ])
  func `a character split over events is joined`(_ parts: [String], _ text: String) async throws {
    let chunks = parts.map { #"{"choices":[{"index":0,"delta":{"reasoning":"\#($0)","content":"\#($0)"}}]}"# }
    let (shown, result) = try await outcome(Self.events(chunks + [Chunk.end(), Chunk.done]))
    #expect((try result.get().text, shown) == (text, text))
    let deltas = parts.map { #"{"type":"content_block_delta","delta":{"type":"text_delta","text":"\#($0)"}}"# }
    let end = [#"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#, #"{"type":"message_stop"}"#]
    #expect(try await outcome(Self.events(deltas + end), .anthropic).result.get().text == text)
  }

  @Test func `a chunk that cannot be read is a fault before the end`() async throws {
    guard
      case .failure(let error) = try await outcome(
        Self.events([Chunk.text("Ly"), "{broken", Chunk.text("on"), Chunk.end()])
      ).result
    else {
      Issue.record("text is missing in the answer")
      return
    }
    #expect((error.partialText, error.kind) == ("Ly", .unusableAnswer))
  }

  @Test(arguments: [
    ("data: come back later\n\n", "It begins with \"come back later\""),
    ("please wait", "event stream that holds no answer"),
  ])
  func `a stream of words is reported with them, not requested again`(_ body: String, _ words: String) async throws {
    guard case .failure(let error) = try await outcome(body).result else {
      Issue.record("answered")
      return
    }
    #expect(error.kind == .unusableAnswer)
    #expect(error.message.contains(words), "\(error.message)")
  }

  @Test(arguments: 0..<30) func `random noise between events loses nothing`(_ seed: Int) async throws {
    var numbers = Numbers(UInt64(seed) + 99)
    let noise = [
      "data: ping\n\n", ": x\n", "data:\n\n", "event: a\n\n", "data: [x]\n\n", "\n", "id: 4\n", "data: \"{\"\n\n",
      "retry: 9\n",
    ]
    var body = ""
    for chunk in Self.chunks {
      for _ in 0..<numbers.next(4) { body += noise[numbers.next(noise.count)] }
      body += "data: \(chunk)\(["\n", "\n\n", "\r\n\r\n", "\n\n\n"][numbers.next(4)])"
    }
    let (shown, result) = try await outcome(body, type: nil, pieceSize: 1 + numbers.next(40))
    #expect((try result.get().text, shown) == ("Lyon", "Lyon"))
    #expect(try result.get().usage?.totalTokens == 12)
  }

  @Test func `many lines of one object are read once`() throws {
    var parser = ServerSentEventParser()
    let lines = (0..<100_000).map { "data: \"k\($0)\":{}\($0 < 99_999 ? "," : "}")\n" }.joined()
    let bytes = Array("data: {\n\(lines)\n".utf8)
    let clock = ContinuousClock()
    let start = clock.now
    #expect(try parser.parse(bytes.span).count == 1)
    #expect(clock.now - start < .seconds(10))
  }
}
