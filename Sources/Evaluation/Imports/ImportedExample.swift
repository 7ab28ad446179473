import JSONCoding

extension ImportDraft {
  /// Adds an example with an input, an output and metadata.
  ///
  /// - Parameter name: what the format calls outputs.
  mutating func add(_ example: SourceValue, input: SourceValue, output: SourceValue?, _ name: String) {
    var row = Row(line: example.line, values: ImportedColumns.members(of: input, or: ImportedColumns.input))
    if let text = output?.text ?? output?.map.flatMap({ $0.count == 1 ? $0[0].value.text : nil }) {
      row.values.append((RunRows.standardExpectedColumn, text))
    } else if let output {
      row.values += ImportedColumns.of(output, name)
      note(
        "\(name) that are not one text are in the columns \(name) and \(name).NAME; give one as expected_column to runs_create."
      )
    }
    if let metadata = example["metadata"], metadata.map?.isEmpty != true {
      row.values += ImportedColumns.of(metadata, "metadata")
    }
    add(row)
  }
}
