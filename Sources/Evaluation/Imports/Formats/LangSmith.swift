import JSONCoding

extension ImportFormat {
  /// Examples of LangSmith's datasets: `{"inputs": {...}, "outputs": {...}}` (docs.smith.langchain.com, "Export a dataset").
  static let langSmith = ImportFormat(
    name: "langsmith",
    recognizes: { text in
      !text.records.isEmpty && text.records.allSatisfy { $0["inputs"]?.map != nil && $0["outputs"]?.list == nil }
    },
    read: { source, draft throws(EvaluationError) in
      for record in source.text.records {
        guard let inputs = record["inputs"] else {
          draft.skip("example", line: record.line, "It has no inputs.")
          continue
        }
        var row = ImportDraft.Row(line: record.line, values: ImportedColumns.members(of: inputs, or: "input"))
        let outputs = record["outputs"] ?? record["reference_outputs"]
        if let members = outputs?.map, members.count == 1, let text = members[0].value.text {
          row.values.append((RunRows.standardExpectedColumn, text))
        } else if let outputs {
          row.values += ImportedColumns.of(outputs, "outputs")
          draft.note(
            "Outputs with several members are in the columns outputs and outputs.NAME; give one as expected_column to runs_create."
          )
        }
        if let metadata = record["metadata"], metadata.map?.isEmpty != true {
          row.values += ImportedColumns.of(metadata, "metadata")
        }
        draft.add(row)
      }
      draft.addPlainPrompt(model: source.model)
    })
}
