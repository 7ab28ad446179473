import Evaluation
import JSONCoding
import Store

extension ExportFormat {
  static let datasetEvals = ExportFormat(
    .dataset, "openai_evals", "/openai-evals.jsonl", "application/jsonl", toolset: "datasets",
    name: "dataset samples, OpenAI Evals", title: "Rows of a dataset as samples of OpenAI Evals",
    "One sample a row: the column input, or the only one, as a user's message, expected_output as ideal.",
    hasRows: true,
    record: .datasets
  ) { services, ids in
    let examples = try DatasetExamples(try await services.store.read { try $0.find(DatasetRecord.self, ids[0]) })
    var text = ExportText(
      examples.lines { message, expected in ["input": [message], "ideal": .string(expected)] })
    text.skipped = examples.skipped
    return text
  }
}
