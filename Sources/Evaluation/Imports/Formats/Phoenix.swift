import JSONCoding

extension ImportFormat {
  /// Examples of Phoenix: `{"input": {...}, "output": {...}}`, and conversations as it exports them for fine-tuning:
  /// `{"messages": [..., {"role": "assistant", ...}]}`.
  ///
  /// Its export for openai/evals is one of ``openAIEvals`` (arize.com/docs/phoenix, "Exporting datasets").
  static let phoenix = ImportFormat(
    name: "phoenix",
    recognizes: { text in
      let records = examples(in: text)
      return !records.isEmpty
        && (records.allSatisfy { $0["messages"]?.list != nil }
          || records.allSatisfy { $0["input"]?.map != nil && $0["output"]?.map != nil })
    },
    read: { source, draft throws(EvaluationError) in
      var rows = ImportedExamples(outputs: "output")
      for record in examples(in: source.text) {
        if let input = record["input"], record["messages"] == nil {
          rows.add(record, input: input, output: record["output"])
          continue
        }
        do throws(EvaluationError) {
          guard var messages = record["messages"]?.list else {
            throw EvaluationError("It has neither messages nor input.")
          }
          var expected: String?
          if messages.last?["role"]?.text == "assistant" {
            expected = ImportedTurns.plainText(messages.removeLast()["content"]?.json)
            if expected == nil { throw EvaluationError("The assistant's last message is no text.") }
          }
          var row = ImportDraft.Row(line: record.line, values: try ImportedColumns.of(messages: messages))
          if let expected { row.values.append((RunRows.standardExpectedColumn, expected)) }
          for member in record.map ?? [] where member.key != "messages" {
            row.values += ImportedColumns.of(member.value, member.key)
          }
          draft.add(row)
        } catch {
          draft.skip("conversation", line: record.line, error.description)
        }
      }
      rows.addRows(to: &draft)
      draft.addPlainPrompt(model: source.model)
    })

  /// The examples of a text: its lines, rows or list, or those in a page of the API.
  private static func examples(in text: ImportText) -> [SourceValue] {
    let examples = text.examples
    guard examples.count == 1, let list = (examples[0]["data"] ?? examples[0])["examples"]?.list else {
      return examples
    }
    return list
  }
}
