import JSONCoding

extension ImportFormat {
  /// Conversations as Phoenix exports them for fine-tuning: `{"messages": [..., {"role": "assistant", ...}]}`.
  ///
  /// Its export for openai/evals is one of ``openAIEvals`` (arize.com/docs/phoenix, "Exporting datasets").
  static let phoenix = ImportFormat(
    name: "phoenix",
    recognizes: { text in !text.records.isEmpty && text.records.allSatisfy { $0["messages"]?.list != nil } },
    read: { source, draft throws(EvaluationError) in
      for record in source.text.records {
        do throws(EvaluationError) {
          guard var messages = record["messages"]?.list else { throw EvaluationError("It has no messages.") }
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
      draft.addPlainPrompt(model: source.model)
    })
}
