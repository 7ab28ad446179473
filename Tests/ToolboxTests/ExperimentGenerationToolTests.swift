import Evaluation
import JSONCoding
import JSONRPC
import Providers
import ProvidersTestSupport
import Store
import TestSupport
import Testing

@testable import Toolbox

@Suite struct ExperimentGenerationToolTests {
  /// An experiment with two versions of a model served by the transport.
  private func experiment(_ server: TestServer, model: String = "ollama/m") async throws -> Int {
    if model != "echo" { try await server.credential() }
    for template in ["Say {{ text }}.", "Shout {{ text }}!"] {
      try await server.call(
        "prompts_create", ["name": "p", "template": .string(template), "llm_model": .string(model)])
    }
    return try await server.id("experiments_create", ["name": "e", "prompt_ids": [1, 2]])
  }

  private func arguments(_ id: Int, _ settings: JSONObject = [:]) -> JSONObject {
    var arguments: JSONObject = ["experiment_id": .int(id), "inputs": ["text": "x"]]
    for member in settings.members { arguments[member.key] = member.value }
    return arguments
  }

  @Test func `a result has the API's members, followed by cost and others`() async throws {
    let transport = ChatTransport { ChatTransport.answer("I say: \($0)") }
    let server = TestServer(transport: transport)
    let id = try await experiment(server)
    let object = try await server.call(
      "experiments_generate",
      arguments(
        id,
        [
          "num_samples": 3, "session_id": "s-1", "session_reference_id": "mine", "user": "u-1",
          "metadata": ["page": "home"], "seed": 5, "suffix": "end", "logprobs": 2,
        ]), meta: ["progressToken": "p"])
    #expect(
      object.keys == [
        "data", "provider_responses", "project_id", "num_samples", "logprobs", "suffix", "user", "usage", "metadata",
        "provider_request", "session_id", "cost", "latency_ms", "warnings",
      ])
    let data = try #require(object["data"]?.arrayValue)
    #expect(data.map { $0["index"]?.intValue } == [0, 1, 2])
    for datum in data {
      #expect(
        datum.objectValue?.keys == [
          "id", "index", "output", "raw_output", "inputs", "model_config_id", "finish_reason", "tool_results", "model",
          "latency_ms", "cost",
        ])
      let text = datum["model_config_id"] == 1 ? "I say: Say x." : "I say: Shout x!"
      #expect(datum["output"] == .string(text) && datum["raw_output"] == .string(text))
      #expect(datum["inputs"] == ["text": "x"] && datum["finish_reason"] == "stop" && datum["tool_results"] == [])
    }
    #expect(object["provider_responses"]?.arrayValue?.count == 3)
    #expect(object["provider_responses"]?.arrayValue?[0]["object"] == "chat.completion")
    #expect(object["num_samples"] == 3 && object["logprobs"] == 2 && object["suffix"] == "end")
    #expect(object["user"] == "u-1" && object["metadata"] == ["page": "home"] && object["session_id"] == "s-1")
    #expect(
      object["usage"]
        == ["prompt_tokens": 30, "generation_tokens": 6, "total_tokens": 36, "reasoning_tokens": 0])
    #expect(object["warnings"]?.arrayValue?.count == 1)
    let request = try #require(object["provider_request"])
    #expect(request["top_logprobs"] == 2 && request["user"] == "u-1" && request["seed"] == 5)
    #expect(request["suffix"] == nil)
    let seeds = try transport.sent.map { try JSONValue(parsing: $0.body.span)["seed"]?.intValue }
    #expect(Set(seeds) == [5, 6, 7])
    #expect(server.sent.map { $0.params?["progress"]?.doubleValue } == [1, 2, 3])
  }

  @Test func `missing values are null, and every field is present`() async throws {
    let server = TestServer()
    let object = try await server.call("experiments_generate", arguments(try await experiment(server, model: "echo")))
    for name in ["logprobs", "suffix", "user", "metadata", "session_id"] { #expect(object[name] == .null, "\(name)") }
    #expect(object["num_samples"] == 1 && object["cost"] == 0.0 && object["project_id"] == .null)
    #expect(object["provider_request"]?["model"] == "echo")
  }

  @Test func `a project is returned only if given, and a reference replaces a session`() async throws {
    let server = TestServer()
    try await server.run()
    try await server.call("runs_generate", ["id": 1, "wait_seconds": 600])
    try await server.call("prompts_update", ["id": 1, "template": "Shout {{ text }}!"])
    let id = try await server.id("experiments_create", ["name": "e", "prompt_ids": [1, 2]])
    let object = try await server.call("experiments_generate", arguments(id, ["session_reference_id": "mine"]))
    #expect(object["project_id"] == .null && object["session_id"] == "mine")
    for name in ["project", "project_id"] {
      #expect(try await server.call("experiments_generate", arguments(id, [name: "mine"]))["project_id"] == "mine")
    }
  }

  @Test func `the raw request and answers are omitted from a long result unless requested`() async throws {
    let server = TestServer()
    let id = try await experiment(server, model: "echo")
    let exchange = ["provider_request", "provider_responses"]
    let short = try await server.call("experiments_generate", arguments(id))
    #expect(exchange.allSatisfy { short[$0] != nil })
    let long: JSONObject = ["inputs": ["text": .string(String(repeating: "word ", count: 1000))]]
    let object = try await server.call("experiments_generate", arguments(id, long))
    #expect(exchange.allSatisfy { object[$0] == nil } && object["data"]?.arrayValue?.count == 1)
    for more in [["raw": true], ["logprobs": 2]] as [JSONObject] {
      let whole = try await server.call(
        "experiments_generate", arguments(id, JSONObject(long.members + more.members)))
      #expect(exchange.allSatisfy { whole[$0] != nil })
    }
  }

  @Test func `a stream is forwarded in parts, returned as a whole and recorded`() async throws {
    let streaming = FakeStreaming(.chat(["It ", "is ", "red."]))
    let server = TestServer(streaming: streaming)
    let id = try await experiment(server)
    let object = try await server.call(
      "experiments_generate", arguments(id, ["stream": true]), meta: ["progressToken": "t"])
    #expect(object["data"]?.arrayValue?.first?["output"] == "It is red.")
    #expect(server.sent.compactMap { $0.params?["message"]?.stringValue }.joined() == "It is red.")
    #expect(try streaming.bodies.first?["stream"] == true)
    #expect(try await server.call("experiments_get", ["id": .int(id), "generation_id": 1])["output"] == "It is red.")
    #expect(
      try await server.refusal("experiments_generate", arguments(id, ["stream": true, "num_samples": 2]))
        .contains("leave num_samples at 1"))
  }

  @Test func `the same seed draws the same versions`() async throws {
    let server = TestServer()
    let id = try await experiment(server, model: "echo")
    var draws: [[JSONValue?]] = []
    for seed in [7, 7, 8] {
      let object = try await server.call(
        "experiments_generate", arguments(id, ["num_samples": 20, "seed": .int(seed)]))
      draws.append(object["data"]?.arrayValue?.map { $0["model_config_id"] } ?? [])
    }
    #expect(draws[0] == draws[1] && draws[0] != draws[2] && draws[0].count == 20)
  }

  @Test func `every generation is recorded with its request and response, and can be read again`() async throws {
    let server = TestServer(transport: ChatTransport { ChatTransport.answer($0) })
    let id = try await experiment(server)
    let call = try await server.call("experiments_generate", arguments(id, ["num_samples": 2, "user": "u"]))
    let page = try await server.call("experiments_get", ["id": .int(id), "generations": true, "limit": 1])
    #expect(page["total"] == 2 && page["next_cursor"] == "2")
    #expect(try await server.walk("experiments_get", ["id": .int(id), "generations": true, "limit": 1]) == [2, 1])
    let first = try await server.call("experiments_get", ["id": .int(id), "generation_id": 1])
    let index = try #require(first["index"]?.intValue)
    #expect(first["output"] == call["data"]?.arrayValue?[index]["output"])
    #expect(first["provider_response"] == call["provider_responses"]?.arrayValue?[index])
    #expect(first["provider_request"]?["user"] == "u" && first["user"] == "u" && first["outcome"] == "none")
    #expect(
      try await server.refusal("experiments_get", ["id": .int(id), "generation_id": 9]).contains("No generation 9"))
  }

  @Test func `a failed sample loses no other, and is recorded as failed`() async throws {
    let server = TestServer(
      transport: ChatTransport { prompt in
        prompt.hasPrefix("Shout") ? ChatTransport.refusal("No shouting") : ChatTransport.answer(prompt)
      })
    let id = try await experiment(server)
    let object = try await server.call("experiments_generate", arguments(id, ["num_samples": 10, "seed": 1]))
    let failures = try #require(object["failures"]?.arrayValue)
    let data = try #require(object["data"]?.arrayValue)
    #expect(!failures.isEmpty && !data.isEmpty && failures.count + data.count == 10)
    #expect(failures.allSatisfy { $0["error"]?.stringValue?.contains("No shouting") == true })
    let stands = try await server.call("experiments_get", ["id": .int(id)])
    #expect(stands["samples"] == .int(data.count) && stands["failed"] == .int(failures.count))
    #expect(
      try await server.refusal(
        "experiments_feedback", ["generation_id": failures[0]["id"] ?? .null, "outcome": "negative"]
      ).contains("failed, so it has no output"))
    try await server.call("experiments_update", ["id": .int(id), "weights": [0, 1]])
    let all = try await server.refusal("experiments_generate", arguments(id, ["num_samples": 2]))
    #expect(all.hasPrefix("All 2 samples failed. The first: ") && all.contains("No shouting"))
  }

  @Test func `paid calls without an answer are counted, in failed samples and in others`()
    async throws
  {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-test-0123456789"],
      transport: ChatTransport { prompt in ChatTransport.answer(prompt.hasPrefix("Shout") ? "" : "Well.") })
    for template in ["Say {{ text }}.", "Shout {{ text }}!"] {
      try await server.call(
        "prompts_create", ["name": "p", "template": .string(template), "llm_model": "openai/gpt-4.1"])
    }
    let id = try await server.id("experiments_create", ["name": "e", "prompt_ids": [1, 2]])
    let object = try await server.call("experiments_generate", arguments(id, ["num_samples": 10, "seed": 1]))
    let failures = try #require(object["failures"]?.arrayValue?.count)
    #expect(failures > 0 && failures < 10)
    #expect(object["usage"]?["total_tokens"] == 120)
    #expect(abs(try #require(object["cost"]?.doubleValue) - 3.6e-4) < 1e-9)
    let stands = try await server.call("experiments_get", ["id": .int(id)])
    #expect(abs(try #require(stands["total_cost"]?.doubleValue) - 3.6e-4) < 1e-9)
    let version = try #require(stands["versions"]?.arrayValue?[1])
    #expect((version["samples"], version["usage"]?["total_tokens"]) == (0, .int(failures * 12)))
    #expect(version["total_cost"] != .null)
  }

  @Test func `a lost call makes the cost unknown, with the known part and the number of such calls`() async throws {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-test-0123456789"],
      transport: ChatTransport { prompt in
        guard prompt.hasPrefix("Shout") else { return ChatTransport.answer("Well.") }
        let error: JSONObject = ["error": ["message": "No valid JSON", "failed_generation": "{"]]
        return HTTPResponse(status: 400, body: error.encoded)
      })
    for template in ["Say {{ text }}.", "Shout {{ text }}!"] {
      try await server.call(
        "prompts_create", ["name": "p", "template": .string(template), "llm_model": "openai/gpt-4.1"])
    }
    let id = try await server.id("experiments_create", ["name": "e", "prompt_ids": [1, 2]])
    let object = try await server.call("experiments_generate", arguments(id, ["num_samples": 10, "seed": 1]))
    let answered = try #require(object["data"]?.arrayValue?.count)
    let failed = try #require(object["failures"]?.arrayValue?.count)
    #expect(object["cost"] == .null && answered > 0 && failed > 0)
    let stands = try await server.call("experiments_get", ["id": .int(id)])
    // 10 tokens of input and 2 of output, at 2 and 8 dollars per million.
    let known = Dollars.text(3.6e-5 * Double(answered))
    for warnings in [object.strings("warnings"), stands.strings("warnings")] {
      let warning = try #require(warnings.first { $0.contains("cost at least") })
      #expect(warning.contains("calls is unknown") && warning.contains(known), "\(warning)")
    }
    let lost = try #require(stands["uncounted_calls"]?.intValue)
    #expect(stands["total_cost"] == .null && lost >= failed)
    let versions = try #require(stands["versions"]?.arrayValue)
    #expect(versions[0]["total_cost"]?.doubleValue ?? 0 > 0 && versions[0]["uncounted_calls"] == 0)
    #expect(versions[1]["total_cost"] == .null && versions[1]["uncounted_calls"] == .int(lost))
    let all = try await server.call("experiments_list", [:])
    #expect(all["experiments"]?.arrayValue?.first?["uncounted_calls"] == .int(lost))
  }

  @Test func `an impossible generation is refused before anything is sent, whatever would be drawn`() async throws {
    let transport = ChatTransport { ChatTransport.answer($0) }
    let server = TestServer(transport: transport)
    let id = try await experiment(server)
    try await server.call("prompts_update", ["id": 2, "template": "{{ a }} {{ b }} {{ text }}"])
    let refusal = try await server.refusal("experiments_generate", arguments(id))
    #expect(refusal == "inputs lacks a, b, which the prompts of experiment 1 need.")
    try await server.call("prompts_update", ["id": 2, "template": "fixed", "llm_model": "anthropic/claude-x"])
    #expect(try await server.refusal("experiments_generate", arguments(id)).contains("ANTHROPIC_API_KEY"))
    // A version without a share is never drawn.
    try await server.call("experiments_update", ["id": .int(id), "weights": [1, 0]])
    try await server.call("experiments_generate", arguments(id, ["inputs": ["text": ["n": 1], "more": true]]))
    #expect(
      try transport.sent.map { try JSONValue(parsing: $0.body.span)["messages"]?.arrayValue?[0]["content"] } == [
        #"Say {"n":1}."#
      ])
    try await server.call("experiments_update", ["id": .int(id), "status": "paused"])
    #expect(try await server.refusal("experiments_generate", arguments(id)).contains("is paused"))
    #expect(try await server.refusal("experiments_generate", ["experiment_id": 9]).hasPrefix("No experiment 9."))
  }

  @Test func `a cancelled call still records samples in progress, and begins no more`() async throws {
    let gate = Gate()
    let transport = ChatTransport { prompt in
      await gate.pass()
      return ChatTransport.answer(prompt)
    }
    let server = TestServer(transport: transport)
    let id = try await experiment(server)
    let arguments = arguments(id, ["num_samples": 20])
    let call = Task { try await server.outcome("experiments_generate", arguments) }
    while transport.sent.count < 8 { await Task.yield() }
    call.cancel()
    _ = try await call.value
    gate.open()
    while try await server.services.store.read({ $0.generations.count }) < 8 { await Task.yield() }
    for _ in 0..<100 { await Task.yield() }
    #expect(transport.sent.count == 8)
    #expect(try await server.call("experiments_get", ["id": .int(id)])["samples"] == 8)
  }

  @Test func `many long answers fit a result, and the answers are cut last`() async throws {
    let server = TestServer(
      transport: ChatTransport { _ in ChatTransport.answer(String(repeating: "A long answer. ", count: 60)) })
    let id = try await experiment(server)
    let object = try await server.call("experiments_generate", arguments(id, ["num_samples": 20]))
    #expect(object["data"]?.arrayValue?.count == 20)
    let few = try await server.call("experiments_generate", arguments(id, ["num_samples": 12]))
    #expect(few["data"]?.arrayValue?.allSatisfy { $0["output"]?.stringValue?.count == 900 } == true)
  }
}
