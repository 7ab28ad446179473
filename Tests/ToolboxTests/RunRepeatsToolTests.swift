import Evaluation
import JSONCoding
import Testing

@testable import Toolbox

/// `repeats` of `runs_create`, and what several answers to a row add to results.
@Suite struct RunRepeatsToolTests {
  private let server = TestServer()
  private static let csv = "text,expected_output\none,Say one.\ntwo,Say three.\n"

  @Test func `a run with repeats shows what they tell`() async throws {
    let run = try await server.run(["repeats": 3], csv: Self.csv)
    #expect(try await server.call("runs_get", ["id": .int(run)])["progress_total"] == 6)
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    let done = try await server.call("runs_get", ["id": .int(run)])
    #expect(done["repeats"] == 3 && done["responses_count"] == 6 && done["avg_score"] == 0.5)
    #expect(done["pass_at_k"] == ["1": 0.5, "2": 0.5, "3": 0.5] && done["pass_hat_k"] == done["pass_at_k"])
    #expect(done["flaky_rows"] == [] && done["flaky_rows_count"] == 0 && done["right_from"] == 1.0)
    #expect(done["resampling"]?["share"] == 0.0 && done["resampling"]?["standard_error"] == 0.5)
    let refusal = try await server.refusal("runs_update", ["id": .int(run), "repeats": 2])
    #expect(refusal.contains("repeats can be raised"))
  }

  @Test func `repeats can be raised, and runs_generate makes the missing answers`() async throws {
    let run = try await server.generatedRun(["repeats": 2], csv: Self.csv)
    let raised = try await server.call("runs_update", ["id": .int(run), "repeats": 3])
    #expect(raised["progress_total"] == 6 && raised["responses_count"] == 4)
    #expect(raised.strings("warnings").contains { $0.contains("2 of 6 answers are still to be made") })
    let gate = try await server.call("runs_get", ["id": .int(run), "gate": ["min_score": 0.1]])["gate"]
    #expect(
      gate?["passed"] == false && gate?["reasons"]?.arrayValue?.first?.stringValue?.contains("not complete") == true)
    let done = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(done["responses_count"] == 6 && done["status"] == "completed" && done["pass_at_k"]?["3"] != nil)
    #expect(!done.strings("warnings").contains { $0.contains("still to be made") })
  }

  @Test func `responses say which answer of their row they are`() async throws {
    let run = try await server.generatedRun(["repeats": 2], csv: Self.csv)
    var places: [[Int?]] = []
    var cursor = ""
    repeat {
      let page = try await server.call(
        "responses_list", ["run_id": .int(run), "limit": 1, "cursor": .string(cursor)])
      let response = page["responses"]?.arrayValue?.first
      places.append([response?["row_index"]?.intValue, response?["repeat"]?.intValue])
      cursor = page["next_cursor"]?.stringValue ?? ""
    } while !cursor.isEmpty && places.count < 9
    #expect(places == [[0, 0], [0, 1], [1, 0], [1, 1]])
  }

  @Test func `a run with one answer a row shows nothing of repeats`() async throws {
    let run = try await server.generatedRun([:], csv: Self.csv)
    let done = try await server.call("runs_get", ["id": .int(run)])
    #expect(done["repeats"] == 1 && !done.keys.contains { RepeatFigures.members.contains($0) })
    let page = try await server.call("responses_list", ["run_id": .int(run)])
    #expect(page["responses"]?.arrayValue?.first?["repeat"] == nil)
  }

  @Test func `temperature 0 is warned of`() async throws {
    let run = try await server.run(["repeats": 2, "temperature": 0], csv: Self.csv)
    let warnings = try await server.call("runs_get", ["id": .int(run)])["warnings"]?.arrayValue ?? []
    #expect(warnings.contains { $0.stringValue?.hasPrefix("repeats is 2 at temperature 0") == true })
  }

  @Test(arguments: [0, 21]) func `repeats are 1 to 20`(repeats: Int) async throws {
    try await server.prompt(template: "Hello.")
    #expect(try await server.refusal("runs_create", ["prompt_id": 1, "repeats": .int(repeats)]).contains("repeats"))
  }
}
