import Evaluation
import JSONCoding
import MCP
import Store

/// A run as a configuration of promptfoo.
struct PromptfooExport: Sendable {
  private let entries: [ResponseEntry]
  private let text: PromptfooText
  private let head: JSONObject
  private let view: RunView
  private(set) var skipped: [ExportText.Skipped] = []
  private var rowAssertions: [RowAssertion] = []

  /// An assertion of those rows to which its metric applies.
  private struct RowAssertion: Sendable {
    let json: JSONValue
    let applies: @Sendable (_ values: JSONObject) -> Bool
  }

  init(_ manifest: RunManifest) throws {
    view = manifest.view
    // A test is a row, however many answers it has.
    entries = view.entries.filter { $0.key.repeatIndex == 0 }.sorted { ($0.key, $0.id) < ($1.key, $1.id) }
    guard let first = try entries.first?.decoded() else {
      throw ToolError("Run \(view.run.id) \"\(view.run.name)\" has no responses yet. runs_generate makes them.")
    }
    let hasExpected = try entries.contains { try $0.comparedTexts().expected != nil }
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
    for metric in view.scoring.allMetrics {
      guard let check = manifest.checks[metric.id].map(Check.completed) else { continue }
      switch PromptfooAssertion.of(check, text, named: metric.name) {
      case .assertion(let assertion):
        if let column = check["when"]?.stringValue {
          rowAssertions.append(.init(json: .object(assertion)) { $0[column]?.stringValue?.isBlank == false })
        } else {
          asserts.append(.object(assertion))
        }
        if let why = PromptfooAssertion.difference(of: check) {
          skipped.append(.init(what: "metric \"\(metric.name)\"", why: why))
        }
      case .none(let why): skipped.append(.init(what: "metric \"\(metric.name)\"", why: why))
      }
    }
    for criterion in manifest.allCriteria {
      let assertion = JSONValue.object(PromptfooAssertion.of(criterion, text, hasExpected: hasExpected))
      if criterion.isOfColumns {
        rowAssertions.append(.init(json: assertion) { criterion.reasonToSkip($0) == nil })
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
      asserts.append(.object(score))
      skipped.append(.init(what: "scoring \(view.scoring.scoring.rawValue)", why: PromptfooAssertion.exact))
    }
    var rows = SkippedRows()
    for entry in entries {
      let values = try entry.decoded().input.members.compactMap(\.value.stringValue)
      if values.contains(where: PromptfooText.isActive) {
        rows.add(
          entry.rowIndex,
          "It is in the file, but a value has {{, {% or {#, or begins with file://, which promptfoo acts on.")
      }
    }
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
    let lines = skipped.map { YAMLText.comment("Not in this file: \($0.sentence)") }.joined()
    let start = YAMLText.comment("Exported by completion-kit.") + lines + YAMLText.document(head) + "tests:\n"
    return RowText(header: Array(start.utf8), count: entries.count) { index, output in
      let response = try entries[index].decoded()
      var vars = JSONObject(response.input.members.map { .init(key: text.names[$0.key] ?? $0.key, value: $0.value) })
      let expected = RunRows.standardExpectedColumn
      if let name = text.names[expected], response.input[expected] == nil {
        vars[name] = .string(response.expectedOutput ?? "")
      }
      var test: JSONObject = ["description": .string("row \(response.rowIndex)"), "vars": .object(vars)]
      var values = response.input
      if values[expected] == nil { values[expected] = .optional(response.expectedOutput) }
      let own = rowAssertions.filter { $0.applies(values) }.map(\.json)
      if !own.isEmpty { test["assert"] = .array(own) }
      let document = YAMLText.document(test)
      output += "  - ".utf8
      output += document.dropLast().replacing("\n", with: "\n    ").utf8
      output.append(ASCII.lineFeed)
    }
  }
}
