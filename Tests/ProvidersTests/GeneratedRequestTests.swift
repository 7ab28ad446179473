import Foundation
import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

/// `captured_requests.json`: requests in all forms, which an end-to-end test compares with the types of the vendors'
/// own clients.
@Suite struct GeneratedRequestTests {
  private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("EndToEnd/captured_requests.json")

  /// For each API, the vendors without members of their own.
  private static let models: [(vendor: Vendor, model: String)] = [
    (.openai, "gpt-5.2"), (.openai, "gpt-4o"), (.azureFoundry, "mine"), (.gemini, "gemini-3-pro"), (.ollama, "qwen3"),
    (.groq, "openai/gpt-oss-120b"), (.xai, "grok-4.3"), (.fireworks, "x"),
    (.anthropic, "claude-opus-4-5"), (.anthropic, "claude-opus-5"), (.anthropic, "claude-sonnet-4-6"),
  ]

  /// The other forms of parameters that have several.
  private static let variants: [JSONObject] =
    [
      ["tool_choice": "none"], ["tool_choice": ["type": "function", "function": ["name": "weather"]]],
      ["tool_choice": nil], ["stop": "END"], ["response_format": ["type": "json_object"]],
      ["response_format": ["type": "text"]], ["service_tier": "default"], ["service_tier": "flex"],
      ["reasoning_effort": nil],
    ] + ReasoningEffort.allCases.map { ["reasoning_effort": .string($0.rawValue)] }

  /// Messages with a beginning that the cache keeps: a system prompt, a turn, and a part of a text.
  private static let kept: [([ChatMessage], SharedPrefix)] = {
    let (system, turn) = (ChatMessage(.system, "Classify."), ChatMessage(.user, "An example"))
    let (answer, row) = (ChatMessage(.assistant, "delivery"), ChatMessage(.user, "Message: row 7"))
    return [
      ([system, row], SharedPrefix(messages: 1, tokens: 9, key: "k1")),
      ([system, turn, answer, row], SharedPrefix(messages: 3, tokens: 9, key: "k2")),
      ([system, row], SharedPrefix(messages: 1, bytes: "Message: ".utf8.count, tokens: 9, key: "k3")),
    ]
  }()

  private static func bodies(_ format: some WireFormat, _ model: String) -> [JSONObject] {
    let full = CompletionRequest(model: model, messages: fullConversation, parameters: fullParameters)
    let varied = variants.map { change in
      var request = full
      request.messages = [ChatMessage(.user, "Hi")]
      for member in change.members { request.parameters[RequestParameter(rawValue: member.key)] = member.value }
      return request
    }
    return [format.firstBody(of: full), format.firstBody(of: full, isStreaming: true)]
      + kept.map { messages, prefix in
        var request = full
        (request.messages, request.sharedPrefix) = (messages, prefix)
        request.usePromptCache(PromptCache(minimum: 1, isAutomatic: false), requests: 3)
        return format.firstBody(of: request)
      } + varied.filter { format.refusal(of: $0, at: "") == nil }.map { format.firstBody(of: $0) }
  }

  /// What batches of a vendor send for a whole request: a line of a file and the submission, or the submission alone.
  private static func batch(_ vendor: Vendor, _ model: String, _ version: String) async throws -> [JSONObject] {
    let transport = FakeTransport(#"{"id":"b","status":"validating","processing_status":"in_progress"}"#)
    let batches = try #require(httpModel(try connection(vendor), version: version, transport: transport).batches)
    var full = CompletionRequest(model: model, messages: fullConversation, parameters: fullParameters)
    if vendor.refusal(of: full.parameters, model: model) != nil { full.reasoningEffort = nil }
    let lines = try batches.lines(full, full)
    let file = try await batches.upload(lines, label: "run-7")
    _ = try await batches.submit(lines, file: file, label: "run-7")
    let submission = try JSONValue(parsing: #require(transport.requests.last).body)
    let first = lines.bytes.prefix { $0 != UInt8(ascii: "\n") }
    return try (file != nil ? [["api": "openai batch line", "body": .init(parsing: Array(first))]] : [])
      + [["api": .string("\(vendor.rawValue) batch"), "body": submission]]
  }

  @Test func `the captured requests are unchanged`() async throws {
    var lines: [String] = []
    for (vendor, model) in Self.models {
      for version in vendor == .anthropic ? ["2023-06-01", "2026-10-21"] : [""] {
        let format = vendor.format(Vendor.WireOptions(anthropicVersion: version))
        for body in Self.bodies(format, model) {
          let line: JSONObject = [
            "vendor": .string(vendor.rawValue), "version": .string(version), "body": .object(body),
          ]
          lines.append(JSONValue.object(line).text)
        }
        for captured in vendor.batches == nil || vendor == .groq ? [] : try await Self.batch(vendor, model, version) {
          var line: JSONObject = ["vendor": .string(vendor.rawValue), "version": .string(version)]
          for member in captured.members { line.append(member.key, member.value) }
          lines.append(JSONValue.object(line).text)
        }
      }
    }
    let text = "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    if ProcessInfo.processInfo.environment["UPDATE_GENERATED"] != nil { try Data(text.utf8).write(to: Self.path) }
    #expect(
      try String(contentsOf: Self.path, encoding: .utf8) == text, "UPDATE_GENERATED=1 swift test --filter Generated")
  }
}
