import JSONCoding
import JSONRPC
import Testing

@testable import Toolbox

@Suite struct StorePromptsTests {
  private let test = TestServer()

  private func ref(_ name: String) -> JSONValue { ["type": "ref/prompt", "name": .string(name)] }

  @Test func `every published prompt is an MCP prompt with its variables as arguments`() async throws {
    try await test.call(
      "prompts_create",
      [
        "name": "Real Estate", "template": "{{ street }} in {{city}}, {{ street }}", "llm_model": "echo",
        "description": "Sells a house.",
      ])
    let prompts = try await test.server.result("prompts/list")["prompts"]?.arrayValue
    #expect(
      prompts?.compactMap { $0["name"]?.stringValue } == [
        "improve_prompt", "design_metrics", "review_judge", "real_estate",
      ])
    #expect(
      prompts?.last == [
        "name": "real_estate", "title": "Real Estate", "description": "Sells a house.",
        "arguments": [
          ["name": "street", "description": "Text for {{ street }}.", "required": true],
          ["name": "city", "description": "Text for {{ city }}.", "required": true],
        ],
      ])
    let text = try await test.server.prompt("real_estate", ["street": "{{ city }}", "city": 5])
    #expect(text == "{{ city }} in 5, {{ city }}")
  }

  @Test func `a long variable has a short name as an argument`() async throws {
    let long = String(repeating: "word ", count: 500)
    let template = "{{ \(long)a }} {{ \(long)b }} {{ c }}"
    try await test.prompt("long", template: template)
    let prompts = try await test.server.result("prompts/list")["prompts"]?.arrayValue
    let names = prompts?.last?["arguments"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
    #expect(names.count == 3 && Set(names).count == 3 && names.allSatisfy { $0.count < 70 })
    try #require(names.count == 3)
    let text = try await test.server.prompt("long", [.init(names[0]): "x", .init(names[1]): "y", "c": "z"])
    #expect(text == "x y z")
  }

  @Test func `an MCP prompt sends the published text`() async throws {
    try await test.generatedRun()
    try await test.call("prompts_update", ["id": 1, "template": "New {{ text }}"])
    #expect(try await test.server.prompt("summarizer", ["text": "x"]) == "Say x.")
    try await test.call("prompts_publish", ["id": 2])
    #expect(try await test.server.prompt("summarizer", ["text": "x"]) == "New x")
    let description = try await test.server.result("prompts/list")["prompts"]?.arrayValue?.last?["description"]
    #expect(description == "Version 2 of the prompt summarizer.")
  }

  @Test func `prompts of one name are distinguished, and a deleted one leaves the other its name`() async throws {
    try await test.prompt("Same", template: "first")
    try await test.prompt("same", template: "second")
    #expect(try await test.server.promptNames().suffix(2) == ["same", "same_family2"])
    #expect(try await test.server.prompt("same") == "first")
    #expect(try await test.server.prompt("same_family1") == "first")
    #expect(try await test.server.prompt("same_family2") == "second")
    try await test.call("prompts_delete", ["id": 1])
    #expect(try await test.server.promptNames().last == "same")
    #expect(try await test.server.prompt("same_family2") == "second")
  }

  @Test func `a missing argument is named`() async throws {
    try await test.prompt()
    #expect(
      await test.server.error("prompts/get", ["name": "summarizer"])
        == .invalidParams("Prompt \"summarizer\": text is missing: Text for {{ text }}."))
  }

  // MARK: Completion

  @Test func `an argument is completed from the columns of its name`() async throws {
    try await test.prompt("capital", template: "{{ city }} of {{ country }}")
    try await test.dataset(
      "country,city\nFrance,Paris\nFrance,Lyon\nSpain,Madrid\nPeru,\"two\nlines\"\nItaly,Paris\nX, ")
    #expect(try await test.server.completions(ref("capital"), "city") == ["Paris", "Lyon", "Madrid"])
    #expect(try await test.server.completions(ref("capital"), "city", "pA") == ["Paris"])
    #expect(
      try await test.server.completions(ref("capital"), "city", settled: ["country": "France"]) == ["Paris", "Lyon"])
    // A value without matching rows does not hide everything.
    #expect(try await test.server.completions(ref("capital"), "city", "m", settled: ["country": "Chad"]) == ["Madrid"])
    try await test.dataset("city\nNewtown")
    #expect(try await test.server.completions(ref("capital"), "city").first == "Newtown")
    // A dataset without countries cannot filter towns by country.
    let french = try await test.server.completions(ref("capital"), "city", settled: ["country": "France"])
    #expect(french == ["Paris", "Lyon"])
  }

  @Test func `without the dataset tools their values are not shown`() async throws {
    try await test.prompt()
    try await test.dataset()
    #expect(try await test.server.completions(ref("summarizer"), "text") == ["a", "b", "c"])
    #expect(try await test.offering(toolsets: ["prompts"]).completions(ref("summarizer"), "text") == [])
  }

  // MARK: Options

  @Test(arguments: [
    (["prompts"], ["summarizer"]),
    (["prompts", "runs"], ["summarizer"]),
    (["prompts", "runs", "responses"], ["improve_prompt", "summarizer"]),
    (["prompts", "datasets", "metrics"], ["design_metrics", "summarizer"]),
  ])
  func `a built-in prompt needs the tools of its data`(toolsets: [String], names: [String]) async throws {
    try await test.prompt()
    #expect(try await test.offering(toolsets: toolsets).promptNames() == names)
  }

  @Test func `without the prompt tools there are no prompts`() async throws {
    let server = test.offering(toolsets: ["datasets"])
    #expect(await server.error("prompts/list")?.code == -32601)
    let answer = try await server.result("initialize", ["protocolVersion": "2025-11-25"])
    #expect(answer["capabilities"]?.objectValue?.keys == ["tools", "resources", "completions"])
  }

  @Test func `read-only still reads`() async throws {
    try await test.prompt()
    let server = test.offering(isReadOnly: true)
    #expect(try await server.promptNames() == ["improve_prompt", "design_metrics", "review_judge", "summarizer"])
    #expect(try await server.prompt("summarizer", ["text": "x"]) == "Say x.")
  }
}
