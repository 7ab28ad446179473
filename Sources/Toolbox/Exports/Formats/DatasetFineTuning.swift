import Evaluation
import JSONCoding
import Store

extension ExportFormat {
  static let datasetFineTuning = ExportFormat(
    .dataset, "fine_tuning", "/fine-tuning.jsonl", "application/jsonl", toolset: "datasets",
    name: "dataset examples, fine-tuning", title: "Rows of a dataset as examples for fine-tuning",
    "One example a row with an expected_output: the column input, or the only one, as a user's message.", hasRows: true,
    record: .datasets
  ) { services, ids in
    let examples = try DatasetExamples(try await services.store.read { try $0.find(DatasetRecord.self, ids[0]) })
    var text = ExportText(
      examples.lines { message, expected in
        ["messages": [message, ["role": "assistant", "content": .string(expected)]]]
      })
    text.skipped = examples.skipped
    return text
  }
}
