import JSONCoding

extension ImportFormat {
  /// OpenAI's evals: objects of the API and what it exports, samples of openai/evals and its registry's YAML.
  static let openAIEvals = ImportFormat(
    name: "openai_evals",
    recognizes: { text in
      if !OpenAIEvalsObjects([text]).isEmpty { return true }
      if text.root.map(OpenAIEvalsRegistry.isRegistry) == true { return true }
      return !text.records.isEmpty && text.records.allSatisfy { $0["input"] != nil && $0["ideal"] != nil }
    },
    read: { source, draft throws(EvaluationError) in
      let objects = OpenAIEvalsObjects(source.texts)
      if !objects.isEmpty {
        objects.read(source.model, &draft)
      } else if let root = source.text.root, OpenAIEvalsRegistry.isRegistry(root) {
        try OpenAIEvalsRegistry.read(root, source, &draft)
      } else {
        draft.note(
          "The class of the eval is in its registry's YAML, which is not there: a row passes if the answer equals one of its "
            + "ideals. Class Match asks for a beginning, Includes for a part; import the YAML by path to have them.")
        OpenAIEvalsSamples.read(source.text.records, .equals, &draft)
        draft.addPlainPrompt(model: source.model)
      }
    },
    readsFolders: true)
}

/// Samples of openai/evals: `{"input": text or messages, "ideal": text or texts}`.
enum OpenAIEvalsSamples {
  /// How an answer is compared with the ideals, by the class of the eval.
  enum Comparison {
    case equals
    /// `Match`: the answer begins with an ideal.
    case begins
    /// `Includes`: the answer contains an ideal.
    case contains(ignoringCase: Bool)
    /// By code or a model.
    case unknown
  }

  static func read(_ records: [SourceValue], _ comparison: Comparison, _ draft: inout ImportDraft) {
    for record in records {
      do throws(EvaluationError) { draft.rows.append(try row(record, comparison, &draft)) } catch {
        draft.skip("sample", line: record.line, error.description)
      }
    }
  }

  private static func row(
    _ record: SourceValue, _ comparison: Comparison, _ draft: inout ImportDraft
  ) throws(EvaluationError) -> ImportDraft.Row {
    var row = ImportDraft.Row(line: record.line)
    guard let input = record["input"] else { throw EvaluationError("It has no input.") }
    row.values =
      if let messages = input.list { try ImportedColumns.of(messages: messages) } else {
        [(ImportedColumns.input, input.text ?? input.json.text)]
      }
    for member in record.map ?? [] where member.key != "input" && member.key != "ideal" {
      row.values += ImportedColumns.of(member.value, member.key).filter { row[$0.column] == nil }
    }
    guard let ideal = record["ideal"] else { return row }
    let ideals = ideal.elements.compactMap(\.text)
    guard ideals.count == ideal.elements.count, !ideals.isEmpty, !ideals.contains("") else {
      draft.skip("ideal", line: record.line, "It is no text and no list of texts.")
      row.values.append(("ideal", ideal.json.text))
      return row
    }
    row.values.append(
      ideals.count == 1 ? (RunRows.standardExpectedColumn, ideals[0]) : ("ideal", ideal.json.text))
    if let rule = rule(comparison, ideals) {
      row.assertions = [ImportedAssertion(line: record.line, label: "ideal", rule: rule)]
    }
    return row
  }

  private static func rule(_ comparison: Comparison, _ ideals: [String]) -> ImportedAssertion.Rule? {
    let alternatives = ideals.map(LiteralPattern.of).joined(separator: "|")
    switch comparison {
    case .equals:
      return .check(fixed: ["kind": "equals", "trim": false], argument: "value", texts: ideals, isList: true)
    case .begins: return .check(fixed: ["kind": "regex"], argument: "pattern", texts: ["^(?:\(alternatives))"])
    case .contains(let ignoringCase):
      // White space around an ideal counts, and a check contains_any ignores it.
      if ideals.contains(where: { $0.trimmed() != $0 }) {
        let fixed: JSONObject = ignoringCase ? ["kind": "regex", "flags": "i"] : ["kind": "regex"]
        return .check(fixed: fixed, argument: "pattern", texts: [alternatives])
      }
      return .check(
        fixed: ["kind": "contains_any", "case_sensitive": .bool(!ignoringCase)], argument: "values", texts: ideals,
        isList: true)
    case .unknown: return nil
    }
  }
}

/// The registry of openai/evals: a name with the class of an eval and the file of its samples.
enum OpenAIEvalsRegistry {
  private static func evals(in root: SourceValue) -> [SourceValue.Member] {
    (root.map ?? []).filter { $0.value["class"]?.text != nil }
  }

  static func isRegistry(_ root: SourceValue) -> Bool {
    evals(in: root).contains { $0.value["class"]?.text?.contains(":") == true }
  }

  static func read(
    _ root: SourceValue, _ source: ImportSource, _ draft: inout ImportDraft
  ) throws(EvaluationError) {
    let evals = evals(in: root)
    if let first = evals.first { draft.name = first.key }
    if evals.count > 1 {
      for eval in evals.dropFirst() {
        draft.skip(
          "eval \(eval.key.shown)", line: eval.line, "One eval is imported at a time. Import the others' samples.")
      }
    }
    guard let eval = evals.first, let path = eval.value["args"]?["samples_jsonl"]?.text else {
      throw EvaluationError("The eval has no args.samples_jsonl, so there are no samples to import.")
    }
    let comparison = comparison(of: eval.value, &draft)
    let text: String
    do throws(EvaluationError) { text = try source.files.text("../data/\(path)") } catch {
      text = try source.files.text(path)
    }
    draft.file = path
    OpenAIEvalsSamples.read(try ImportText(text).records, comparison, &draft)
    draft.file = nil
    draft.addPlainPrompt(model: source.model)
  }

  private static func comparison(of eval: SourceValue, _ draft: inout ImportDraft) -> OpenAIEvalsSamples.Comparison {
    let (name, args) = (eval["class"]?.text ?? "", eval["args"])
    for argument in args?.map ?? [] where !["samples_jsonl", "ignore_case", "max_tokens"].contains(argument.key) {
      draft.skip("args.\(argument.key)", line: argument.line, "It has no counterpart here.")
    }
    switch name.split(separator: ":").last {
    case "Match": return .begins
    case "Includes": return .contains(ignoringCase: args?["ignore_case"]?.scalar?.boolValue == true)
    default:
      draft.skip(
        "class \(name.shown)", line: eval["class"]?.line ?? eval.line,
        "Its comparison has no counterpart here. Make a check or a judge's metric with metrics_create.")
      return .unknown
    }
  }
}
