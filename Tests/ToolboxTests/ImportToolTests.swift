import JSONCoding
import Testing

@testable import Toolbox

/// The runs that an import offers.
@Suite struct ImportToolTests {
  private let test = TestServer()

  /// A configuration whose rows have an output to expect, and these assertions.
  private func config(_ assertions: String) -> JSONObject {
    let tests = "tests: [{vars: {x: a, expected_output: b}, assert: [\(assertions)]}]"
    return ["data": .string("prompts: ['{{x}}']\nproviders: echo\n" + tests), "dry_run": false]
  }

  @Test func `a run whose criteria were all skipped gives no scores, and the result says so`() async throws {
    let made = try await test.call("imports_create", config("{type: javascript, value: 'output.length > 3'}"))
    #expect(made["note"]?.stringValue?.contains("none of the criteria could be translated.") == true)
    let arguments = try #require(made["runs"]?.arrayValue?.first?.objectValue)
    #expect(arguments["scoring"] == "None" && arguments["metric_ids"] == nil)
    let run = try await test.id("runs_create", arguments)
    #expect(try await test.call("runs_get", ["id": .int(run)])["scoring"] == "None")
  }

  @Test func `a run of a source without criteria is scored as usual`() async throws {
    let made = try await test.call("imports_create", config(""))
    #expect(made["note"]?.stringValue?.contains("criteria") == false)
    let arguments = try #require(made["runs"]?.arrayValue?.first?.objectValue)
    #expect(arguments["scoring"] == nil)
    let run = try await test.id("runs_create", arguments)
    #expect(try await test.call("runs_get", ["id": .int(run)])["scoring"] == "ExactMatch")
  }

  @Test func `a run with one of its criteria is scored by that`() async throws {
    let made = try await test.call(
      "imports_create", config("{type: javascript, value: 'output.length > 3'}, {type: contains, value: b}"))
    #expect(made["note"]?.stringValue?.contains("none of the criteria") == false)
    #expect(made["runs"]?.arrayValue?.first?["scoring"] == "Checks")
  }
}
