import JSONCoding
import Testing

@testable import Toolbox

/// Warnings of `runs_create` about what would be sent and compared.
@Suite struct MaterialHintTests {
  private let server = TestServer()

  private func warnings(_ prompt: JSONObject, csv: String, _ settings: JSONObject = [:]) async throws -> String {
    var prompt = prompt
    prompt["name"] = "p"
    prompt["llm_model"] = "echo"
    let id = try await server.id("prompts_create", prompt)
    var arguments = settings
    arguments["prompt_id"] = .int(id)
    arguments["dataset_id"] = .int(try await server.dataset(csv))
    return try await server.call("runs_create", arguments)["warnings"]?.text ?? ""
  }

  private static let image = "data:image/png;base64,iVBORw0KGgo="

  @Test func `an image in a text is warned of, one in an image part is not`() async throws {
    let csv = "img,text\n\"\(Self.image)\",a"
    let inText = try await warnings(["template": "What is on {{ img }}?"], csv: csv)
    #expect(inText.contains("The column img holds images") && inText.contains("{{ img }}"), "\(inText)")
    let literal = try await warnings(["template": .string("What is on \(Self.image)? {{ text }}")], csv: csv)
    #expect(literal.contains("An image in the prompt's text"))
    #expect(try await !warnings(["template": "Say {{ text }}"], csv: csv).contains("image"))
  }

  @Test(arguments: [
    ("Say {{ text", "its braces do not close: write {{ text }}."), ("Say {{ text }.", "its braces do not close"),
    ("Say {{}} {{ text }}", "a variable has a name"),
  ])
  func `braces that are no variable are warned of`(template: String, sentence: String) async throws {
    let found = try await warnings(["template": .string(template)], csv: "text\na")
    #expect(found.contains(sentence), "\(found)")
    #expect(try await !warnings(["template": "Say {{ text }}: {\"a\": {{ text }}}"], csv: "text\na").contains("braces"))
  }

  @Test func `more rows than there are is warned of`() async throws {
    let found = try await warnings(["template": "{{ text }}"], csv: "text\na\nb", ["rows": 500])
    #expect(found.contains("rows is 500, and dataset 1 has 2"))
  }

  @Test func `expected outputs that are no calls are warned of where the version has tools`() async throws {
    let prompt: JSONObject = [
      "template": "{{ text }}", "tools": [["type": "function", "function": ["name": "weather"]]],
    ]
    let found = try await warnings(prompt, csv: "text,expected_output\na,sunny")
    #expect(found.contains("no expected output is a tool call"))
    let call = "\"{\"\"name\"\": \"\"weather\"\", \"\"arguments\"\": {}}\""
    #expect(try await !warnings(prompt, csv: "text,expected_output\na,\(call)").contains("no expected output"))
  }

  @Test(
    arguments: [
      (["label": "string"], "Put it under properties"), (["oneOf": [["type": "string"]]], "Use anyOf"),
      (
        ["type": "json_schema", "json_schema": ["name": "a", "schema": ["type": "object"]]],
        "Give what is in json_schema.schema alone"
      ), ([:], "response_schema is {}"),
    ] as [(JSONValue, String)])
  func `a schema in another form is refused with the right one`(schema: JSONValue, advice: String) async throws {
    let refusal = try await server.refusal(
      "prompts_create", ["name": "p", "template": "q", "llm_model": "echo", "response_schema": schema])
    #expect(refusal.contains(advice), "\(refusal)")
  }

  @Test func `a text for messages is refused with the form of a list`() async throws {
    let refusal = try await server.refusal(
      "prompts_create", ["name": "p", "template": "q", "llm_model": "echo", "messages": "hello"])
    #expect(refusal.contains("A message has a role and content"), "\(refusal)")
  }

  @Test func `different judges are among what differs`() async throws {
    try await server.metric()
    try await server.generatedRun(["metric_ids": [1], "judge_model": "echo"])
    let other = try await server.id("runs_create", ["prompt_id": 1, "dataset_id": 1, "scoring": "ExactMatch"])
    try await server.call("runs_generate", ["id": .int(other), "wait_seconds": 600])
    let compared = try await server.call("runs_compare", ["run_ids": [1, .int(other)]])
    let differs = compared["statistics"]?.arrayValue?.first?["differs"]
    #expect(differs?["judge_model"] == ["echo", .null] && differs?["scoring"] == ["LlmJudge", "ExactMatch"])
  }
}
