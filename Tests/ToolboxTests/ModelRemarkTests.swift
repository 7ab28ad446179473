import Foundation
import JSONCoding
import Providers
import Testing

@testable import Toolbox

/// Remarks on models where they are chosen, not repeated in each result about a run.
@Suite struct ModelRemarkTests {
  /// OpenAI, with two models.
  private static func vendor() -> ChatTransport {
    ChatTransport(models: [["id": "gpt-4.1-mini"], ["id": "house-model"]]) { _ in ChatTransport.answer("ok") }
  }

  private func standIn() async throws -> TestServer {
    let server = TestServer(transport: Self.vendor())
    _ = try await server.id(
      "provider_credentials_create",
      ["provider": "openai", "name": "gateway", "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1"])
    return server
  }

  private func create(_ server: TestServer, _ model: String) async throws -> JSONObject {
    let (prompt, dataset) = (try await server.prompt(), try await server.dataset())
    return try await server.call(
      "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "model": .string(model)])
  }

  @Test func `the destination of calls is reported once, when the run is created`() async throws {
    let server = try await standIn()
    let made = try await create(server, "gpt-6-luna")
    #expect(made.strings("warnings").contains { $0.contains("there is no key for OpenAI itself") })
    #expect(made.strings("warnings").contains { $0.contains("OpenAI's list price") })
    let id = made["id"] ?? .null
    let mini = try await server.call("runs_update", ["id": id, "model": "gpt-4.1-mini"])
    #expect(mini.strings("warnings").contains { $0.contains("gpt-4.1-mini") && $0.contains("list price") })
    let done = try await server.call("runs_generate", ["id": id, "wait_seconds": 600])
    #expect(done["status"] == "completed")
    #expect(!done.strings("warnings").contains { $0.contains("no key") })
    // Doubts about the figures come first.
    #expect(done.strings("warnings").first?.contains("no answer matches") == true)
    #expect(done.strings("warnings").contains { $0.contains("shutdown date") })
  }

  @Test func `a chat and an experiment report them too`() async throws {
    let server = try await standIn()
    let answer = try await server.call(
      "chat_completions_create",
      ["model": "gpt-4.1-mini", "messages": [["role": "user", "content": "hello"]]])
    #expect(answer.strings("warnings").contains { $0.contains("list price") })
    let prompts = try await [server.prompt("a"), server.prompt("b")]
    for id in prompts {
      try await server.call("prompts_update", ["id": .int(id), "llm_model": "gpt-4.1-mini"])
    }
    let made = try await server.call(
      "experiments_create", ["name": "e", "prompt_ids": .array(prompts.map(JSONValue.int))])
    #expect(made.strings("warnings").contains { $0.contains("list price") })
    let shown = try await server.call("experiments_get", ["id": made["id"] ?? .null])
    #expect(shown.strings("warnings").isEmpty)
  }

  @Test func `a misspelt name of a vendor's own model is noticed too`() async throws {
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: Self.vendor())
    let made = try await create(server, "gtp-4.1-mini")
    #expect(made.strings("warnings").first?.contains("Did you mean gpt-4.1-mini?") == true)
    // A server of the user's may have any model.
    let own = try await create(try await standIn(), "gtp-4.1-mini").strings("warnings")
    #expect(!own.contains { $0.contains("Did you mean") })
  }

  @Test func `a name that nobody knows is noticed when the run is made`() async throws {
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: Self.vendor())
    let made = try await create(server, "openai/frobnicator")
    #expect(made.strings("warnings").contains { $0.hasPrefix("frobnicator is not a model known here") })
    let lost = try await create(TestServer(), "frobnicator")
    #expect(lost.strings("warnings").contains { $0.contains("frobnicator") })
    #expect(try await create(server, "gpt-4.1-mini").strings("warnings").allSatisfy { !$0.contains("known here") })
  }

  @Test(arguments: [("gpt-4.1-mimi", "gpt-4.1-mini"), ("gateway/gpt-4.1-mimi", "gateway/gpt-4.1-mini")])
  func `a misspelt model is noticed when the run is created`(name: String, meant: String) async throws {
    let made = try await create(try await standIn(), name)
    #expect(made.strings("warnings").first?.contains("Did you mean \(meant)?") == true)
  }

  @Test func `a run with an unknown model suggests one that the provider has`() async throws {
    let server = try await standIn()
    let id = try await create(server, "gateway/house-mode")["id"] ?? .null
    let run = try await server.call("runs_generate", ["id": id, "wait_seconds": 600])
    #expect(run["status"] == "failed")
    #expect(run["error_message"]?.stringValue?.hasSuffix("Did you mean gateway/house-model?") == true)
  }
}
