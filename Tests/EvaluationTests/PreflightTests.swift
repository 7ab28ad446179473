import JSONCoding
import Store
import Testing

@testable import Evaluation

@Suite struct PreflightTests {
  private func plan(
    _ template: String, _ scoring: Scoring = .none, expected: String? = nil, metrics: Bool = false, judge: Bool = false
  ) -> Preflight.Plan {
    Preflight.Plan(
      template: RequestTemplate(template), scoring: scoring, expectedColumn: expected, hasMetrics: metrics,
      hasJudge: judge)
  }

  @Test(arguments: [
    ("{{ a }}", ["a"]), ("no variable", []), ("{{ a }} {{ b }}", ["b", "c", "a"]),
  ])
  func `a plan with all its columns has no problem`(template: String, columns: [String]) {
    #expect(Preflight.problems(plan(template), columns: columns).isEmpty)
  }

  @Test func `missing columns are named with the nearest that exists`() {
    let problems = Preflight.problems(plan("{{ txt }} {{ a }} {{ other }}"), columns: ["a", "text"])
    #expect(problems == [.missingColumns(["txt", "other"], columns: ["a", "text"])])
    let sentence = problems.first?.description ?? ""
    #expect(sentence.contains("{{ txt }} (did you mean \"text\"?), {{ other }}.") && sentence.contains("\\{{"))
    #expect(sentence.hasSuffix("Columns: \"a\", \"text\"."))
  }

  @Test func `variables need a dataset`() {
    #expect(Preflight.problems(plan("{{ a }}"), columns: nil) == [.noDataset(variables: ["a"])])
    #expect(Preflight.problems(plan("hello"), columns: nil).isEmpty)
  }

  @Test(arguments: [Scoring.exactMatch, .contains])
  func `a comparing scorer needs an expected output`(scoring: Scoring) {
    #expect(Preflight.problems(plan("x", scoring), columns: ["a"]) == [.noExpectedOutput(scoring, columns: ["a"])])
    #expect(Preflight.problems(plan("x", scoring), columns: nil) == [.noExpectedOutput(scoring, columns: [])])
    #expect(Preflight.problems(plan("x", scoring), columns: ["a", "expected_output"]).isEmpty)
    #expect(Preflight.problems(plan("x", scoring, expected: "a"), columns: ["a"]).isEmpty)
  }

  @Test func `the nearest column is offered for the expected output`() {
    let problems = Preflight.problems(plan("x", .contains), columns: ["Expected Output"])
    #expect(problems.first?.description.contains("did you mean \"Expected Output\"?") == true)
  }

  @Test(arguments: Scoring.allCases.filter { $0 != .checks })
  func `a named expected column must exist`(scoring: Scoring) {
    let problems = Preflight.problems(
      plan("x", scoring, expected: "answr", metrics: true, judge: true), columns: ["answer", "expected_output"])
    #expect(problems == [.unknownExpectedColumn("answr", columns: ["answer", "expected_output"])])
    #expect(problems.first?.description.contains("did you mean \"answer\"?") == true)
  }

  @Test func `a judge without metrics compares with the expected output`() {
    #expect(
      Preflight.problems(plan("x", .llmJudge, judge: true), columns: ["a"])
        == [.noExpectedOutput(.llmJudge, columns: ["a"])])
    #expect(Preflight.problems(plan("x", .llmJudge, metrics: true, judge: true), columns: ["a"]).isEmpty)
    #expect(Preflight.problems(plan("x", .llmJudge, metrics: true), columns: ["a"]) == [.noJudgeModel])
  }

  @Test func `every row is rendered and measured`() throws {
    let table = try CSVTable("a,expected_output\nä,1\nlonger,2\n")
    let report = Preflight.report(plan("<{{ a }}>", .exactMatch), table: table)
    #expect(report.problems.isEmpty)
    #expect(report.warnings.isEmpty)
    #expect(report.rowCount == 2)
    #expect(
      report.promptBytes == [TextSize.of("<ä>"), TextSize.of("<longer>")] && report.expectedBytes == 2 * TextSize.token)
  }

  @Test func `rows with an empty prompt are named`() throws {
    let table = try CSVTable("a,b\nx,\n ,\n,\n ,\n,\n")
    let report = Preflight.report(plan("{{ a }}\n{{ b }}"), table: table)
    #expect(report.problems.count == 1)
    #expect(report.problems.first?.description.contains("4 rows (row_index 1, 2, 3, ...)") == true)
  }

  @Test func `an expected column without any text is refused`() throws {
    let table = try CSVTable("a,expected_output\nx,\ny, \n")
    #expect(
      Preflight.report(plan("{{ a }}", .exactMatch), table: table).problems
        == [.blankExpectedOutput("expected_output")])
    #expect(Preflight.report(plan("{{ a }}", .none), table: table).problems.isEmpty)
  }

  @Test func `some rows without expected output are a warning`() throws {
    let table = try CSVTable("a,expected_output\nx,1\ny,\n")
    let report = Preflight.report(plan("{{ a }}", .contains), table: table)
    #expect(report.problems.isEmpty)
    #expect(
      report.warnings == [
        "The expected output is empty in 1 row (row_index 1); responses there get no score."
      ])
  }

  private func report(
    _ checks: [JSONObject], scoring: Scoring = .checks, _ csv: String
  ) throws -> Preflight.Report {
    var plan = plan("{{ a }}", scoring)
    plan.checks = checks.enumerated().compactMap { index, check in
      var metric = MetricRecord()
      (metric.id, metric.name, metric.check) = (index + 1, "c\(index)", check)
      return CheckedMetric(metric)
    }
    return Preflight.report(plan, table: try CSVTable(csv))
  }

  private static let half = "a,other,expected_output\nx,1,1\ny,,\n"

  @Test func `rows in which a check has nothing to compare with are a warning`() throws {
    let expected =
      "The expected output is empty in 1 row (row_index 1); checks that compare with it give no score there."
    let column =
      "The column \"other\" is empty in 1 row (row_index 1); checks that compare with it give no score there."
    let both: [JSONObject] = [["kind": "equals"], ["kind": "contains", "column": "other"], ["kind": "equals"]]
    let found = try report(both, Self.half)
    #expect(found.warnings == [expected, column] && found.problems.isEmpty)
    #expect(try report([both[1]], Self.half).warnings == [column])
    // An empty list of items is a list, and a check that applies only to some rows says so itself.
    #expect(try report([["kind": "overlap"]], Self.half).warnings.isEmpty)
    #expect(try report([["kind": "equals", "when": "other"]], Self.half).warnings.isEmpty)
    // Each row is told of once.
    #expect(
      try report([["kind": "equals"]], scoring: .exactMatch, Self.half).warnings == [
        "The expected output is empty in 1 row (row_index 1); responses there get no score."
      ])
  }

  @Test func `checks that apply to no row are refused`() throws {
    let blank = "a,other,expected_output\nx,,\ny,, \n"
    for check in [
      ["kind": "equals"], ["kind": "equals", "column": "other"], ["kind": "regex", "pattern": "x", "when": "other"],
    ]
      as [JSONObject]
    {
      let found = try report([check], blank)
      #expect(found.problems.count == 1 && found.warnings.isEmpty)
      #expect(found.problems.first?.description.contains("No check of the run applies to any row") == true)
    }
    #expect(try report([["kind": "overlap"]], blank).problems.isEmpty)
    #expect(try report([["kind": "equals"], ["kind": "length", "max": 9]], blank).problems.isEmpty)
    #expect(try report([["kind": "equals"]], scoring: .none, blank).problems.isEmpty)
  }

  @Test func `missing columns stop before the rows`() throws {
    let report = Preflight.report(plan("{{ b }}"), table: try CSVTable("a\n1"))
    #expect(report.problems == [.missingColumns(["b"], columns: ["a"])])
    #expect(report.rowCount == 0)
  }
}

@Suite struct RunRowsTests {
  @Test func `a row has its prompt, its input and its expected output`() throws {
    let table = try CSVTable("b,expected_output,a\nB,E,A\n{{a}},,x\n")
    let rows = try RunRows(template: RequestTemplate("{{ a }}-{{ b }}"), table: table)
    #expect(rows.count == 2)
    #expect(rows[0] == RunRows.Row(prompt: "A-B", input: ["b": "B", "a": "A"], expectedOutput: "E"))
    #expect(rows[1] == RunRows.Row(prompt: "x-{{a}}", input: ["b": "{{a}}", "a": "x"], expectedOutput: ""))
  }

  @Test func `another column can hold the expected output`() throws {
    let table = try CSVTable("q,expected_output,answer\n1,2,3\n")
    let rows = try RunRows(template: RequestTemplate("{{ q }}"), table: table, expectedColumn: "answer")
    #expect(rows[0] == RunRows.Row(prompt: "1", input: ["q": "1", "expected_output": "2"], expectedOutput: "3"))
  }

  @Test func `without a dataset there is one row`() throws {
    let rows = try RunRows(template: RequestTemplate("hello"), table: nil)
    #expect(rows.count == 1)
    #expect(rows[0] == RunRows.Row(prompt: "hello", input: [:], expectedOutput: nil))
  }

  @Test func `missing columns are an error`() throws {
    #expect(throws: EvaluationError.noValue(for: ["a"])) { try RunRows(template: RequestTemplate("{{a}}"), table: nil) }
    let table = try CSVTable("a\n1")
    #expect(throws: EvaluationError.noValue(for: ["c"])) {
      try RunRows(template: RequestTemplate("{{a}}{{c}}"), table: table)
    }
  }
}
