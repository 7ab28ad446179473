import JSONCoding

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
      do throws(EvaluationError) { draft.add(try row(record, comparison, &draft), as: "sample") } catch {
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
    if let ideal = record["ideal"] { add(ideal, comparison, to: &row, &draft) }
    // Behind what the format gives a meaning, which counts if both have one name.
    for member in record.map ?? [] where member.key != "input" && member.key != "ideal" {
      row.values += ImportedColumns.of(member.value, member.key)
    }
    return row
  }

  private static func add(
    _ ideal: SourceValue, _ comparison: Comparison, to row: inout ImportDraft.Row, _ draft: inout ImportDraft
  ) {
    let ideals = ideal.elements.compactMap(\.text)
    guard ideals.count == ideal.elements.count, !ideals.isEmpty, !ideals.contains("") else {
      draft.skip(criterion: "ideal", line: row.line, "It is no text and no list of texts.")
      row.values.append(("ideal", ideal.json.text))
      return
    }
    row.values.append(
      ideals.count == 1 ? (RunRows.standardExpectedColumn, ideals[0]) : ("ideal", ideal.json.text))
    if let rule = rule(comparison, ideals) {
      row.assertions = [ImportedAssertion(line: row.line, label: "ideal", rule: rule)]
    }
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
