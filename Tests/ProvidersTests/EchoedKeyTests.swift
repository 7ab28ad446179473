import JSONCoding
import ProvidersTestSupport
import TestSupport
import Testing

@testable import Providers

/// A provider that repeats the key it received.
@Suite struct EchoedKeyTests {
  private static let chat = chatAnswer.replacing("Paris", with: "It is \(testKey).")
    .replacing("gpt-4.1-mini-2025-04-14", with: testKey).replacing("\"stop\"", with: "\"\(testKey)\"")
  private static let refusal = chatAnswer.replacing(
    #""content":"Paris","refusal":null"#, with: #""content":null,"refusal":"Not with \#(testKey)""#)
  private static let messages = messagesAnswer.replacing("Par\"", with: "It is \(testKey) \"")
    .replacing("claude-opus-4-5", with: testKey).replacing("end_turn", with: testKey)

  @Test(arguments: [(Vendor.openai, chat), (.openai, refusal), (.openrouter, chat), (.anthropic, messages)])
  func `no part of an answer has the key`(provider: Vendor, answer: String) async throws {
    let connection = try connection(provider)
    let model: any LanguageModel = httpModel(connection, transport: FakeTransport(answer))
    let parts = SharedList<String>()
    for completion in [
      try await model.complete(request()), try await model.stream(request()) { parts.append($0) },
    ] {
      #expect(completion.text.contains("<redacted>"))
      #expect(!"\(completion)\(parts.all.joined())".contains("Zq8w"))
    }
  }

  @Test func `no piece of a stream has the key, nor the rest of an interrupted one`() async throws {
    let letters = testKey.map { Chunk.text(String($0)) }
    for ending in [[Chunk.end(), Chunk.done], []] {
      let streaming = FakeStreaming(
        .events(chunks: [Chunk.text("It is ")] + letters + [Chunk.text(" indeed")] + ending))
      let model = httpModel(try connection(.openai), transport: FakeTransport(""), streaming: streaming)
      let parts = SharedList<String>()
      var said = ""
      do throws(ProviderError) {
        said = try await model.stream(request()) { parts.append($0) }.text
      } catch {
        said = error.partialText ?? ""
      }
      #expect(said == "It is <redacted> indeed")
      #expect(parts.all.joined() == said)
    }
  }

  @Test func `no model of a catalogue contains the key`() async throws {
    let body = #"{"data":[{"id":"m-\#(testKey)"}]}"#
    let models = try await ModelCatalogue(try connection(.openai), transport: FakeTransport(body)).models()
    #expect(models.map(\.id) == ["m-<redacted>"])
  }
}
