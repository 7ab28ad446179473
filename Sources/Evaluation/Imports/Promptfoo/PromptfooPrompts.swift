import JSONCoding
import Providers
import Store

/// The prompts of a promptfoo configuration (promptfoo.dev/docs/configuration/prompts).
struct PromptfooPrompt {
  let line: Int
  let label: String
  let text: String
  /// Settings of the prompt itself.
  let config: SourceValue?

  /// The prompts of a configuration; what cannot be read is skipped.
  static func all(in root: SourceValue, _ files: ImportFiles, _ draft: inout ImportDraft) -> [PromptfooPrompt] {
    guard let prompts = root["prompts"] else { return [] }
    var all: [PromptfooPrompt] = []
    // A mapping has the files' names as keys and their labels as values.
    for (value, label) in prompts.map?.map({ (SourceValue(.scalar(.string($0.key)), line: $0.line), $0.value.text) })
      ?? prompts.elements.map({ ($0, nil) })
    {
      do throws(EvaluationError) { all += try read(value, label: label, files, &draft) } catch {
        draft.skip("prompt", line: value.line, error.description)
      }
    }
    return all
  }

  private static func read(
    _ value: SourceValue, label: String?, _ files: ImportFiles, _ draft: inout ImportDraft
  ) throws(EvaluationError) -> [PromptfooPrompt] {
    if value["function"] != nil { throw EvaluationError("It is made by code, which is not imported.") }
    guard let text = value.text ?? value["raw"]?.text ?? value["id"]?.text else {
      throw EvaluationError("It is no text, and has no raw text.")
    }
    let label = label ?? value["label"]?.text
    let config = value["config"]
    guard isFile(text) else {
      return [PromptfooPrompt(line: value.line, label: label ?? text, text: text, config: config)]
    }
    let given = text.filePath ?? text
    var prompts: [PromptfooPrompt] = []
    for path in try files.paths(matching: given, line: value.line, &draft) {
      let name = label ?? path.split(separator: "/").last.map(String.init) ?? path
      prompts += try read(path, line: value.line, name: name, config: config, files)
    }
    return prompts
  }

  /// The prompts of one file.
  private static func read(
    _ path: String, line: Int, name: String, config: SourceValue?, _ files: ImportFiles
  ) throws(EvaluationError) -> [PromptfooPrompt] {
    switch path.lowercased().split(separator: ".").last {
    case "txt", "md", "j2":
      let contents = try files.text(path)
      let parts = path.hasSuffix(".txt") ? parts(of: contents) : [contents.trimmed()]
      return parts.enumerated().map { index, part in
        PromptfooPrompt(
          line: line, label: parts.count == 1 ? name : "\(name) (\(index + 1))", text: part, config: config)
      }
    case "json", "yaml", "yml":
      let json = try YAMLReader.value(of: try files.text(path)).asJavaScript.json
      return [PromptfooPrompt(line: line, label: name, text: json.text, config: config)]
    default: throw EvaluationError("\(path.shown) is not a text, JSON or YAML file. Copy its prompts into prompts.")
    }
  }

  private static func isFile(_ text: String) -> Bool {
    if text.filePath != nil || text.hasPrefix("exec:") { return true }
    guard !text.contains(where: \.isNewline), !text.containsScalars(of: "{{") else { return false }
    return text.wholeMatch(of: /\S+\.(txt|json|jsonl|ya?ml|md|j2|csv|py|js|ts|cjs|mjs|sh|rb|go)(:\w+)?|\S*\*\S*\/?\S*/)
      != nil
      || ["langfuse://", "portkey://", "helicone://"].contains(where: text.hasPrefix)
  }

  /// The prompts of a text file, separated by lines of three hyphens.
  private static func parts(of text: String) -> [String] {
    var parts: [[UInt8]] = [[]]
    // A line break of two characters is one in Swift, so lines are found by bytes.
    for line in text.utf8.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false) {
      if String(Substring(line)).trimmed() == "---" {
        parts.append([])
      } else {
        parts[parts.count - 1] += line + [ASCII.lineFeed]
      }
    }
    return parts.map { String(decoding: $0, as: UTF8.self).trimmed() }.filter { !$0.isEmpty }
  }

  // MARK: Messages

  /// The prompt as a template with its turns.
  ///
  /// - Throws: ``EvaluationError``: why it cannot be imported.
  func request(_ settings: RequestSettings) throws(EvaluationError) -> (template: String, RequestSettings) {
    guard let messages = Self.messages(in: text) else {
      if Self.isJSON(text) {
        throw EvaluationError("It is JSON, but no list of messages, and promptfoo fills JSON in its own way.")
      }
      return (try NunjucksText(text).template(), settings)
    }
    return try ImportedTurns.request(messages, settings) { text throws(EvaluationError) in
      try NunjucksText(text).template()
    }
  }

  private static func isJSON(_ text: String) -> Bool {
    guard let first = text.trimmed().first, first == "[" || first == "{" else { return false }
    do throws(JSONError) { _ = try JSONValue(parsing: text) } catch { return false }
    return true
  }

  /// The messages of a prompt that is a list of them in JSON or YAML; nil for a text.
  private static func messages(in text: String) -> [JSONValue]? {
    guard let first = text.trimmed().first, first == "[" || first == "-" else { return nil }
    let value: SourceValue
    do throws(EvaluationError) { value = try YAMLReader.value(of: text) } catch { return nil }
    guard let list = value.list, !list.isEmpty, list.allSatisfy({ $0["role"] != nil }) else { return nil }
    return list.map(\.asJavaScript.json)
  }
}
