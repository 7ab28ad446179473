import JSONCoding

extension ImportFormat {
  /// Examples of LangSmith's datasets: `{"inputs": {...}, "outputs": {...}}` (docs.smith.langchain.com, "Export a dataset").
  static let langSmith = ImportFormat(
    name: "langsmith",
    recognizes: { text in
      let examples = text.examples.map(joined)
      return !examples.isEmpty && examples.allSatisfy { $0["inputs"]?.map != nil && $0["outputs"]?.list == nil }
    },
    read: { source, draft throws(EvaluationError) in
      let examples = source.text.examples.map(joined)
      guard examples.contains(where: { $0["inputs"] != nil }) else {
        throw EvaluationError(
          "It has no examples with inputs. Export JSON Lines, or a CSV with the columns inputs and outputs or inputs.NAME and "
            + "outputs.NAME; datasets_create reads any other CSV.")
      }
      var rows = ImportedExamples(outputs: "outputs")
      for example in examples {
        guard let inputs = example["inputs"] else {
          draft.skip("example", line: example.line, "It has no inputs.")
          continue
        }
        rows.add(example, input: inputs, output: example["outputs"] ?? example["reference_outputs"])
      }
      rows.addRows(to: &draft)
      draft.addPlainPrompt(model: source.model)
    })

  /// An example whose columns `inputs.NAME` and `outputs.NAME` are members of one value.
  private static func joined(_ example: SourceValue) -> SourceValue {
    guard let members = example.map, members.contains(where: { $0.key.hasPrefix("inputs.") }) else { return example }
    var (rest, parts): ([SourceValue.Member], [String: [SourceValue.Member]]) = ([], [:])
    for member in members {
      if let prefix = ["inputs.", "outputs.", "metadata."].first(where: member.key.hasPrefix) {
        if member.value.isNull { continue }
        let name = String(member.key.dropFirst(prefix.count))
        parts[String(prefix.dropLast()), default: []].append(.init(key: name, line: member.line, value: member.value))
      } else {
        rest.append(member)
      }
    }
    for (name, members) in parts.sorted(by: { $0.key < $1.key }) {
      rest.append(.init(key: name, line: example.line, value: SourceValue(.map(members), line: example.line)))
    }
    return SourceValue(.map(rest), line: example.line)
  }
}
