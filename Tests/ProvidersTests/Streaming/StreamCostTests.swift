import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

/// The known cost of a stream that ended badly, and text that must not count twice.
@Suite struct StreamCostTests {
  private func outcome(
    _ data: [String], _ provider: Vendor = .openai, streams: Bool = true
  ) async throws -> RetryingModel.Outcome {
    let body = data.map { "data: \($0)\n\n" }.joined()
    let transport = FakeTransport(headers: ["Content-Type": "text/event-stream"], body)
    let streaming = FakeStreaming(.init(body: body))
    let model = RetryingModel(
      httpModel(try connection(provider), transport: transport, streaming: streaming), sleep: { _ in }, random: { 0 })
    return streams
      ? await model.streamedOutcome(of: request(), onText: { _ in }) : await model.outcome(of: request())
  }

  private func completion(_ data: [String], _ provider: Vendor = .openai) async throws -> Completion {
    try await outcome(data, provider).result.get()
  }

  // MARK: A stream that ends in an error

  private static let counts = #""usage":{"prompt_tokens":9,"completion_tokens":3}"#
  private static let counted = TokenUsage(promptTokens: 9, completionTokens: 3)
  private static let failed = #"{"error":{"message":"the upstream is gone","code":502}}"#

  @Test(arguments: [
    [Chunk.text("Lyon"), #"{"choices":[],\#(counts)}"#, failed],
    [Chunk.text("Lyon"), #"{"error":{"message":"gone","code":502},"choices":[],\#(counts)}"#],
    [Chunk.text("Lyon"), #"{"choices":[{"index":0,"delta":{},"finish_reason":"error"}],\#(counts)}"#, "[DONE]"],
  ])
  func `the tokens of a stream that ends in an error are kept, and it is tried again once`(_ data: [String])
    async throws
  {
    let outcome = try await outcome(data, streams: false)
    #expect((outcome.attempts, outcome.wasted, outcome.uncounted) == (2, [Self.counted, Self.counted], 0))
  }

  @Test(arguments: [
    [Chunk.text("Lyon"), failed],
    [#"{"choices":[{"index":0,"delta":{"reasoning_content":"A city?"}}]}"#, failed],
    [
      #"{"choices":[{"index":0,"delta":{}}],"usage":{"prompt_tokens":9,"completion_tokens":0}}"#, Chunk.text("Ly"),
      failed,
    ],
  ])
  func `text without a count of all its tokens is uncounted, and tried again once`(_ data: [String]) async throws {
    let outcome = try await outcome(data, streams: false)
    #expect((outcome.attempts, outcome.wasted, outcome.uncounted) == (2, [], 2))
  }

  @Test(arguments: ["null", "{}"]) func `a usage without counts is nil`(empty: String) async throws {
    let role = #"{"choices":[{"index":0,"delta":{"role":"assistant"}}],"usage":\#(empty)}"#
    let error = try await outcome([role, Self.failed])
    #expect((error.attempts, error.wasted, error.uncounted) == (6, [], 0))
    let counted = #"{"choices":[],\#(Self.counts)}"#
    let completion = try await completion([
      role, Chunk.text("Lyon"), Chunk.end(), counted, #"{"choices":[],"usage":\#(empty)}"#, "[DONE]",
    ])
    #expect(completion.usage == Self.counted)
  }

  @Test func `an error before any answer costs nothing and is retried like any other`() async throws {
    let outcome = try await outcome([#"{"choices":[{"index":0,"delta":{"content":""}}]}"#, Self.failed])
    #expect((outcome.attempts, outcome.wasted, outcome.uncounted) == (6, [], 0))
  }

  @Test func `an error of Anthropic behind the beginning of an answer is uncounted`() async throws {
    let data = [
      StreamAssemblerTests.messages[0], #"{"type":"error","error":{"type":"overloaded_error","message":"x"}}"#,
    ]
    let outcome = try await outcome(data, .anthropic)
    #expect((outcome.attempts, outcome.wasted, outcome.uncounted) == (6, [], 6))
  }

  @Test func `an answer of Anthropic without its last count has an unknown usage`() async throws {
    let data = StreamAssemblerTests.messages.map {
      $0.contains("message_delta") ? #"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"# : $0
    }
    let completion = try await completion(data, .anthropic)
    #expect((completion.text, completion.usage) == ("Paris", nil))
  }

  // MARK: Repeated text

  @Test(arguments: [
    [
      Chunk.text("Ly"), Chunk.text("on"),
      #"{"choices":[{"index":0,"message":{"content":"Lyon"},"finish_reason":"stop"}]}"#,
    ],
    [Chunk.text("Lyon"), #"{"choices":[{"delta":{},"message":{"content":"Lyon"},"finish_reason":"stop"}]}"#],
    [#"{"choices":[{"message":{"content":"Lyon"}}]}"#, Chunk.end()],
    [Chunk.text("Lyon"), #"{"choices":[{"index":1,"delta":{"content":"Nice"}}]}"#, Chunk.end()],
    [
      #"{"choices":[{"delta":{"content":"Lyon"}}]}"#, #"{"choices":[{"index":1,"delta":{"content":"Nice"}}]}"#,
      #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
    ],
  ])
  func `a message behind its parts, and another choice, add no text`(_ data: [String]) async throws {
    #expect(try await completion(data + [Chunk.done]).text == "Lyon")
  }

  @Test func `the whole message of Anthropic behind its parts adds no text`() async throws {
    var data = StreamAssemblerTests.messages
    data.insert(messagesAnswer.split(separator: "\n").joined(), at: data.count - 1)
    #expect(try await completion(data, .anthropic).text == "Paris")
    let block = #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Paris"}}"#
    let late = [
      #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Paris"}}"#, block,
      #"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#, #"{"type":"message_stop"}"#,
    ]
    #expect(try await completion(late, .anthropic).text == "Paris")
  }

  @Test func `an end without a reason is a warning`() async throws {
    let warnings = try await completion([Chunk.text("Ly"), Chunk.done]).warnings
    #expect(warnings.contains { $0.contains("without a finish_reason") && $0.contains("cut off") })
    #expect(try await completion([Chunk.text("Ly"), Chunk.end(), Chunk.done]).warnings.isEmpty)
  }
}
