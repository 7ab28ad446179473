import JSONCoding
import Testing

@testable import Toolbox

/// A row without an expected output is not scored here, and no exported file makes it a wrong answer or a passed test.
@Suite struct BlankExportTests {
  private func export(_ run: JSONObject, _ format: String, metric: JSONObject? = nil) async throws -> JSONObject {
    let server = TestServer()
    if let metric { try await server.call("metrics_create", metric) }
    try await server.generatedRun(run, csv: "text,expected_output\na,Say a.\nb, \nc,Say c.\n")
    return try await server.call("exports_create", ["what": "run", "id": 1, "format": .string(format)])
  }

  private func reason(_ result: JSONObject) -> String? {
    result["skipped"]?.arrayValue?.first { $0["what"] == "row 1" }?["why"]?.stringValue
  }

  @Test func `OpenAI Evals`() async throws {
    let result = try await export(["scoring": "ExactMatch"], "openai_evals")
    let text = result["text"]?.stringValue ?? ""
    #expect(text.split(separator: "\n").count == 2 && !text.contains(#""ideal":" ""#), "\(text)")
    #expect(reason(result) == "There is no expected output.", "\(result["skipped"] ?? .null)")
  }

  @Test(arguments: ["ExactMatch", "Contains"]) func `promptfoo, by a comparison`(scoring: String) async throws {
    let result = try await export(["scoring": .string(scoring)], "promptfoo")
    let text = result["text"]?.stringValue ?? ""
    #expect(text.contains("row 0") && !text.contains("description: row 1"), "\(text)")
    #expect(reason(result)?.contains("promptfoo counts a test without an assertion as passed") == true, "\(result)")
  }

  @Test func `promptfoo, by a check beside another one that has nothing to do with it`() async throws {
    let check: JSONObject = ["name": "same", "check": ["kind": "equals"]]
    let alone = try await export(["metric_ids": [1]], "promptfoo", metric: check)
    #expect(reason(alone) != nil && alone["text"]?.stringValue?.contains("description: row 1") == false, "\(alone)")

    let server = TestServer()
    try await server.call("metrics_create", check)
    try await server.call("metrics_create", ["name": "short", "check": ["kind": "starts_with", "value": "Say"]])
    try await server.generatedRun(["metric_ids": [1, 2]], csv: "text,expected_output\na,Say a.\nb, \nc,Say c.\n")
    let both = try await server.call("exports_create", ["what": "run", "id": 1, "format": "promptfoo"])
    let text = both["text"]?.stringValue ?? ""
    let tests = text.components("  - description: ")
    #expect(tests.count == 4, "\(text)")
    #expect(
      tests.count == 4 && tests[1].contains("equals") && !tests[2].contains("equals") && tests[3].contains("equals"))
    #expect(tests.first?.contains("starts-with") == true && tests.first?.contains("type: equals") == false, "\(text)")
  }

  @Test func `a file without empty rows is as short as before`() async throws {
    let server = TestServer()
    try await server.generatedRun(["scoring": "ExactMatch"], csv: "text,expected_output\na,Say a.\nc,Say c.\n")
    let text = try await server.call("exports_create", ["what": "run", "id": 1, "format": "promptfoo"])["text"]?
      .stringValue
    #expect(text?.components("equals").count == 2, "\(text ?? "")")
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
