import JSONCoding
import Testing

@testable import Toolbox

/// What `prompts_get` says of a prompt that providers could keep in their caches.
@Suite struct CacheHintTests {
  private static let long = String(repeating: "Answer politely and in one sentence. ", count: 250)

  private func warnings(_ template: String, model: String = "claude-sonnet-5", system: String? = nil) async throws
    -> [String]
  {
    let server = TestServer()
    var arguments: JSONObject = ["name": "p", "template": .string(template), "llm_model": .string(model)]
    if let system { arguments["system_prompt"] = .string(system) }
    let id = try await server.id("prompts_create", arguments)
    let prompt = try await server.call("prompts_get", ["id": .int(id)])
    return (prompt["warnings"]?.arrayValue ?? []).compactMap(\.stringValue)
  }

  @Test(arguments: ["claude-sonnet-5", "gpt-5.2", "openai/gpt-5.2"])
  func `a long text after a variable could be kept if the variable came last`(model: String) async throws {
    let found = try await warnings("{{ message }}\n" + Self.long, model: model)
    #expect(found.count == 1 && found[0].contains("{{ message }}") && found[0].contains("1024"))
  }

  @Test func `what stands before the variables already, what is too short, and unknown models have no hint`()
    async throws
  {
    #expect(try await warnings(Self.long + "{{ message }}").isEmpty)
    #expect(try await warnings("{{ message }}", system: Self.long).isEmpty)
    #expect(try await warnings("{{ message }} Answer politely.").isEmpty)
    #expect(try await warnings("{{ message }}" + Self.long, model: "claude-haiku-4-5").isEmpty, "4,096 tokens at least")
    #expect(try await warnings("{{ message }}" + Self.long, model: "ollama/llama3.2").isEmpty)
    #expect(try await warnings(Self.long, model: "claude-sonnet-5").isEmpty)
  }

  @Test func `a gain that is small beside what is kept already is no hint`() async throws {
    #expect(try await warnings(Self.long + "{{ message }} Answer now, please, and be brief.").isEmpty)
  }
}
