import JSONCoding
import JSONRPC
import Testing

@testable import Toolbox

@Suite struct DesignMetricsTests {
  private let test = TestServer()
  private static let ref: JSONValue = ["type": "ref/prompt", "name": "design_metrics"]

  @Test func `it shows the template, rows from all parts of the dataset, and existing metrics`() async throws {
    try await test.prompt()
    try await test.dataset("text,expected_output\n" + (0..<101).map { "word \($0),\($0)" }.joined(separator: "\n"))
    try await test.call("metrics_create", ["name": "Tone", "instruction": "Is it kind?"])
    let text = try await test.server.prompt("design_metrics", ["prompt": "summarizer v1", "dataset": "rows"])
    #expect(text.contains("template begins]\nSay {{ text }}.\n["))
    for row in [0, 20, 40, 60, 80, 100] {
      #expect(text.contains("row \(row) begins]\ntext: word \(row)\nexpected_output: \(row)\n["))
    }
    #expect(!text.contains("word 1\n"))
    #expect(text.contains("1 Tone: Is it kind?"))
    #expect(text.contains("metrics_create") && text.contains("runs_create with prompt_id 1, dataset_id 1"))
    #expect(text.contains("five rubric bands"))
  }

  @Test func `the whole request of the prompt is shown`() async throws {
    try await test.call(
      "prompts_create",
      [
        "name": "p", "template": "Say {{ text }}.", "llm_model": "echo", "system_prompt": "Be brief.",
        "messages": [["role": "user", "content": "Say x."], ["role": "assistant", "content": "x"]],
      ])
    try await test.dataset()
    let text = try await test.server.prompt("design_metrics", ["prompt": 1, "dataset": 1])
    #expect(text.contains("system prompt begins]\nBe brief.\n["))
    #expect(text.contains("turns before the template begins]\n{\"role\":\"user\",\"content\":\"Say x.\"}\n"))
  }

  @Test func `a prompt is found by its name without a version, and its current version is meant`() async throws {
    try await test.generatedRun()
    try await test.call("prompts_update", ["id": 1, "template": "Repeat {{ text }}.", "publish": true])
    let text = try await test.server.prompt("design_metrics", ["prompt": "Summarizer", "dataset": "rows"])
    #expect(text.contains("template begins]\nRepeat {{ text }}.\n["))
  }

  @Test func `one row is enough, and long ones are cut`() async throws {
    let long = String(repeating: "x", count: 100_000)
    try await test.prompt("p", template: long)
    try await test.dataset("text\n\(long)")
    let text = try await test.server.prompt("design_metrics", ["prompt": 1, "dataset": 1])
    #expect(text.utf16.count < 40_000)
    #expect(text.contains("more characters]"))
  }

  @Test func `a missing prompt or dataset is refused`() async throws {
    try await test.prompt()
    for (arguments, message) in [
      (["prompt": 1, "dataset": 1], "No dataset 1. There are none yet. datasets_create makes one."),
      (["prompt": "x", "dataset": 1], "No prompt is named \"x\". Prompts: 1 \"summarizer v1\". Give the id."),
    ] as [(JSONObject, String)] {
      let error = await test.server.error(
        "prompts/get", ["name": "design_metrics", "arguments": .object(arguments)])
      #expect(error == .invalidParams(message))
    }
  }

  @Test func `datasets that have the prompt's columns are suggested first`() async throws {
    try await test.prompt()
    try await test.dataset("text\na")
    try await test.dataset("other\nb")
    #expect(try await test.server.completions(Self.ref, "prompt", "summ") == ["1"])
    #expect(try await test.server.completions(Self.ref, "dataset") == ["2", "1"])
    #expect(try await test.server.completions(Self.ref, "dataset", settled: ["prompt": "1"]) == ["1", "2"])
  }

  @Test func `a server that only reads asks for a proposal`() async throws {
    try await test.prompt()
    try await test.dataset()
    let text = try await test.offering(isReadOnly: true).prompt("design_metrics", ["prompt": 1, "dataset": 1])
    #expect(text.contains("This server cannot store them here."))
    #expect(!text.contains("metrics_create"))
  }
}
