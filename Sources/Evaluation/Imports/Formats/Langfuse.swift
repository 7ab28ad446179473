import JSONCoding

extension ImportFormat {
  /// Items of Langfuse's datasets: `{"input": ..., "expectedOutput": ..., "metadata": ...}` (langfuse.com/docs/datasets).
  ///
  /// Its Python client and tables made of it call the output `expected_output`; what is no plain table is told by a value
  /// with members.
  static let langfuse = ImportFormat(
    name: "langfuse",
    recognizes: { text in
      let records = items(in: text)
      return !records.isEmpty && records.allSatisfy { $0["input"] != nil }
        && records.contains {
          $0["expectedOutput"] != nil || $0["datasetId"] != nil || $0["datasetName"] != nil
            || $0["expected_output"] != nil && hasMembers($0)
        }
    },
    read: { source, draft throws(EvaluationError) in
      let records = items(in: source.text)
      guard records.contains(where: { $0["input"] != nil }) else {
        throw EvaluationError(
          "It has no items with input. Give the items of a dataset as a list, or an object with items.")
      }
      for record in records {
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

  private static func hasMembers(_ item: SourceValue) -> Bool {
    ["input", "expected_output", "metadata"].contains { item[$0].map { $0.scalar == nil } ?? false }
  }

  /// The items of a text: its lines or list, or those in an object, as an export and a page of the API have them.
  private static func items(in text: ImportText) -> [SourceValue] {
    let records = text.examples
    guard records.count == 1, let list = ["items", "data"].lazy.compactMap({ records[0][$0]?.list }).first else {
      return records
    }
    return list
  }
}
