import Evaluation
import JSONCoding
import MCP
import Store

/// A run as a configuration of promptfoo.
struct PromptfooExport: Sendable {
  /// The rows that become tests.
  private let tests: [Row]
  private let text: PromptfooText
  private let head: JSONObject
  private let view: RunView
  private(set) var skipped: [ExportText.Skipped] = []
  private let rowAssertions: [RowAssertion]

  /// What a test needs of a response, which is decoded once.
  fileprivate struct Row: Sendable {
    let index: Int
    let input: JSONObject
    let expected: String?

    init(_ entry: ResponseEntry) throws {
      let response = try entry.decoded()
      (index, input, expected) = (response.rowIndex, response.input, response.expectedOutput)
    }

    /// The columns of the row, the expected output as the standard column.
    var values: JSONObject {
      var values = input
      let column = RunRows.standardExpectedColumn
      if values[column] == nil { values[column] = .optional(expected) }
      return values
    }
  }

  /// An assertion of those rows to which its metric applies.
  private struct RowAssertion: Sendable {
    let json: JSONValue
    let applies: @Sendable (_ values: JSONObject) -> Bool
  }

  init(_ manifest: RunManifest) throws {
    view = manifest.view
    // A test is a row, however many answers it has.
    let all = try view.entries.filter { $0.key.repeatIndex == 0 }.sorted { ($0.key, $0.id) < ($1.key, $1.id) }
      .map(Row.init)
    guard let first = all.first else {
      throw ToolError("Run \(view.run.id) \"\(view.run.name)\" has no responses yet. runs_generate makes them.")
    }
    let hasExpected = all.contains { $0.expected != nil }
    let expected = RunRows.standardExpectedColumn
    let text = PromptfooText(
      columns: first.input.keys + (hasExpected && first.input[expected] == nil ? [expected] : []))
    self.text = text
    var skipped = text.renamed.map {
      ExportText.Skipped(
        what: "column \"\($0.column)\"", why: "promptfoo takes no such name; it is the variable \($0.name).")
    }
    let provider = PromptfooProvider(
      view.run.snapshot?.destination?.model ?? view.model, at: manifest.destination, view.sent)
    skipped += provider.skipped
    var messages: [JSONValue] = []
    if let system = view.sent.systemPrompt {
      messages.append(["role": "system", "content": .string(text.template(system))])
    }
    for (index, turn) in view.sent.messages.enumerated() {
      guard let role = turn["role"], let content = turn["content"]?.stringValue, turn["tool_calls"] == nil else {
        skipped.append(.init(what: "messages[\(index)]", why: "Only turns of text are written."))
        continue
      }
      messages.append(["role": role, "content": .string(text.template(content))])
    }
    messages.append([
      "role": "user", "content": .string(text.template(view.run.snapshot?.template ?? view.prompt?.template ?? "")),
    ])
    var asserts: [JSONValue] = []
    var own: [RowAssertion] = []
    let blank = BlankColumns(all)
    func add(_ assertion: JSONObject, _ columns: [String]) {
      // An assertion of all tests would count an answer as wrong that has nothing to be compared with.
      if columns.contains(where: blank.contains) {
        own.append(
          .init(json: .object(assertion)) { values in columns.allSatisfy { !BlankColumns.isBlank($0, values) } })
      } else {
        asserts.append(.object(assertion))
      }
    }
    for metric in view.scoring.allMetrics {
      guard let check = manifest.checks[metric.id].map(Check.completed) else { continue }
      switch PromptfooAssertion.of(check, text, named: metric.name) {
      case .assertion(let assertion):
        add(assertion, [check["when"]?.stringValue, PromptfooAssertion.comparedColumn(of: check)].compactMap(\.self))
        if let why = PromptfooAssertion.difference(of: check) {
          skipped.append(.init(what: "metric \"\(metric.name)\"", why: why))
        }
      case .none(let why): skipped.append(.init(what: "metric \"\(metric.name)\"", why: why))
      }
    }
    for criterion in manifest.allCriteria {
      let assertion = JSONValue.object(PromptfooAssertion.of(criterion, text, hasExpected: hasExpected))
      if criterion.isOfColumns {
        own.append(.init(json: assertion) { criterion.reasonToSkip($0) == nil })
      } else {
        asserts.append(assertion)
      }
    }
    if !manifest.allCriteria.isEmpty {
      let judge = view.scoring.judgeModel
      skipped.append(
        .init(
          what: "judge\(judge.map { " \"\($0)\"" } ?? "")",
          why:
            "promptfoo words its own prompt for a judge and gives 0 to 1; name its model in defaultTest.options.provider."
        ))
    }
    if view.run.repeats > 1 {
      skipped.append(.init(what: "repeats", why: "Call promptfoo with --repeat \(view.run.repeats)."))
    }
    if let score = Self.comparison(of: view, text) {
      add(score, [RunRows.standardExpectedColumn])
      skipped.append(.init(what: "scoring \(view.scoring.scoring.rawValue)", why: PromptfooAssertion.exact))
    }
    var rows = SkippedRows()
    var kept: [Row] = []
    for row in all {
      let values = row.values
      // promptfoo counts a test without an assertion as passed.
      if asserts.isEmpty, !own.isEmpty, !own.contains(where: { $0.applies(values) }) {
        rows.add(
          row.index,
          "Nothing of the run scores it, as without an expected output, and promptfoo counts a test without an assertion as "
            + "passed.")
        continue
      }
      kept.append(row)
      if row.input.members.compactMap(\.value.stringValue).contains(where: PromptfooText.isActive) {
        rows.add(
          row.index,
          "It is in the file, but a value has {{, {% or {#, or begins with file://, which promptfoo acts on.")
      }
    }
    tests = kept
    rowAssertions = own
    self.skipped = skipped + rows.all
    head = [
      "description": .string("run \(view.run.id): \(view.run.name)"),
      // A text with a line break is never taken for the name of a file.
      "prompts": [["label": .string(view.run.shownPrompt), "raw": .string(JSONPrettyWriter.text(.array(messages)))]],
      "providers": [provider.json],
      "defaultTest": .object(asserts.isEmpty ? [:] : ["assert": .array(asserts)]),
    ]
  }

  /// The comparison with the expected output, where that scores.
  private static func comparison(of view: RunView, _ text: PromptfooText) -> JSONObject? {
    guard let name = text.names[RunRows.standardExpectedColumn] else { return nil }
    let type: String
    switch view.scoring.scoring {
    case .exactMatch: type = "equals"
    case .contains: type = "contains"
    default: return nil
    }
    return ["type": .string(type), "value": .string("{{ \(name) }}"), "metric": "score"]
  }

  /// The configuration: its head, and each row as a test.
  var rows: RowText {
    let lines = skipped.map { YAMLText.comment("Left out or different: \($0.sentence)") }.joined()
    let start = YAMLText.comment("Exported by completion-kit.") + lines + YAMLText.document(head) + "tests:\n"
    return RowText(header: Array(start.utf8), count: tests.count) { index, output in
      let row = tests[index]
      var vars = JSONObject(row.input.members.map { .init(key: text.names[$0.key] ?? $0.key, value: $0.value) })
      let expected = RunRows.standardExpectedColumn
      if let name = text.names[expected], row.input[expected] == nil { vars[name] = .string(row.expected ?? "") }
      var test: JSONObject = ["description": .string("row \(row.index)"), "vars": .object(vars)]
      let values = row.values
      let own = rowAssertions.filter { $0.applies(values) }.map(\.json)
      if !own.isEmpty { test["assert"] = .array(own) }
      let document = YAMLText.document(test)
      output += "  - ".utf8
      output += document.dropLast().replacing("\n", with: "\n    ").utf8
      output.append(ASCII.lineFeed)
    }
  }
}

/// The columns that are empty in some row.
private struct BlankColumns {
  private var columns: Set<String> = []

  init(_ rows: [PromptfooExport.Row]) {
    for row in rows {
      let values = row.values
      for name in values.keys + [RunRows.standardExpectedColumn] where Self.isBlank(name, values) {
        columns.insert(name)
      }
    }
  }

  func contains(_ column: String) -> Bool { columns.contains(column) }

  static func isBlank(_ column: String, _ values: JSONObject) -> Bool { values[column]?.stringValue?.nonBlank == nil }
}
