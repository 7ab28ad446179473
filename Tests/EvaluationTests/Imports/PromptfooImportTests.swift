import JSONCoding
import Store
import Testing

@testable import Evaluation

/// The tests and assertions of promptfoo's configurations.
@Suite struct PromptfooImportTests {
  private func plan(_ text: String, model: String? = nil) throws -> ImportPlan {
    try ImportPlan(reading: text, model: model)
  }

  /// A configuration with the prompt `{{x}}`, the model echo and these tests.
  private func plan(tests: String) throws -> ImportPlan {
    try plan("prompts: ['{{x}}']\nproviders: echo\n" + tests)
  }

  /// The rows of a dataset by column.
  private func rows(_ dataset: ImportPlan.Dataset) -> [[String: String]] {
    let table = dataset.contents.table
    return (0..<table.rowCount).map { Dictionary(uniqueKeysWithValues: zip(table.columns, table.row($0))) }
  }

  // MARK: Rows

  @Test func `each row's own assertions go to columns`() throws {
    let plan = try plan(
      tests: """
        tests:
          - vars: {x: a}
            assert: [{type: contains, value: Paris}, {type: cost, threshold: 0.1}]
          - vars: {x: b}
            assert: [{type: contains, value: Rome}, {type: cost, threshold: 0.1}]
        """)
    #expect(plan.datasets.count == 1 && plan.skipped.isEmpty)
    #expect(rows(plan.datasets[0]) == [["x": "a", "contains_value": "Paris"], ["x": "b", "contains_value": "Rome"]])
    #expect(
      plan.metrics.map(\.check) == [
        ["kind": "contains", "case_sensitive": true, "value": "{{ contains_value }}"], ["kind": "cost", "max": 0.1],
      ])
  }

  @Test func `rows with other assertions are in the same dataset`() throws {
    let plan = try plan(
      tests: """
        defaultTest: {assert: [{type: latency, threshold: 100}]}
        tests:
          - {vars: {x: a}, assert: [{type: contains, value: A}]}
          - vars: {x: b}
          - {vars: {x: c}, assert: [{type: contains, value: C}]}
          - {vars: {x: d}, options: {disableDefaultAsserts: true}}
        """)
    #expect(plan.datasets.map(\.metrics) == [[0, 1]] && plan.skipped.isEmpty)
    #expect(rows(plan.datasets[0]).map { $0["contains_value"] } == ["A", "", "C", ""])
    #expect(rows(plan.datasets[0]).map { $0["latency_value"] } == ["100", "100", "100", ""])
    #expect(plan.metrics[0].check == ["kind": "latency", "max": "{{ latency_value }}", "when": "latency_value"])
    #expect(
      plan.metrics[1].check == [
        "kind": "contains", "case_sensitive": true, "value": "{{ contains_value }}", "when": "contains_value",
      ])
    #expect(plan.notes.contains { $0.hasPrefix("1 of 4 rows have no assertions") })
  }

  @Test func `a metric of some rows applies where its column is not empty`() throws {
    let plan = try plan(
      tests: """
        tests:
          - {vars: {x: a}, assert: [{type: is-json}, {type: equals, value: ''}]}
          - {vars: {x: b}, assert: [{type: equals, value: 'B'}, {type: llm-rubric, value: 'Says {{x}}'}]}
          - {vars: {x: c}, assert: [{type: model-graded-closedqa, value: Fine}, {type: llm-rubric, value: 'Is {{x}}'}]}
        """)
    let table = rows(plan.datasets[0])
    #expect(plan.datasets.count == 1)
    #expect(table.map { $0["is_json_applies"] } == ["yes", "", ""])
    // An empty text is something to compare with.
    #expect(
      table.map { $0["equals_value"] } == ["", "B", ""] && table.map { $0["equals_applies"] } == ["yes", "yes", ""])
    #expect(table.map { $0["llm_rubric_value"] } == ["", "Says b", "Is c"])
    #expect(table[2]["model_graded_closedqa_value"]?.hasSuffix(": Fine") == true)
    let checks = plan.metrics.compactMap(\.check)
    #expect(checks.map { $0["when"] } == ["is_json_applies", "equals_applies"])
    // The instruction is empty for a row without the criterion.
    #expect(
      plan.metrics.compactMap(\.instruction) == ["{{ llm_rubric_value }}", "{{ model_graded_closedqa_value }}"])
    #expect(plan.notes.contains { $0.hasPrefix("1 of 3 rows have only a judge's metrics") })
  }

  @Test func `a CSV with other kinds of assertions in each row is one dataset`() throws {
    let text = """
      word,__expected1,__expected2
      a,contains:x,icontains:y
      b,equals:b,
      c,grade:is polite,contains:z
      d,,
      e,is-json,
      f,not-contains:no,
      g,"contains-all:a,b",llm-rubric:is short
      """
    let plan = try ImportPlan(reading: text)
    #expect(plan.datasets.count == 1 && plan.datasets[0].contents.table.rowCount == 7 && plan.skipped.isEmpty)
    #expect(plan.metrics.count == 7, "\(plan.metrics.map(\.name))")
    #expect(Set(plan.metrics.map(\.name)).count == 7)
  }

  @Test func `metrics have different names`() throws {
    let plan = try plan(
      tests: """
        tests:
          - {vars: {x: a}, assert: [{type: is-json, value: {type: object}}, {type: is-json, value: {type: array}}]}
          - {vars: {x: b}, assert: [{type: is-json}]}
        """)
    #expect(Set(plan.metrics.map(\.name)).count == 3)
  }

  @Test func `two assertions of a kind are two metrics`() throws {
    let plan = try plan(
      tests: """
        tests:
          - {vars: {x: a}, assert: [{type: contains, value: A}, {type: contains, value: B}, {type: not-contains, value: C}]}
          - {vars: {x: b}, assert: [{type: contains, value: C}, {type: contains, value: D}, {type: not-contains, value: C}]}
        """)
    #expect(plan.datasets[0].contents.table.columns == ["x", "contains_value", "contains_2_value"])
    #expect(plan.metrics[2].check == ["kind": "contains", "case_sensitive": true, "not": true, "value": "C"])
  }

  @Test func `lists are every combination, and defaults are below`() throws {
    let plan = try plan(
      tests: """
        defaultTest: {vars: {x: none, y: 1}}
        tests:
          - vars: {x: [a, b], z: [1, 2.0]}
          - {vars: {x: [a, b]}, options: {disableVarExpansion: true}, description: whole, metadata: {k: v}}
        """)
    let all = plan.datasets.flatMap(rows)
    // A list is expanded if it begins with a text.
    #expect(all.map { $0["x"] } == ["a", "b", "[\"a\",\"b\"]"])
    #expect(all.map { $0["z"] } == ["[1,2]", "[1,2]", ""])
    #expect(all.allSatisfy { $0["y"] == "1" })
    #expect(all[2]["description"] == "whole" && all[2]["metadata.k"] == "v")
  }

  @Test func `values are filled into each other and into assertions`() throws {
    let plan = try plan(
      tests: """
        tests:
          - vars: {x: 'Hi {{name}}', name: Ann, user: {age: 5}}
            assert: [{type: equals, value: 'Hi {{ name }}, {{user.age}}{{missing}}'}]
        """)
    #expect(rows(plan.datasets[0])[0]["x"] == "Hi Ann")
    #expect(rows(plan.datasets[0])[0]["user.age"] == "5")
    #expect(plan.metrics[0].check?["value"] == "Hi Ann, 5")
  }

  @Test func `scenarios are their data on each of their tests`() throws {
    let plan = try plan(
      tests: """
        scenarios:
          - config: [{vars: {lang: fr}}, {vars: {lang: de}}]
            tests: [{vars: {x: one}}, {vars: {x: two}}]
        """)
    #expect(
      rows(plan.datasets[0]).map { "\($0["lang"] ?? "") \($0["x"] ?? "")" } == ["fr one", "fr two", "de one", "de two"])
  }

  @Test(arguments: [
    ("{vars: {x: '{{ y | upper }}'}}", "evaluates"), ("{vars: {x: 'file://a.txt'}}", "path"),
    ("{vars: {x: a}, options: {transform: 'output.trim()'}}", "code"),
    ("{vars: {x: a}, options: {prefix: P}}", "prompt"),
    ("{vars: {x: a}, providers: [echo]}", "runs"), ("{vars: {__split: a}}", "column"),
    ("{vars: {x: 'package:a.js'}}", "code"), ("{vars: {x: a}, providerOutput: b}", "answer"),
  ])
  func `a test that cannot keep its meaning is skipped with its line`(test: String, word: String) throws {
    let plan = try plan(tests: "tests:\n  - vars: {x: kept}\n  - \(test)")
    #expect(plan.datasets.flatMap(rows).map { $0["x"] } == ["kept"])
    #expect(plan.skipped.map(\.line) == [5])
    #expect(plan.skipped[0].why.contains(word), "\(plan.skipped)")
  }

  // MARK: Assertions

  @Test(
    arguments: [
      ("{type: equals, value: ' a '}", ["kind": "equals", "trim": false, "value": " a "]),
      ("{type: equals, value: 1.0}", ["kind": "equals", "trim": false, "value": "1"]),
      ("{type: icontains, value: A}", ["kind": "contains", "case_sensitive": false, "value": "A"]),
      ("{type: contains, value: ' a.'}", ["kind": "regex", "pattern": " a\\."]),
      (
        "{type: icontains-any, value: 'a, b'}",
        ["kind": "contains_any", "case_sensitive": false, "values": ["a", "b"]]
      ),
      ("{type: contains-all, value: [a, 2]}", ["kind": "contains_all", "case_sensitive": true, "values": ["a", "2"]]),
      ("{type: starts-with, value: 'a(b'}", ["kind": "regex", "pattern": "^a\\(b"]),
      ("{type: not-regex, value: '^\\d+$'}", ["kind": "regex", "not": true, "pattern": "^\\d+$"]),
      ("{type: is-json}", ["kind": "json"]), ("{type: contains-json}", ["kind": "json", "extract": true]),
      (
        "{type: is-json, value: {type: object, required: [a]}}",
        ["kind": "json", "schema": ["type": "object", "required": ["a"]]]
      ),
      ("{type: latency, threshold: 250}", ["kind": "latency", "max": 250]),
      ("{type: word-count, value: {min: 2, max: 5}}", ["kind": "length", "unit": "words", "min": 2.0, "max": 5.0]),
      ("{type: finish-reason, value: stop}", ["kind": "finish", "reason": "stop"]),
    ] as [(String, JSONObject)])
  func `assertions with an exact counterpart are checks`(assertion: String, check: JSONObject) throws {
    let plan = try plan(tests: "tests: [{vars: {x: a}, assert: [\(assertion)]}]")
    #expect(plan.skipped.isEmpty, "\(plan.skipped)")
    #expect(plan.metrics.map(\.check) == [check])
  }

  @Test(arguments: [
    "{type: javascript, value: 'output.length'}", "{type: python, value: x}",
    "{type: similar, value: x, threshold: 0.8}",
    "{type: levenshtein, value: x}", "{type: rouge-n, value: x}", "{type: bleu, value: x}", "{type: is-sql}",
    "{type: equals, value: {a: 1}}", "{type: contains}", "{type: contains, value: ''}", "{type: cost}", "{type: ''}",
    "{type: regex, value: '(?=a)'}", "{type: contains, value: 'file://a.js'}",
    "{type: contains, value: a, transform: x}",
    "{type: contains-json, value: {type: object}}", "{type: assert-set, assert: []}",
    "{type: not-llm-rubric, value: a}",
    "{type: is-json, value: {unknownWord: 1}}", "{type: contains, value: '{{ x | upper }}'}", "{value: a}", "text",
    "{type: contains-any, value: '\"a, b\", c'}", "{$ref: '#/other/x'}",
  ])
  func `other assertions are skipped and never changed`(assertion: String) throws {
    let plan = try plan(tests: "tests:\n  - vars: {x: a}\n    assert:\n      - \(assertion)\n")
    #expect(plan.metrics.isEmpty && plan.datasets.count == 1)
    #expect(plan.skipped.map(\.line) == [6], "\(plan.skipped)")
    #expect(plan.skipped.allSatisfy { $0.why.hasSuffix(".") })
  }

  @Test func `runs are unscored only if the tests have assertions and none of them is imported`() throws {
    func test(_ assertions: String) throws -> ImportPlan {
      try plan(tests: "tests: [{vars: {x: a, expected_output: b}\(assertions)}]")
    }
    let code = "{type: javascript, value: 'output.length'}"
    let lost = try test(", assert: [\(code)]")
    #expect(lost.isUnscored && lost.notes.contains { $0.contains("none of the criteria could be translated") })
    let others = [try test(""), try test(", assert: []"), try test(", assert: [\(code), {type: is-json}]")]
    #expect(others.allSatisfy { !$0.isUnscored && !$0.notes.contains { $0.contains("criteria") } })
    #expect(try test(", assert: [{$ref: '#/other/x'}]").isUnscored)
  }

  @Test func `rubrics are a judge's, with the row's columns`() throws {
    let plan = try plan(
      tests: """
        defaultTest: {assert: [{type: llm-rubric, value: 'Mentions {{x}}', threshold: 0.5}], options: {provider: 'openai:gpt-6-luna'}}
        tests:
          - {vars: {x: a}, assert: [{type: factuality, value: One}]}
          - {vars: {x: b}, assert: [{type: factuality, value: Two}]}
        """)
    #expect(plan.metrics[0].instruction == "Mentions {{ x }}")
    #expect(plan.metrics[1].instruction?.hasSuffix("{{ factuality_value }}") == true)
    #expect(plan.judgeModel == "openai/gpt-6-luna")
    #expect(plan.skipped.map(\.what) == ["threshold of llm-rubric"])
  }

  @Test func `weights and thresholds that would be lost are told`() throws {
    let plan = try plan(
      tests: """
        tests:
          - vars: {x: a}
            threshold: 0.5
            assert: [{type: contains, value: a, weight: 2}, {type: contains, value: b}]
          - {vars: {x: b}, assert: [{type: contains, value: a, weight: 2}, {type: contains, value: b, weight: 2}]}
        """)
    #expect(plan.skipped.map(\.what) == ["threshold 0.5", "weight 2 of contains"])
  }
}
