import JSONCoding
import Providers
import Store

/// Objects of OpenAI's Evals API: evals, runs and output items (platform.openai.com/docs/api-reference/evals).
struct OpenAIEvalsObjects {
  /// An object, and the file in which it was found if that is not the only one.
  private struct Found {
    let value: SourceValue
    let file: String?

    var line: Int { value.line }
    subscript(key: String) -> SourceValue? { value[key] }
  }

  private var evals: [Found] = []
  private var runs: [Found] = []
  private var items: [Found] = []
  /// Lines of a file of rows: `{"item": {...}}`, with the answer in `sample` if there is one.
  private var lines: [Found] = []

  var isEmpty: Bool { evals.isEmpty && runs.isEmpty && items.isEmpty && lines.isEmpty }

  init(_ texts: [ImportText]) {
    for text in texts {
      for record in text.records { add(record, depth: 0, text.file) }
    }
  }

  /// Adds an object, or those in the lists of a page or of an export.
  private mutating func add(_ value: SourceValue, depth: Int, _ file: String?) {
    if let list = value.list {
      for value in list { add(value, depth: depth, file) }
    } else if value["testing_criteria"] != nil {
      evals.append(Found(value: value, file: file))
      if depth < 3 { addParts(of: value, depth: depth, file) }
    } else if value["datasource_item"] != nil {
      items.append(Found(value: value, file: file))
    } else if value["item"]?.map != nil, value.map?.allSatisfy({ ["item", "sample"].contains($0.key) }) == true {
      lines.append(Found(value: value, file: file))
    } else if value["object"]?.text == "eval.run" || value["data_source"]?["source"] != nil {
      runs.append(Found(value: value, file: file))
      if depth < 3 { addParts(of: value, depth: depth, file) }
    } else if depth < 3 {
      addParts(of: value, depth: depth, file)
    }
  }

  private mutating func addParts(of value: SourceValue, depth: Int, _ file: String?) {
    for key in ["data", "eval", "evals", "run", "runs", "output_items", "items"] {
      if let part = value[key], part.list != nil || part.map != nil { add(part, depth: depth + 1, file) }
    }
  }

  /// Reads the objects into a draft.
  ///
  /// - Parameter model: that of a run that names none.
  func read(_ model: String?, _ draft: inout ImportDraft) {
    if let name = evals.first?["name"]?.text?.trimmed().nonEmpty { draft.name = name }
    for eval in evals.dropFirst() {
      draft.file = eval.file
      draft.skip("eval \(eval["name"]?.text ?? "")", line: eval.line, "One eval is imported at a time.")
    }
    ofOneEval(&draft).readParts(model, &draft)
  }

  /// The objects without those that name another eval than the first one.
  private func ofOneEval(_ draft: inout ImportDraft) -> Self {
    let named = evals.first?["id"]?.text ?? (runs + items).lazy.compactMap { $0["eval_id"]?.text }.first
    guard let id = named else { return self }
    var own = self
    func isOwn(_ found: Found) -> Bool { found["eval_id"]?.text.map { $0 == id } ?? true }
    own.runs = runs.filter(isOwn)
    own.items = items.filter(isOwn)
    for (what, all) in [("runs", runs), ("output items", items)] {
      let others = all.filter { !isOwn($0) }
      guard let first = others.first else { continue }
      draft.file = first.file
      draft.skip(
        "\(others.count) \(what) of other evals", line: first.line,
        "One eval is imported at a time: \(id.shown) here. Import the others from folders of their own.")
    }
    draft.file = nil
    return own
  }

  private func readParts(_ model: String?, _ draft: inout ImportDraft) {
    if let item = items.first {
      draft.file = item.file
      draft.skip(
        "sample and results of \(items.count) output items", line: item.line,
        "Answers and scores are not imported. A run makes new ones.")
    }
    if let line = lines.first(where: { $0["sample"] != nil }) {
      draft.file = line.file
      draft.skip("sample", line: line.line, "Answers are not imported. A run makes new ones.")
    }
    addRows(&draft)
    for run in runs {
      draft.file = run.file
      addPrompt(of: run, model, &draft)
    }
    draft.file = evals.first?.file
    for criterion in evals.first?["testing_criteria"]?.elements ?? [] { add(criterion, &draft) }
    draft.file = nil
  }

  // MARK: Rows

  private func addRows(_ draft: inout ImportDraft) {
    let sources = runs.flatMap { run -> [SourceValue] in
      let source = run["data_source"]?["source"]
      if let id = source?["id"]?.text {
        draft.file = run.file
        draft.skip("file \(id.shown)", line: run.line, "Its rows are at OpenAI. Import the output items as well.")
      }
      return source?["content"]?.elements ?? []
    }
    var seen: Set<String> = []
    let listed = sources + lines.map(\.value)
    for item in listed.map({ $0["item"] ?? $0 }) + items.compactMap({ $0["datasource_item"] }) {
      // Every run of an eval has the same items again.
      let item = item["item"] ?? item
      guard item.map != nil, seen.insert(item.json.canonical.text).inserted else { continue }
      draft.add(
        .init(line: item.line, values: ImportedColumns.members(of: item, or: ImportedColumns.input)), as: "item")
    }
    if draft.rows.isEmpty, let eval = evals.first {
      draft.file = eval.file
      draft.skip(
        "eval", line: eval.line,
        "It has no rows. Import its runs, their output items or its lines of {item} in one list with it.")
    }
  }

  // MARK: Prompts

  private func addPrompt(of run: Found, _ model: String?, _ draft: inout ImportDraft) {
    guard let source = run["data_source"], let messages = source["input_messages"] else { return }
    do throws(EvaluationError) {
      guard let template = messages["template"]?.list else {
        throw EvaluationError("Its messages are in a column of its items, not in a template.")
      }
      guard let model = source["model"]?.text.map({ "openai/\($0)" }) ?? model else {
        throw EvaluationError("It names no model. Give model.")
      }
      var settings = RequestSettings()
      for member in source["sampling_params"]?.map ?? [] {
        let name = member.key.hasPrefix("max_") ? "max_tokens" : member.key
        guard let setting = RequestSetting.all(of: .prompt).first(where: { $0.name == name }) else {
          draft.skip("sampling_params.\(member.key)", line: member.line, "There is no such setting of a prompt.")
          continue
        }
        do throws(RecordError) { try settings.set(setting, member.value.asJavaScript.json) } catch {
          draft.skip("sampling_params.\(member.key)", line: member.line, "Its value is not one that is sent here.")
        }
      }
      let (text, request) = try ImportedTurns.request(template.map(Self.message), settings) {
        text throws(EvaluationError) in
        try Self.template(text)
      }
      let name = run["name"]?.text?.trimmed().nonEmpty ?? draft.name
      if !draft.prompts.contains(where: { $0.template == text && $0.model == model && $0.settings == request }) {
        draft.prompts.append(.init(name: name, template: text, model: model, settings: request, line: run.line))
      }
    } catch {
      draft.skip("prompt of run \(run["name"]?.text ?? "")", line: run.line, error.description)
    }
  }

  /// A message as chat completions have it: the Evals API marks messages and their parts with types.
  private static func message(_ value: SourceValue) -> JSONValue {
    guard var object = value.json.objectValue, object["type"] == "message" else { return value.json }
    object["type"] = nil
    func part(_ value: JSONValue) -> JSONValue {
      guard let text = value["text"], ["input_text", "output_text", "text"].contains(value["type"]?.stringValue) else {
        return value
      }
      return ["type": "text", "text": text]
    }
    let content = object["content"]
    if let text = ImportedTurns.plainText(content) {
      object["content"] = .string(text)
    } else if let parts = content?.arrayValue {
      object["content"] = .array(parts.map(part))
    }
    return .object(object)
  }

  /// A text with `{{ item.name }}` as a template.
  ///
  /// - Throws: ``EvaluationError`` for other variables.
  private static func template(_ text: String) throws(EvaluationError) -> String {
    let given = try NunjucksText(text)
    for name in given.variables where !name.hasPrefix("item.") {
      throw EvaluationError("{{ \(name.shown) }} is no member of an item.")
    }
    return given.template { String($0.dropFirst(5)) }
  }

  // MARK: Criteria

  private func add(_ criterion: SourceValue, _ draft: inout ImportDraft) {
    let type = criterion["type"]?.text ?? ""
    for index in draft.rows.indices {
      do throws(EvaluationError) {
        let rule = try OpenAIEvalsCriteria.rule(criterion, type, draft.rows[index])
        draft.add(
          ImportedAssertion(line: criterion.line, label: type, name: criterion["name"]?.text.nonEmpty, rule: rule),
          toRow: index)
      } catch {
        let name = criterion["name"]?.text.nonEmpty.map { " \"\($0.shown)\"" } ?? ""
        draft.skip(criterion: "criterion \(type.shown)\(name)", line: criterion.line, error.description)
      }
    }
    if let range = criterion["range"] {
      draft.skip(
        "range of \(type.shown)", line: range.line,
        "A judge scores 1 to 5 here. The metric says how its scores are translated.")
    }
    if let model = criterion["model"]?.text, type != "string_check" {
      if draft.judgeModel == nil || draft.judgeModel == "openai/\(model)" {
        draft.judgeModel = "openai/\(model)"
      } else {
        draft.skip(
          "model of \(type.shown)", line: criterion.line, "A run has one judge_model, and another criterion names one.")
      }
    }
    if criterion["pass_threshold"] != nil {
      draft.skip("pass_threshold", line: criterion.line, "A judge scores 1 to 5 here, and a row does not pass or fail.")
    }
  }
}
