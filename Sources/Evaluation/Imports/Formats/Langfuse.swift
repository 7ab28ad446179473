import JSONCoding

extension ImportFormat {
  /// Items of Langfuse's datasets: `{"input": ..., "expectedOutput": ..., "metadata": ...}` (langfuse.com/docs/datasets).
  static let langfuse = ImportFormat(
    name: "langfuse",
    recognizes: { text in
      !text.records.isEmpty && text.records.allSatisfy { $0["input"] != nil }
        && text.records.contains { $0["expectedOutput"] != nil || $0["datasetId"] != nil || $0["datasetName"] != nil }
    },
    read: { source, draft throws(EvaluationError) in
      for record in source.text.records {
        if record["status"]?.text == "ARCHIVED" {
          draft.skip("item", line: record.line, "It is archived.")
          continue
        }
        var row = ImportDraft.Row(
          line: record.line, values: ImportedColumns.members(of: record["input"], or: ImportedColumns.input))
        if let messages = record["input"]?.list, messages.allSatisfy({ $0["role"] != nil }) {
          do throws(EvaluationError) { row.values = try ImportedColumns.of(messages: messages) } catch {
            draft.skip("item", line: record.line, error.description)
            continue
          }
        }
        if let expected = record["expectedOutput"] ?? record["expected_output"] {
          row.values.append((RunRows.standardExpectedColumn, expected.text ?? expected.json.text))
        }
        if let metadata = record["metadata"], metadata.map?.isEmpty != true {
          row.values += ImportedColumns.of(metadata, "metadata")
        }
        draft.add(row)
      }
      draft.addPlainPrompt(model: source.model)
    })
}
