import Evaluation
import JSONCoding
import Store

extension ExportFormat {
  static let runEvals = ExportFormat(
    .run, "openai_evals", "/openai-evals.jsonl", "application/jsonl", toolset: "runs",
    name: "run samples, OpenAI Evals", title: "Rows of a run as samples of OpenAI Evals",
    "One sample a row: the messages as input, the expected output as ideal.", hasRows: true, record: .runs
  ) { services, ids in
    let answers = try await services.sentAnswers(ofRun: ids[0]) { _, response in
      // The answers of one row were all asked by the same messages.
      response.repeatIndex > 0
        ? "It is a repeat, and a sample has no answer."
        : response.expectedOutput?.nonBlank == nil ? "There is no expected output." : nil
    }
    var text = ExportText(
      answers.rows { messages, response in
        ["input": .array(messages), "ideal": .optional(response.expectedOutput)]
      })
    text.skipped = answers.skipped
    return text
  }
}
