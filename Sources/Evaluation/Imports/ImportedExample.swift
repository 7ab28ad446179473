import JSONCoding

/// Examples with an input, an output and metadata.
struct ImportedExamples {
  /// What the format calls outputs.
  private let name: String
  private var examples: [(value: SourceValue, input: SourceValue, output: SourceValue?)] = []

  init(outputs name: String) { self.name = name }

  mutating func add(_ example: SourceValue, input: SourceValue, output: SourceValue?) {
    examples.append((example, input, output))
  }

  /// Adds them as rows.
  ///
  /// Outputs are what answers are compared with only if all of them are texts, or all have the same one member: else some
  /// rows would be compared with nothing.
  func addRows(to draft: inout ImportDraft) {
    let outputs = examples.compactMap(\.output)
    let texts = outputs.map(Self.text)
    let isExpected = texts.allSatisfy { $0 != nil } && Set(texts.map { $0?.member }).count <= 1
    if !isExpected {
      let shared = sharedMembers(of: outputs).map { "\(name).\($0.shown)" }.joined(separator: ", ")
      draft.note(
        "\(name) that are not all one text are in the columns \(name) and \(name).NAME; give one as expected_column to "
          + "runs_create\(shared.isEmpty ? "" : ", such as one that all rows have: \(shared)").")
    }
    for (example, input, output) in examples {
      var row = ImportDraft.Row(
        line: example.line, values: ImportedColumns.members(of: input, or: ImportedColumns.input))
      if let output {
        if isExpected, let text = Self.text(output)?.text {
          row.values.append((RunRows.standardExpectedColumn, text))
        } else {
          row.values += ImportedColumns.of(output, name)
        }
      }
      if let metadata = example["metadata"], metadata.map?.isEmpty != true {
        row.values += ImportedColumns.of(metadata, "metadata")
      }
      draft.add(row)
    }
  }

  /// The names of members that all outputs have, by name.
  private func sharedMembers(of outputs: [SourceValue]) -> [String] {
    var shared: Set<String>?
    for output in outputs {
      let names = Set(output.map?.map(\.key) ?? [])
      shared = shared?.intersection(names) ?? names
    }
    return (shared ?? []).sorted()
  }

  /// The text of an output, and the member that it is; nil for an output that is more.
  private static func text(_ output: SourceValue) -> (text: String, member: String?)? {
    if let text = output.text { return (text, nil) }
    guard let members = output.map, members.count == 1, let text = members[0].value.text else { return nil }
    return (text, members[0].key)
  }
}
