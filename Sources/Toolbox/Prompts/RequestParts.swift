import Evaluation
import JSONCoding
import Store

/// The parts of a prompt version's or run's request besides a row's values: as data for the client's model, and with
/// the argument of `prompts_update` that changes each.
struct RequestParts: Sendable {
  private let template: String
  private let sent: RequestSettings
  /// The names of the parts that the run overrides.
  private let givenByRun: [String]

  init(_ report: RunReport) {
    template = report.template
    sent = report.view.sent
    givenByRun = report.view.run.settings.values.keys + report.view.run.clearedSettings
  }

  init(_ prompt: PromptRecord) {
    template = prompt.template
    sent = prompt.settings
    givenByRun = []
  }

  /// The settings that are texts to work on, in the order in which a model reads them, with their labels.
  private static let texts: [(setting: RequestSetting, label: String)] = [
    (.systemPrompt, "system prompt"), (.messages, "turns before the template"), (.tools, "tools"),
    (.responseSchema, "response_schema"),
  ]

  /// The template and the other parts, as data.
  func data(_ brief: FencedPrompt) -> [String] {
    [brief.data("template", template)]
      + Self.texts.compactMap { setting, label in
        sent.values[setting.name].map { brief.data(label, Self.text($0)) }
      }
  }

  /// A list has one line for each element.
  private static func text(_ value: JSONValue) -> String {
    value.stringValue ?? value.arrayValue.map { $0.map(\.text).joined(separator: "\n") } ?? value.text
  }

  /// The argument for each part, as the end of a step.
  var advice: String {
    var sentences = [
      """
      Of its arguments, template is the last user message, system_prompt what stands before everything, and messages the \
      whole list of turns before the template, such as examples\(others). What is not given stays as it is; a whole part \
      is given, not a piece of it.
      """
    ]
    let fixed = Self.texts.filter { givenByRun.contains($0.setting.name) }.map(\.setting.name)
    if !fixed.isEmpty {
      sentences.append(
        "The run gave its own \(fixed.joined(separator: " and ")), which counts before the prompt's: change it in the test "
          + "run, or leave it out there.")
    }
    return sentences.joined(separator: " ")
  }

  private var others: String {
    let names = [RequestSetting.tools, .responseSchema].filter { sent.values[$0.name] != nil }.map(\.name)
    return names.isEmpty ? "" : "; \(names.joined(separator: " and ")) \(names.count == 1 ? "is" : "are") of this run"
  }
}
