import Foundation
import JSONCoding
import Store
import TestSupport
import Testing

@testable import Evaluation

/// The meaning of texts and values of promptfoo, and what must not get lost of them.
@Suite struct PromptfooMeaningTests {
  private func plan(_ config: JSONValue, model: String? = nil) throws -> ImportPlan {
    try ImportPlan(reading: config.text, model: model)
  }

  private func rows(_ plan: ImportPlan) -> [[String: String]] {
    plan.datasets.flatMap { dataset in
      let table = dataset.contents.table
      return (0..<table.rowCount).map { Dictionary(uniqueKeysWithValues: zip(table.columns, table.row($0))) }
    }
  }

  @Test func `a criterion of a judge comes back with its bands`() throws {
    let bands = (1...5).reversed().map { MetricRecord.Band(stars: $0, description: "band \($0)\nmore") }
    let text = RubricText.of("Is {{topic}} right?", bands: bands, expected: "{{ expected_output }}")
    let config: JSONValue = [
      "tests": [
        [
          "vars": ["topic": "t", "expected_output": "e"],
          "assert": [["type": "llm-rubric", "value": .string(text), "threshold": 0.75, "metric": "right"]],
        ]
      ]
    ]
    let plan = try ImportPlan(reading: config.text)
    #expect(plan.metrics.map(\.instruction) == ["Is {{ topic }} right?"] && plan.metrics[0].bands == bands)
    #expect(plan.skipped.isEmpty && plan.metrics[0].name == "right")
    let standard = RubricText.of("Is it right?", bands: Rubric.standard.bands, expected: nil)
    #expect(RubricText.parts(of: standard)?.instruction == "Is it right?")
    #expect(RubricText.parts(of: standard + " And more.") == nil && RubricText.parts(of: "Is it right?") == nil)
  }

  @Test func `the reason against a value ends with one full stop`() throws {
    let reasons = try [["stop": [""]], ["temperature": "warm"]].map { (config: JSONValue) in
      let plan = try plan(["prompts": ["a {{x}}"], "providers": [["id": "openai:gpt-6-luna", "config": config]]])
      return try #require(plan.skipped.first { $0.what.hasPrefix("config.") }?.why)
    }
    #expect(reasons.allSatisfy { $0.hasSuffix(".") && !$0.hasSuffix("..") }, "\(reasons)")
  }

  @Test func `an assertion that promptfoo only reports does not count`() throws {
    let plan = try ImportPlan(
      reading:
        "tests:\n- vars: {a: b}\n  assert:\n  - {type: contains, value: x}\n  - {type: contains, value: y, weight: 0}\n"
    )
    #expect(plan.metrics.count == 1 && plan.skipped.map(\.line) == [5])
  }

  @Test func `the lines of a judge's criterion may end with carriage returns`() throws {
    let bands = (1...5).reversed().map { MetricRecord.Band(stars: $0, description: "band \($0)\r\nmore\r") }
    let text = RubricText.of("Is it right?\r", bands: bands, expected: "x\r\ny")
    let parts = try #require(RubricText.parts(of: text))
    #expect(parts.instruction == "Is it right?\r" && parts.bands == bands && parts.expected == "x\r\ny")
  }

  @Test func `a file of prompts is split at its lines, whatever ends them`() throws {
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    for lineEnd in ["\n", "\r\n"] {
      let text = "First {{v}}\n---\nSecond\nline\n".split(separator: "\n").joined(separator: lineEnd)
      let config: JSONValue = ["prompts": ["file://p.txt"], "providers": ["echo"]]
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/p.txt"))
      try Data(config.text.utf8).write(to: URL(fileURLWithPath: folder.path + "/c.json"))
      let plan = try ImportPlan(at: "c.json", FileAccess(folders: [folder.path]))
      #expect(plan.prompts.map(\.template) == ["First {{ v }}", "Second\(lineEnd)line"])
    }
  }

  @Test func `only a list that begins with a text is expanded`() throws {
    let plan = try plan([
      "tests": [
        ["vars": ["v": ["a", 2]]], ["vars": ["v": [1, 2]]], ["vars": ["v": [["a": 1], ["a": 2]]]], ["vars": ["v": []]],
      ]
    ])
    #expect(rows(plan).map { $0["v"] } == ["a", "2", "[1,2]", #"[{"a":1},{"a":2}]"#, "[]"])
  }

  @Test func `a provider answers the prompts of its labels, groups and beginnings`() throws {
    let prompts: JSONValue = [["label": "grp:one", "raw": "A {{v}}"], ["label": "other", "raw": "B {{v}}"]]
    let plan = try plan([
      "prompts": prompts, "tests": [["vars": ["v": "x"]]],
      "providers": [
        ["id": "echo", "prompts": ["grp:*"]], ["id": "openai:gpt-6-luna", "prompts": ["grp"]],
        ["id": "openai:o3", "prompts": ["oth*", "grp:o"]],
      ],
    ])
    #expect(plan.prompts.map(\.model) == ["echo", "openai/gpt-6-luna", "openai/o3"])
    #expect(plan.prompts.map(\.template) == ["A {{ v }}", "A {{ v }}", "B {{ v }}"])
    #expect(plan.skipped.isEmpty)
  }

  @Test func `a prompt without a provider and a provider without a prompt are told`() throws {
    let plan = try plan([
      "prompts": [["label": "one", "raw": "A"], ["label": "two", "raw": "B"]], "tests": [["vars": ["v": "x"]]],
      "providers": [["id": "echo", "prompts": ["one"]], ["id": "openai:o3", "prompts": ["three"]]],
    ])
    #expect(plan.prompts.map(\.template) == ["A"])
    #expect(plan.skipped.map(\.what) == ["provider openai:o3", "prompt two"])
    #expect(plan.skipped[0].why.contains("three"))
  }

  @Test func `a variable with the name of another's member is skipped aloud`() throws {
    let plan = try plan(["tests": [["vars": ["user": ["name": "X"], "user.name": "Y"]]]])
    #expect(rows(plan)[0]["user.name"] == "X")
    #expect(plan.skipped.map(\.what) == ["column user.name"])
  }

  @Test(arguments: ["{{ v.length }}", "{{ true }}", "{{ none }}", "{{ null }}", "{{ list.length }}"])
  func `what is no variable of a test is no empty column`(variable: String) throws {
    let test: JSONValue = [
      "vars": ["v": "abc", "list": [1], "map": ["a": "b"]],
      "assert": [["type": "equals", "value": .string("x\(variable)")]],
    ]
    let plan = try plan([
      "prompts": [.string("Say \(variable)"), "{{v}} {{map.a}} {{map.b}}"], "providers": ["echo"], "tests": [test],
    ])
    #expect(plan.prompts.map(\.template) == ["{{ v }} {{ map.a }} {{ map.b }}"])
    #expect(plan.metrics.isEmpty && plan.skipped.count == 2, "\(plan.skipped)")
    #expect(rows(plan)[0]["map.b"] == "" && !rows(plan)[0].keys.contains { $0.contains("length") || $0 == "true" })
  }

  @Test func `braces behind a mark of another script are seen`() throws {
    let mark = "\u{600}"
    let plan = try plan([
      "prompts": [.string("\(mark){{ v }}"), .string("\(mark){% if v %}")], "providers": ["echo"],
      "tests": [
        ["vars": ["v": "kept"]], ["vars": ["v": .string("\(mark){{ 7*7 }}")]],
        ["vars": ["v": .string("x\(mark){% raw %}")]],
      ],
    ])
    #expect(plan.prompts.map(\.template) == ["\(mark){{ v }}"])
    #expect(Template("\(mark){{ v }}").variables == ["v"])
    #expect(rows(plan).map { $0["v"] } == ["kept"] && plan.skipped.count == 3)
    #expect(TemplateHints.warnings(["\(mark){% if v %}"], columns: ["v"]).contains { $0.contains("{% if") })
  }

  @Test func `a backslash behind such a mark stays one`() throws {
    #expect(try NunjucksText("\u{600}\\{{ v }}").template() == "\u{600}\\\\{{ v }}")
  }

  @Test func `numbers are written as JavaScript does`() throws {
    let numbers: [(given: String, text: String)] = [
      ("0.00001", "0.00001"), ("0.000001", "0.000001"), ("1e-7", "1e-7"), ("1.5e-7", "1.5e-7"), ("-0.0", "0"),
      ("10000000000000000000", "10000000000000000000"), ("1e21", "1e+21"),
      ("123456789012345678901", "123456789012345680000"),
      ("1234567890123456789", "1234567890123456800"), ("9007199254740993", "9007199254740992"), ("12.50", "12.5"),
      ("-1e3", "-1000"), ("5e-324", "5e-324"), ("1.7976931348623157e308", "1.7976931348623157e+308"), ("0.1", "0.1"),
    ]
    for (given, text) in numbers {
      #expect(Double(given)?.javaScriptText == text)
      let plan = try ImportPlan(reading: #"{"tests": [{"vars": {"v": \#(given), "l": {"x": \#(given)}}}]}"#)
      #expect(rows(plan)[0]["v"] == text && rows(plan)[0]["l"] == #"{"x":\#(text)}"#, "\(given)")
    }
  }
}
