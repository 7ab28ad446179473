import JSONCoding
import Store

extension ImportFormat {
  /// Configurations and tests of promptfoo (promptfoo.dev/docs/configuration/reference).
  ///
  /// OpenAI's dashboard exports its evals as such configurations.
  static let promptfoo = ImportFormat(
    name: "promptfoo",
    recognizes: { text in
      if let table = text.table { return table.columns.contains(where: PromptfooCSV.isOwn) }
      if let root = text.root, root.map != nil {
        let hasTests = root["tests"] != nil || root["scenarios"] != nil || root["prompts"] != nil
        return hasTests && root["testing_criteria"] == nil
      }
      return !text.records.isEmpty && text.records.allSatisfy { $0["vars"] != nil || $0["assert"] != nil }
    },
    read: { source, draft throws(EvaluationError) in
      guard let root = source.text.root?.asJavaScript, root.map != nil, root["vars"] == nil else {
        // Tests without prompts.
        let tests = try PromptfooTests.tests(in: source.text)
        let line = tests.first?.line ?? 1
        let root = SourceValue(
          .map([.init(key: "tests", line: line, value: SourceValue(.list(tests), line: line))]), line: line)
        PromptfooTests.read(root, source.files, &draft)
        return
      }
      try Promptfoo.read(root, source, &draft)
    },
    mainFiles: ["yaml", "yml", "json"].map { "promptfooconfig.\($0)" })
}

enum Promptfoo {
  /// Members that change nothing about requests and scores.
  private static let harmless: Set<String> = [
    "$schema", "description", "prompts", "providers", "targets", "tests", "scenarios", "defaultTest",
    "assertionTemplates", "outputPath", "sharing", "tags", "commandLineOptions", "writeLatestResults", "metadata",
  ]

  static func read(_ root: SourceValue, _ source: ImportSource, _ draft: inout ImportDraft) throws(EvaluationError) {
    guard ["tests", "scenarios", "prompts"].contains(where: { root[$0] != nil }) else {
      throw EvaluationError("The configuration has neither prompts nor tests.")
    }
    if let description = root["description"]?.text?.trimmed().nonEmpty { draft.name = description }
    for member in root.map ?? [] where !harmless.contains(member.key) && !member.value.isNull {
      if member.key == "evaluateOptions" {
        readOptions(member.value, &draft)
      } else {
        draft.skip(member.key, line: member.line, "It has no counterpart here.")
      }
    }
    PromptfooTests.read(root, source.files, &draft)
    let prompts = PromptfooPrompt.all(in: root, source.files, &draft)
    let providers = PromptfooProvider.all(in: root, model: source.model, &draft)
    for provider in providers where !prompts.contains(where: provider.answers) {
      if prompts.isEmpty { break }
      draft.skip(
        "provider \(provider.label.shown)", line: provider.line,
        "Its prompts name none of the labels: \((provider.prompts ?? []).joined(separator: ", ").shown).")
    }
    for prompt in prompts {
      if !providers.isEmpty, !providers.contains(where: { $0.answers(prompt) }) {
        draft.skip(
          "prompt \(shortened(prompt.label).shown)", line: prompt.line, "No provider's prompts name its label.")
        continue
      }
      if providers.isEmpty {
        draft.skip("prompt", line: prompt.line, "No model is known for it. Give model.")
        continue
      }
      let name = prompts.count == 1 ? draft.name : "\(draft.name): \(shortened(prompt.label))"
      for provider in providers where provider.answers(prompt) {
        do throws(EvaluationError) {
          if let config = prompt.config {
            draft.skip("config of a prompt", line: config.line, "Give its settings to prompts_update.")
          }
          let (template, settings) = try prompt.request(provider.settings)
          draft.prompts.append(
            .init(
              name: providers.count == 1 ? name : "\(name) (\(provider.label))", template: template,
              model: provider.model, settings: settings, line: prompt.line))
        } catch {
          draft.skip("prompt", line: prompt.line, error.description)
        }
      }
    }
    if providers.contains(where: { $0.settings.isEmpty }), !draft.prompts.isEmpty {
      draft.note(
        "promptfoo sends settings of its own where a provider has none, such as temperature 0 and 1024 tokens at most for "
          + "openai; here the model's own defaults apply.")
    }
  }

  /// A prompt's label or text in one line.
  private static func shortened(_ label: String) -> String {
    let words = label.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.count > 60 ? words.prefix(60) + "..." : words
  }

  private static func readOptions(_ options: SourceValue, _ draft: inout ImportDraft) {
    for option in options.map ?? [] {
      switch option.key {
      case "repeat":
        if let count = option.value.number.flatMap({ Int(exactly: $0) }), (2...20).contains(count) {
          draft.repeats = count
        }
      case "cache", "showProgressBar", "maxConcurrency", "delay", "timeoutMs", "maxEvalTimeMs": break
      default: draft.skip("evaluateOptions.\(option.key)", line: option.line, "It has no counterpart here.")
      }
    }
  }
}
