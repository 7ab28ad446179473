import JSONCoding
import Testing

@testable import Toolbox

@Suite struct RunComparisonToolTests {
  private static let countries = ["France", "Spain", "Italy", "Norway", "Peru", "Chile", "Japan", "Kenya"]

  /// Two runs of one dataset: the first answers with one word for all rows, the second with the row's own.
  private func server() async throws -> TestServer {
    let server = TestServer()
    let csv = "word,expected_output\n" + Self.countries.map { "\($0),\($0)\n" }.joined()
    try await server.call("datasets_create", ["name": "words", "csv_data": .string(csv)])
    try await server.call("prompts_create", ["name": "same", "template": "France", "llm_model": "echo"])
    try await server.call("prompts_create", ["name": "own", "template": "{{ word }}", "llm_model": "echo"])
    for id in 1...2 {
      try await server.call("runs_create", ["prompt_id": .int(id), "dataset_id": 1, "scoring": "ExactMatch"])
      try await server.call("runs_generate", ["id": .int(id)])
    }
    return server
  }

  @Test func `runs are paired by row, with figures and a verdict`() async throws {
    let result = try await server().call("runs_compare", ["run_ids": [1, 2]])
    #expect(result["dataset_id"] == 1)
    #expect(result["runs"]?.arrayValue?.map { $0["avg_score"] } == [0.125, 1.0])
    let statistics = try #require(result["statistics"]?.arrayValue?.first)
    #expect(statistics["run_id"] == 2 && statistics["baseline_id"] == 1)
    #expect(statistics["wins"] == 7 && statistics["ties"] == 1 && statistics["losses"] == 0)
    #expect(statistics["mean_difference"] == 0.875)
    // Seven discordant pairs, all in one direction: 2 * 0.5 ^ 7.
    #expect(statistics["test"] == "exact McNemar")
    #expect(abs((statistics["p_value"]?.doubleValue ?? 1) - 0.015625) < 1e-9)
    #expect(statistics["verdict_word"] == "better")
    #expect(statistics["verdict"]?.stringValue?.contains("is better than") == true)
    let interval = statistics["interval"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    #expect(interval.count == 2 && interval[0] > 0 && interval[1] == 1)
    #expect(statistics["differs"] == ["prompt_id": [1, 2], "template": ["France", "{{ word }}"]])
    let first = try #require(result["comparisons"]?.arrayValue?.first)
    #expect(first["row_index"] == 0 && first["input"] == ["word": "France"] && first["expected"] == "France")
    #expect(first["results"]?.arrayValue?.map { $0["score"] } == [1.0, 1.0])
  }

  @Test func `a run whose process is gone is interrupted, not running`() async throws {
    let server = try await server()
    try await server.interrupt(run: 2)
    // All its rows are answered, so that nothing is open.
    let whole = try await server.call("runs_compare", ["run_ids": [1, 2]])["statistics"]?.arrayValue?.first
    #expect(whole?["verdict_word"] == "better")
    let left = try await server.call("runs_list", ["dataset_id": 1, "frontier": true])
    #expect("\(left)".contains("It was interrupted. runs_generate resumes it."), "\(left)")
    for run in 1...2 { try await server.call("runs_update", ["id": .int(run), "repeats": 2]) }
    try await server.call("runs_generate", ["id": 1, "wait_seconds": 600])
    let told = try await server.call("runs_get", ["id": 2])["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(told.contains { $0.hasPrefix("8 of 16 answers are still to be made: runs_generate") }, "\(told)")
    let result = try await server.call("runs_compare", ["run_ids": [1, 2]])
    let verdict = try #require(result["statistics"]?.arrayValue?.first?["verdict"]?.stringValue)
    #expect(verdict.contains("run 2 was interrupted") && !verdict.contains("is running"), "\(verdict)")
    #expect(verdict.contains("runs_generate resumes run 2."))
    let frontier = try await server.call("runs_list", ["dataset_id": 1, "frontier": true])
    #expect("\(frontier)".contains("It was interrupted. runs_generate resumes it."), "\(frontier)")
    #expect(result["runs"]?.arrayValue?.map { $0["status"] } == ["completed", "failed"])
  }

  @Test func `runs that were judged differently cannot be compared`() async throws {
    let transport = ChatTransport { prompt in
      ChatTransport.answer(prompt.count < 20 ? prompt : #"{"reasons": "so", "score": 4}"#)
    }
    let server = TestServer(transport: transport)
    try await server.credential()
    try await server.call("metrics_create", ["name": "tone"])
    try await server.call("metrics_create", ["name": "style"])
    let first = try await server.generatedRun(["metric_ids": [1], "judge_model": "ollama/one"])
    for (metric, judge) in [(1, "ollama/two"), (2, "ollama/one"), (1, "ollama/one")] {
      try await server.call(
        "runs_create",
        ["prompt_id": 1, "dataset_id": 1, "metric_ids": [.int(metric)], "judge_model": .string(judge)])
    }
    for id in 1...3 { try await server.call("runs_generate", ["id": .int(first + id), "wait_seconds": 600]) }
    let ids = JSONValue.array((first...(first + 3)).map(JSONValue.int))
    let statistics = try await server.call("runs_compare", ["run_ids": ids])["statistics"]?.arrayValue ?? []
    let verdicts = statistics.compactMap { $0["verdict"]?.stringValue }
    #expect(verdicts.map { $0.contains("judged by different models") } == [true, false, false])
    #expect(verdicts.map { $0.contains("judged by different metrics") } == [false, true, false])
    let words = statistics.compactMap { $0["verdict_word"]?.stringValue }
    #expect(words.prefix(2) == ["not_comparable", "not_comparable"] && words.last != "not_comparable")
    // There is never a number without a measurement.
    #expect(statistics[0]["mean_difference"] == nil && statistics[0]["interval"] == nil)
    try await server.call("metrics_update", ["id": 1, "instruction": "Anew"])
    let reworded = try await server.call("runs_compare", ["run_ids": [.int(first), .int(first + 3)]])
    let sentence = reworded["statistics"]?.arrayValue?.first?["verdict"]?.stringValue ?? ""
    #expect(sentence.contains("no reviews by the judge and the metrics as they are worded now"))
  }

  @Test func `drafts of one prompt on the same rows are counted, the baseline not`() async throws {
    let server = try await server()
    for number in 3...5 {
      try await server.call("prompts_update", ["id": .int(number - 1), "template": .string("{{ word }} \(number)")])
      try await server.call("runs_create", ["prompt_id": .int(number), "dataset_id": 1, "scoring": "ExactMatch"])
      try await server.call("runs_generate", ["id": .int(number)])
    }
    func sentence(_ ids: JSONValue) async throws -> String {
      try await server.call("runs_compare", ["run_ids": ids])["statistics"]?.arrayValue?.first?["verdict"]?.stringValue
        ?? ""
    }
    #expect(try await sentence([1, 5]).contains("the fourth draft on these rows"))
    #expect(try await sentence([2, 5]).contains("the fourth draft on these rows"))
    // Which of the two is called the baseline does not matter.
    #expect(try await sentence([5, 1]).contains("the fourth draft on these rows"))
  }

  @Test func `a later draft does not change the result of an earlier one`() async throws {
    let server = try await server()
    func statistics() async throws -> JSONObject {
      let result = try await server.call("runs_compare", ["run_ids": [1, 2]])
      return try #require(result["statistics"]?.arrayValue?.first?.objectValue)
    }
    let before = try await statistics()
    try await server.call("prompts_update", ["id": 2, "template": "{{ word }}!"])
    try await server.call("runs_create", ["prompt_id": 3, "dataset_id": 1, "scoring": "ExactMatch"])
    try await server.call("runs_generate", ["id": 3])
    #expect(try await statistics() == before)
  }

  @Test func `a margin as wide as the scale is refused`() async throws {
    let server = try await server()
    for margin in [1, 3.5] {
      let refusal = try await server.refusal("runs_compare", ["run_ids": [1, 2], "margin": .double(margin)])
      #expect(refusal.contains("scores of 0 or 1") && refusal.contains("0.05"))
    }
    try await server.call("runs_compare", ["run_ids": [1, 2], "margin": 0.5])
  }

  @Test func `rows with the same prompt or the same cluster are one piece of evidence`() async throws {
    let server = TestServer()
    let rows = (0..<24).map { "a\($0 % 6),a\($0 % 6),g\($0 / 8)\n" }.joined()
    try await server.call("datasets_create", ["name": "d", "csv_data": .string("word,expected_output,group\n" + rows)])
    try await server.call(
      "datasets_create", ["name": "e", "csv_data": .string("word,expected_output,__cluster\n" + rows)])
    try await server.call("prompts_create", ["name": "own", "template": "{{ word }}", "llm_model": "echo"])
    try await server.call("prompts_create", ["name": "same", "template": "a1", "llm_model": "echo"])
    for (id, (prompt, dataset)) in [(1, 1), (2, 1), (1, 2), (2, 2)].enumerated() {
      try await server.call(
        "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "scoring": "ExactMatch"])
      try await server.call("runs_generate", ["id": .int(id + 1)])
    }
    for (ids, groups) in [([1, 2], 6), ([3, 4], 3)] as [([JSONValue], Int)] {
      let statistics = try await server.call("runs_compare", ["run_ids": .array(ids)])["statistics"]?.arrayValue?.first
      #expect(statistics?["groups"] == .int(groups) && statistics?["pairs"] == 24)
    }
  }

  @Test func `only changed rows can be requested, page by page`() async throws {
    let server = try await server()
    var rows: [JSONValue] = []
    var cursor: JSONValue = nil
    repeat {
      let page = try await server.call(
        "runs_compare", ["run_ids": [1, 2], "only": "changed", "limit": 3, "cursor": cursor])
      #expect(page["total"] == 7)
      rows += page["comparisons"]?.arrayValue?.compactMap { $0["row_index"] } ?? []
      cursor = page["next_cursor"] ?? nil
    } while cursor != nil
    #expect(rows == [1, 2, 3, 4, 5, 6, 7])
    // Row 0 may have been among them when its page was made.
    let rest = try await server.call("runs_compare", ["run_ids": [1, 2], "only": "changed", "cursor": "0"])
    #expect(rest["comparisons"]?.arrayValue?.first?["row_index"] == 1)
  }

  @Test func `runs that cannot be compared are refused with the reason`() async throws {
    let server = try await server()
    try await server.call("prompts_create", ["name": "alone", "template": "x", "llm_model": "echo"])
    try await server.call("runs_create", ["prompt_id": 3])
    #expect(try await server.refusal("runs_compare", ["run_ids": [1, 3]]).contains("no responses yet"))
    try await server.call("runs_generate", ["id": 3])
    #expect(try await server.refusal("runs_compare", ["run_ids": [1, 3]]).contains("of dataset none"))
    #expect(try await server.refusal("runs_compare", ["run_ids": [1]]).contains("2 to 4 different runs"))
    #expect(try await server.refusal("runs_compare", ["run_ids": [1, 1]]).contains("2 to 4 different runs"))
    #expect(try await server.refusal("runs_compare", ["run_ids": [1, 9]]).contains("No run 9"))
    let bad: JSONObject = ["run_ids": [1, 2], "cursor": "zebra"]
    #expect(try await server.refusal("runs_compare", bad).contains("next_cursor"))
  }

  @Test func `a run that is not running cannot be cancelled, and one without answers not be judged`() async throws {
    let server = try await server()
    #expect(try await server.refusal("runs_cancel", ["id": 1]).contains("not running"))
    #expect(try await server.refusal("runs_judge", ["id": 1]).contains("judge_model"))
    try await server.call("runs_create", ["prompt_id": 2, "dataset_id": 1])
    let refusal = try await server.refusal("runs_judge", ["id": 3, "judge_model": "echo"])
    #expect(refusal.contains("no responses to judge"))
  }

  @Test func `models_list says what is missing when no provider is set up`() async throws {
    #expect(try await TestServer().refusal("models_list").contains("No provider is set up"))
    let keyed = TestServer(environment: ["OPENAI_API_KEY": "sk-none"])
    // The tests' transport reaches nothing.
    #expect(try await !keyed.refusal("models_list").isEmpty)
  }

  @Test func `a gain of form is told with its remedy, and runs of one name by their ids`() async throws {
    let server = TestServer()
    let csv = "word,expected_output\n" + Self.countries.map { "\($0),\($0)\n" }.joined()
    try await server.call("datasets_create", ["name": "words", "csv_data": .string(csv)])
    for (name, template) in [("full", "{{ word }}."), ("bare", "{{ word }}")] {
      let prompt = try await server.prompt(name, template: template)
      let run = try await server.id(
        "runs_create",
        ["prompt_id": .int(prompt), "dataset_id": 1, "scoring": "ExactMatch", "name": "one", "model": "echo"])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    let statistics = try await server.call("runs_compare", ["run_ids": [1, 2]])["statistics"]?.arrayValue?.first
    #expect(statistics?["verdict_word"] == "better")
    #expect(statistics?["verdict"]?.stringValue?.hasPrefix("\"one\" (run 2) is better than \"one\" (run 1)") == true)
    let warnings = statistics?["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? []
    let form = warnings.filter { $0.hasPrefix("Run 1: 8 of 8 answers differ") }
    #expect(form.count == 1 && form[0].contains("Contains") && form[0].contains("free of charge"), "\(warnings)")
    #expect(!warnings.contains { $0.hasPrefix("Run 2:") })
  }
}
