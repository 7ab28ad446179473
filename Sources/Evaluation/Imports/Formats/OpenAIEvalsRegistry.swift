import JSONCoding

/// The registry of openai/evals: a name with the class of an eval and the file of its samples.
enum OpenAIEvalsRegistry {
  private static func evals(in root: SourceValue) -> [SourceValue.Member] {
    (root.map ?? []).filter { $0.value["class"]?.text != nil }
  }

  static func isRegistry(_ root: SourceValue) -> Bool {
    evals(in: root).contains { $0.value["class"]?.text?.contains(":") == true }
  }

  /// Whether it has an eval with samples, and not only solvers or completion functions, which have a class as well.
  static func namesSamples(_ root: SourceValue) -> Bool {
    evals(in: root).contains { $0.value["args"]?["samples_jsonl"]?.text != nil }
  }

  static func read(
    _ root: SourceValue, _ source: ImportSource, _ draft: inout ImportDraft
  ) throws(EvaluationError) {
    let evals = evals(in: root)
    if let first = evals.first { draft.name = first.key }
    if evals.count > 1 {
      for eval in evals.dropFirst() {
        draft.skip(
          "eval \(eval.key.shown)", line: eval.line,
          "One eval is imported at a time. Copy it into a file of its own in the same folder, and import that file.")
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
    OpenAIEvalsSamples.read(try ImportText(text, ending: path.fileEnding).records, comparison, &draft)
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
        criterion: "class \(name.shown)", line: eval["class"]?.line ?? eval.line,
        "Its comparison has no counterpart here. Make a check or a judge's metric with metrics_create.")
      return .unknown
    }
  }
}
