import Evaluation
import JSONCoding
import Store

extension ExportFormat {
  static let fineTuning = ExportFormat(
    .run, "fine_tuning", "/fine-tuning.jsonl", "application/jsonl", toolset: "runs", name: "run examples, fine-tuning",
    title: "Right answers of a run as examples for fine-tuning",
    "One example a right answer: the messages that were sent and the answer. Without scores, every answer.",
    hasRows: true, record: .runs
  ) { services, ids in
    // Scores that decide nothing tell no right answer from a wrong one.
    let view = try await services.view(ofRun: ids[0])
    let fault = try view.scoreFaults().first
    let answers = try await services.sentAnswers(ofRun: ids[0]) { scoring, response in
      if scoring.status(of: response) == .failed || response.responseText?.nonEmpty == nil {
        return "There is no answer."
      }
      if response.finishReason == "length" { return "The answer was cut off." }
      if response.finishReason == "tool_calls" {
        return "The answer is a call of tools, which the format has in other form."
      }
      guard let scale = scoring.scorer.scale else { return nil }
      if let fault { return "Whether it is right is not known. \(fault.finding)" }
      guard let score = scoring.score(of: response) else { return "There is no score." }
      return score >= scale.rightFrom ? nil : "The score is below \(scale.rightFrom.shortText)."
    }
    var text = ExportText(
      answers.rows { messages, response in
        ["messages": .array(messages + [assistant(response.responseText ?? "")])]
      })
    text.skipped = answers.skipped
    text.tell(doubt: try view.scoreDoubt())
    return text
  }

  /// The message of an assistant.
  fileprivate static func assistant(_ text: String) -> JSONValue { ["role": "assistant", "content": .string(text)] }
}
