import Foundation
import JSONCoding
import Providers
import Store
import Testing

@testable import Toolbox

/// Runs without a prompt, and judges without a name.
@Suite struct RunWithoutPromptTests {
  private func run(_ server: TestServer, csv: String, _ settings: JSONObject = [:]) async throws -> JSONObject {
    var arguments: JSONObject = ["dataset_id": .int(try await server.dataset(csv)), "model": "echo"]
    for member in settings.members { arguments[member.key] = member.value }
    return try await server.call("runs_create", arguments)
  }

  @Test(arguments: [
    "q,expected_output\nParis,Paris", "id,input\n1,Paris", "input,expected_output\nParis,Paris",
    "q,__split\nParis,test",
  ])
  func `the row's text is the message`(csv: String) async throws {
    let server = TestServer()
    let run = try await run(server, csv: csv)
    try await server.call("runs_generate", ["id": 1, "wait_seconds": 600])
    let page = try await server.call("responses_list", ["run_id": 1])
    #expect(page["responses"]?.arrayValue?.map { $0["response_text"] } == ["Paris"])
    #expect(run["model"] == "echo")
  }

  @Test func `the prompt version for a model and a column is created once`() async throws {
    let server = TestServer()
    let runs = [
      try await run(server, csv: "q,expected_output\na,b"), try await run(server, csv: "q\nc"),
      try await run(server, csv: "input\nc"), try await run(server, csv: "q\nc", ["model": "ollama/m"]),
    ]
    #expect(runs.map { $0["prompt_id"] } == [1, 1, 2, 3])
    let prompt = try await server.call("prompts_get", ["id": 1])
    #expect((prompt["name"], prompt["template"], prompt["llm_model"]) == ("echo: {{ q }}", "{{ q }}", "echo"))
    #expect(prompt["current"] == false)
    let offered = try await server.server.result("prompts/list")["prompts"]?.arrayValue ?? []
    #expect(offered.allSatisfy { $0["title"]?.stringValue?.contains("{{ q }}") != true })
  }

  @Test func `braces in a row stay text`() async throws {
    let server = TestServer()
    _ = try await run(server, csv: "q\n{{ other }}")
    try await server.call("runs_generate", ["id": 1, "wait_seconds": 600])
    let page = try await server.call("responses_list", ["run_id": 1])
    #expect(page["responses"]?.arrayValue?.map { $0["response_text"] } == ["{{ other }}"])
  }

  @Test func `the expected column is not input`() async throws {
    let server = TestServer()
    let run = try await run(server, csv: "q,answer\na,a", ["expected_column": "answer", "scoring": "ExactMatch"])
    #expect((run["prompt_id"], run["scoring"]) == (1, "ExactMatch"))
  }

  @Test func `a dataset without a clear input column is refused`() async throws {
    let server = TestServer()
    try await server.dataset("a,b\n1,2")
    let refusal = try await server.refusal("runs_create", ["dataset_id": 1, "model": "echo"])
    #expect(refusal.contains("prompt_id is missing: dataset 1 has the columns a, b"))
    try await server.dataset("{{q\n1")
    #expect(
      try await server.refusal("runs_create", ["dataset_id": 2, "model": "echo"]).contains(
        "cannot be named in a template"))
    for arguments in [["dataset_id": 1], ["model": "echo"], [:]] as [JSONObject] {
      #expect(try await server.refusal("runs_create", arguments).hasPrefix("prompt_id is missing: the prompt version"))
    }
    #expect(try await server.call("prompts_list")["total"] == 0)
  }

  // MARK: The judge

  @Test func `the server's default judge is used if a run names none`() async throws {
    let server = TestServer(judgeModel: "ollama/judge")
    for (settings, judge) in [
      (["scoring": "LlmJudge"], "ollama/judge"),
      (["scoring": "LlmJudge", "judge_model": "ollama/other"], "ollama/other"),
      (["scoring": "ExactMatch"], nil), ([:], nil),
    ] as [(JSONObject, String?)] {
      let run = try await server.run(settings)
      #expect(try await server.call("runs_get", ["id": .int(run)])["judge_model"] == .optional(judge))
    }
  }

  @Test func `without a default the model judges itself, with its own credential, and the run says so`() async throws {
    let transport = ChatTransport.judge(score: 4)
    let server = TestServer(transport: transport)
    try await server.credential()
    let endpoint = try await server.id(
      "provider_credentials_create", ["provider": "ollama", "api_endpoint": "http://127.0.0.1:9999"])
    let run = try await server.run(
      ["scoring": "LlmJudge", "model": "ollama/m", "provider_credential_id": .int(endpoint)])
    let object = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect((object["judge_model"], object["avg_score"]) == ("ollama/m", 4.0))
    #expect(object.strings("warnings").contains { $0.hasPrefix("ollama/m judges its own answers") })
    #expect(transport.sent.filter { $0.method == .post }.allSatisfy { $0.url.port == 9999 })
    let other = try await server.call("runs_update", ["id": .int(run), "judge_model": "ollama/other"])
    #expect(!other.strings("warnings").contains { $0.contains("its own answers") })
  }
}
