import Evaluation
import JSONCoding
import Store

extension ExportFormat {
  static let prompt = ExportFormat(
    .prompt, nil, "", "application/json", toolset: "prompts", name: "prompt", title: "Prompt version",
    "A prompt version with its whole template, as JSON.", record: .prompts
  ) { services, ids in
    let object = try await services.store.read { $0.object(try $0.find(PromptRecord.self, ids[0])) }
    return ExportText(JSONPrettyWriter.text(.object(object)))
  }
}
