import JSONCoding
import JSONRPC
import Testing

@testable import Toolbox

@Suite struct StoreResourcesTests {
  private let test = TestServer()

  // MARK: Listing

  @Test func `resources are listed, newest first`() async throws {
    try await test.generatedRun()
    try await test.run()
    try await test.call("prompts_update", ["id": 1, "template": "New {{ text }}"])
    #expect(
      try await test.server.resources() == [
        "datasets/2.csv", "prompts/2", "runs/1/report.md", "runs/1/responses.csv", "runs/1/responses.jsonl",
        "datasets/1.csv", "prompts/1",
      ])
  }

  @Test func `of records made in the same millisecond the last comes first`() async throws {
    let test = TestServer(tick: 0)
    try await test.generatedRun()
    try await test.generatedRun()
    let uris = try await test.server.resources()
    #expect(
      uris == [
        "runs/2/report.md", "runs/2/responses.csv", "runs/2/responses.jsonl", "runs/1/report.md",
        "runs/1/responses.csv", "runs/1/responses.jsonl", "datasets/2.csv", "datasets/1.csv", "prompts/2", "prompts/1",
      ])
  }

  @Test func `a resource has a description`() async throws {
    try await test.dataset()
    let resource = try await test.server.result("resources/list")["resources"]?.arrayValue?.first
    let updated = try await test.call("datasets_get", ["id": 1])["updated_at"] ?? nil
    #expect(
      resource == [
        "uri": "completion-kit://datasets/1.csv", "name": "dataset 1", "title": "rows",
        "description": "3 rows: text, expected_output.", "mimeType": "text/csv", "size": 43,
        "annotations": ["lastModified": updated],
      ])
    #expect(try await test.server.text("datasets/1.csv").utf8.count == 43)
  }

  @Test func `every kind has a template, and ids are suggested by name`() async throws {
    try await test.generatedRun(["name": "baseline"])
    try await test.run(["name": "pending"])
    let templates = try await test.server.result("resources/templates/list")["resourceTemplates"]?.arrayValue
    let uris = templates?.compactMap { $0["uriTemplate"]?.stringValue } ?? []
    #expect(uris == ResourceURI.Kind.allCases.map(\.template))
    for (kind, value, ids) in [
      (.report, "base", ["1"]), (.report, "pending", []), (.responsesCSV, "", ["1"]), (.dataset, "row", ["2", "1"]),
      (.prompt, "1", ["2", "1"]), (.prompt, "2", ["2"]), (.htmlReport, "base", ["1"]), (.comparison, "7,", ["7,1"]),
      (.comparison, "base", ["1"]), (.experiment, "", []),
    ] as [(ResourceURI.Kind, String, [String])] {
      let ref: JSONValue = ["type": "ref/resource", "uri": .string(kind.template)]
      #expect(try await test.server.completions(ref, kind.variable, value) == ids, "\(kind) \(value)")
    }
  }

  // MARK: Reading

  @Test func `a dataset is read as stored`() async throws {
    let csv = "\u{feff}a,b\r\n=1+1,\"x\r\ny\"\r\n\r\n'z, \r\n"
    try await test.dataset(csv)
    #expect(
      try await test.server.read("datasets/1.csv") == [
        ["uri": "completion-kit://datasets/1.csv", "mimeType": "text/csv", "text": .string(csv)]
      ])
    #expect(try await test.server.text("datasets/1.csv?offset=1") == "a,b\r\n'z, \r\n")
  }

  @Test func `a long template is read whole`() async throws {
    let template = String(repeating: "word ", count: 20_000)
    try await test.prompt("long", template: template)
    let object = try JSONValue(parsing: try await test.server.text("prompts/1"))
    #expect(object["template"] == .string(template))
    #expect(object["version_number"] == 1)
  }

  @Test func `a long dataset is read in parts that name the next one`() async throws {
    let cell = String(repeating: "x", count: 1 << 20)
    let csv = "text\n" + (0..<20).map { "\($0)\(cell)\n" }.joined()
    try await test.dataset(csv)
    let first = try await test.server.read("datasets/1.csv")
    #expect(first.count == 2)
    #expect(first.last?["uri"] == "completion-kit://datasets/1.csv#rest")
    #expect(
      first.last?["text"] == "Rows 0 to 14 of 20. Go on with completion-kit://datasets/1.csv?offset=15")
    let second = try await test.server.read("datasets/1.csv?offset=15")
    #expect(second.count == 1)
    let parts = [first, second].map { $0.first?["text"]?.stringValue ?? "" }
    #expect(parts.allSatisfy { $0.hasPrefix("text\n") && $0.utf8.count <= RowPage.byteLimit })
    #expect(parts[0] + parts[1].dropFirst("text\n".count) == csv)
    // A resource given in parts has no size.
    #expect(try await test.server.result("resources/list")["resources"]?.arrayValue?.first?["size"] == nil)
  }

  @Test(arguments: [
    ("prompts/1", "No prompt 1. There are none yet. prompts_create makes one."),
    ("datasets/9.csv", "No dataset 9. Datasets: 1 \"rows\". datasets_list shows all."),
    ("runs/9/report.md", "No run 9. There are none yet. runs_create makes one."),
    ("runs/9/responses.csv", "No run 9. There are none yet. runs_create makes one."),
    (
      "datasets/1.csv?offset=3",
      "completion-kit://datasets/1.csv?offset=3 begins at row 3, but there are 3 rows, counted from 0."
    ),
  ])
  func `a missing resource is refused with the existing kinds`(path: String, message: String) async throws {
    try await test.dataset()
    let uri = JSONValue.string("completion-kit://\(path)")
    #expect(
      await test.server.error("resources/read", ["uri": uri])
        == RPCError(code: -32002, message: message, data: ["uri": uri]))
  }

  @Test func `a URI of another form is refused with the valid forms`() async throws {
    let error = await test.server.error("resources/read", ["uri": "completion-kit://metrics/1"])
    #expect(error?.code == -32002)
    for kind in ResourceURI.Kind.allCases { #expect(error?.message.contains(kind.template) == true) }
  }

  // MARK: Options

  @Test(arguments: [
    (["prompts"], ["prompts/1"]), (["datasets", "tags"], ["datasets/1.csv"]), (["runs"], ["runs/1/report.md"]),
    (["responses"], ["runs/1/responses.csv", "runs/1/responses.jsonl"]),
  ])
  func `a disabled toolset has no resources`(toolsets: [String], uris: [String]) async throws {
    try await test.generatedRun()
    let server = test.offering(toolsets: toolsets)
    #expect(try await server.resources() == uris)
    for path in ["prompts/1", "datasets/1.csv", "runs/1/report.md", "runs/1/responses.csv"] {
      let isRead = await server.error("resources/read", ["uri": .string("completion-kit://\(path)")]) == nil
      #expect(isRead == uris.contains(path), "\(path)")
    }
  }

  @Test func `read-only still reads, and nothing to read is no capability`() async throws {
    try await test.generatedRun()
    #expect(try await test.offering(isReadOnly: true).resources() == test.server.resources())
    #expect(await test.offering(toolsets: ["tags"]).error("resources/list")?.code == -32601)
  }

  // MARK: Links

  private func links(_ tool: String, _ arguments: JSONObject) async throws -> [String] {
    let result = try await test.server.result(
      "tools/call", ["name": .string(tool), "arguments": .object(arguments)])
    return result["content"]?.arrayValue?.filter { $0["type"] == "resource_link" }.compactMap { link in
      link["uri"]?.stringValue.map { String($0.dropFirst("completion-kit://".count)) }
    } ?? []
  }

  @Test func `tools for one record link to it, and lists do not`() async throws {
    #expect(
      try await links("prompts_create", ["name": "p", "template": "{{ text }}", "llm_model": "echo"]) == ["prompts/1"])
    #expect(try await links("datasets_create", ["name": "d", "csv_data": "text\na"]) == ["datasets/1.csv"])
    // A run has no resource before it has responses.
    #expect(try await links("runs_create", ["prompt_id": 1, "dataset_id": 1]) == [])
    let run = ["runs/1/report.md", "runs/1/responses.csv"]
    #expect(try await links("runs_generate", ["id": 1, "wait_seconds": 600]) == run)
    #expect(try await links("runs_get", ["id": 1]) == run)
    #expect(try await links("prompts_get", ["id": 1]) == ["prompts/1"])
    #expect(try await links("datasets_get", ["id": 1]) == ["datasets/1.csv"])
    for tool in ["prompts_list", "runs_list", "datasets_list"] { #expect(try await links(tool, [:]) == []) }
    #expect(try await links("runs_get", ["id": 2]) == [])
  }
}
