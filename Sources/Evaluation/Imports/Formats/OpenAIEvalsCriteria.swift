import JSONCoding

/// The testing criteria of OpenAI's evals that have a meaning here.
enum OpenAIEvalsCriteria {
  /// - Throws: ``EvaluationError``: why the criterion cannot be imported.
  static func rule(
    _ criterion: SourceValue, _ type: String, _ row: ImportDraft.Row
  ) throws(EvaluationError) -> ImportedAssertion.Rule {
    switch type {
    case "string_check": try stringCheck(criterion, row)
    case "label_model": try label(criterion, row)
    case "score_model":
      .judge(text: try instruction(criterion, row, scale(of: criterion)), isTemplate: true)
    case "python": throw EvaluationError("It runs code, which is not imported.")
    case "text_similarity":
      throw EvaluationError("Its measure differs from those of the check similarity. Choose one with metrics_create.")
    default: throw EvaluationError("There is no such criterion here. Make a metric with metrics_create.")
    }
  }

  private static func stringCheck(
    _ criterion: SourceValue, _ row: ImportDraft.Row
  ) throws(EvaluationError) -> ImportedAssertion.Rule {
    guard let input = criterion["input"]?.text, try NunjucksText(input).variables == ["sample.output_text"],
      input.trimmed().hasPrefix("{{"), input.trimmed().hasSuffix("}}")
    else {
      throw EvaluationError("Its input is not {{ sample.output_text }} alone.")
    }
    let reference = try NunjucksText(criterion["reference"]?.text ?? "")
    for name in reference.variables where !name.hasPrefix("item.") || row[String(name.dropFirst(5))] == nil {
      throw EvaluationError("{{ \(name.shown) }} is no member of the item.")
    }
    let text = reference.rendered { row[String($0.dropFirst(5))] }
    switch criterion["operation"]?.text {
    case "eq":
      return .check(fixed: ["kind": "equals", "trim": false], argument: "value", texts: [text])
    case "ne":
      return .check(fixed: ["kind": "equals", "trim": false, "not": true], argument: "value", texts: [text])
    case "like", "ilike":
      guard !text.isBlank, text.trimmed() == text else {
        throw EvaluationError("Its reference is empty or has white space around it in a row.")
      }
      let ignoresCase = criterion["operation"]?.text == "ilike"
      return .check(
        fixed: ["kind": "contains", "case_sensitive": .bool(!ignoresCase)], argument: "value", texts: [text])
    case let other: throw EvaluationError("There is no operation \(other ?? "").")
    }
  }

  /// How the range of a grader's scores becomes stars.
  private static func scale(of criterion: SourceValue) -> String {
    let range = criterion["range"]?.elements.compactMap(\.number) ?? [0, 1]
    let (least, most) = (range.first ?? 0, range.last ?? 1)
    if (least, most) == (1, 5) { return "Score 5 is the best result and 1 the worst." }
    return "The scores above go from \(least.plainText) to \(most.plainText). Translate them to the scale from 1 to 5: "
      + "\(least.plainText) becomes 1, \(most.plainText) becomes 5, and what is between them is in proportion."
  }

  private static func label(
    _ criterion: SourceValue, _ row: ImportDraft.Row
  ) throws(EvaluationError) -> ImportedAssertion.Rule {
    let labels = criterion["labels"]?.elements.compactMap(\.text) ?? []
    let passing = criterion["passing_labels"]?.elements.compactMap(\.text) ?? []
    let failing = labels.filter { !passing.contains($0) }
    guard !passing.isEmpty, !failing.isEmpty else { throw EvaluationError("It has no passing and failing labels.") }
    let end =
      "A response that deserves the label \(passing.joined(separator: " or ")) scores 5, one that deserves "
      + "\(failing.joined(separator: " or ")) scores 1."
    return .judge(text: try instruction(criterion, row, end), isTemplate: true)
  }

  /// The messages of a grader as an instruction, with the item's members as columns.
  private static func instruction(
    _ criterion: SourceValue, _ row: ImportDraft.Row, _ end: String
  ) throws(EvaluationError) -> String {
    var parts: [String] = []
    for message in criterion["input"]?.elements ?? [] {
      guard let text = ImportedTurns.plainText(message["content"]?.json) else {
        throw EvaluationError("One of its messages has more than a text.")
      }
      var rest = text
      for name in try NunjucksText(text).variables where name.hasPrefix("sample.") {
        guard name == "sample.output_text" else {
          throw EvaluationError("{{ \(name.shown) }} is not known to a judge.")
        }
        let variable = /\{\{\s*sample\.output_text\s*\}\}/.matchingSemantics(.unicodeScalar)
        rest = rest.replacing(variable, with: "(the response)")
      }
      let template = try NunjucksText(rest)
      for name in template.variables where !name.hasPrefix("item.") || row[String(name.dropFirst(5))] == nil {
        throw EvaluationError("{{ \(name.shown) }} is no member of the item.")
      }
      parts.append(template.template { String($0.dropFirst(5)) })
    }
    guard !parts.isEmpty else { throw EvaluationError("It has no messages.") }
    return (parts + [end]).joined(separator: "\n\n")
  }
}
