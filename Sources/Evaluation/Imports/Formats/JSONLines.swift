import JSONCoding

extension ImportFormat {
  /// Any JSON objects or table: its members are columns, as `datasets_create` reads them.
  static let jsonLines = ImportFormat(
    name: "jsonl",
    recognizes: { text in
      if text.table != nil { return true }
      // Any mapping of YAML would do otherwise.
      let isJSON = ["{", "["].contains { text.text.trimmed().hasPrefix($0) }
      return isJSON && !text.records.isEmpty && text.records.allSatisfy { $0.map != nil }
    },
    read: { source, draft throws(EvaluationError) in
      if let table = source.text.table {
        for index in 0..<table.rowCount {
          draft.add(
            .init(line: source.text.rowLines[index], values: zip(table.columns, table.row(index)).map { ($0, $1) }))
        }
        return
      }
      let records = source.text.records
      if records.count == 1,
        let list = records[0].map?.first(where: { $0.value.list?.contains { $0.map != nil } == true })
      {
        draft.note(
          "The text is one object, which is one row. If its rows are in \(list.key.shown), import that list by itself.")
      }
      for record in records {
        guard let map = record.map else {
          draft.skip("row", line: record.line, "It is no object.")
          continue
        }
        draft.add(
          .init(line: record.line, values: map.map { ($0.key, $0.value.text ?? $0.value.json.text) }))
      }
    })
}
