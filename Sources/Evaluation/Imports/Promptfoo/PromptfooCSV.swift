import JSONCoding

/// The tests of promptfoo as a table (promptfoo.dev/docs/configuration/test-cases, "CSV").
enum PromptfooCSV {
  /// Whether a column has a meaning for promptfoo.
  static func isOwn(_ column: String) -> Bool {
    ["__expected", "__description", "__prefix", "__suffix", "__metric", "__threshold", "__metadata:", "__config:"]
      .contains(where: column.hasPrefix)
  }

  /// Each row as a test in the form of a configuration.
  ///
  /// - Parameter lines: the line of each row.
  static func tests(in table: CSVTable, lines: [Int]) -> [SourceValue] {
    lines.enumerated().map { index, line in test(zip(table.columns, table.row(index)).map { ($0, $1) }, line: line) }
  }

  private static func test(_ row: [(column: String, text: String)], line: Int) -> SourceValue {
    var (vars, asserts, options, metadata, test) = (
      JSONObject(), [JSONValue](), JSONObject(), JSONObject(), JSONObject()
    )
    let values = Dictionary(row.map { ($0.column, $0.text) }) { first, _ in first }
    for (column, text) in row {
      switch column {
      case "__prefix", "__suffix": if !text.isEmpty { options.append(String(column.dropFirst(2)), .string(text)) }
      case "__description": test.append("description", .string(text))
      case "__threshold": if let threshold = Double(text.trimmed()) { test.append("threshold", .double(threshold)) }
      case "__metric": break
      case "__providerOutput": if !text.isEmpty { test.append("providerOutput", .string(text)) }
      case _ where column.hasPrefix("__expected"):
        guard !text.isBlank else { continue }
        var assertion = self.assertion(text)
        if let metric = values["__metric"].nonEmpty { assertion["metric"] = .string(metric) }
        let names = column == "__expected" ? ["__expected", "__expected1"] : [column]
        for name in names {
          if let threshold = values["__config:\(name):threshold"].flatMap({ Double($0.trimmed()) }) {
            assertion["threshold"] = .double(threshold)
          }
        }
        asserts.append(.object(assertion))
      case _ where column.hasPrefix("__metadata:"):
        if !text.isEmpty { metadata.append(String(column.dropFirst(11)), .string(text)) }
      case _ where column.hasPrefix("__config:"): break
      default: vars.append(column, .string(text))
      }
    }
    // The values of a table are texts, not lists to expand.
    test.append("vars", .object(vars))
    test.append("assert", .array(asserts))
    if !options.isEmpty { test.append("options", .object(options)) }
    if !metadata.isEmpty { test.append("metadata", .object(metadata)) }
    return SourceValue(.object(test), line: line)
  }

  /// `type:value`, `type(threshold):value`, or a text to equal.
  ///
  /// White space around the cell and behind the colon has no meaning.
  static func assertion(_ cell: String) -> JSONObject {
    let text = cell.trimmed()
    for (beginning, type) in legacy where text.hasPrefix(beginning) {
      return ["type": .string(type), "value": .string(text.dropFirst(beginning.count).trimmed())]
    }
    guard let match = text.wholeMatch(of: /((?:not-)?[a-z][a-z\-]*)(?:\(([0-9.]+)\))?(?::([\s\S]*))?/)?.output,
      isType(String(match.1))
    else {
      return ["type": "equals", "value": .string(text)]
    }
    let type = String(match.1)
    let bare = type.hasPrefix("not-") ? String(type.dropFirst(4)) : type
    var assertion: JSONObject = ["type": .string(type)]
    if let value = match.3 {
      assertion["value"] =
        lists.contains(bare)
        ? .array(value.split(separator: ",").map { .string($0.trimmed()) }) : .string(value.trimmed())
    }
    if let threshold = match.2.flatMap({ Double($0) }) {
      assertion["threshold"] = .double(threshold)
    } else if bare == "cost" || bare == "latency" {
      assertion["threshold"] = 0.75
    }
    return assertion
  }

  private static let legacy = [
    ("javascript:", "javascript"), ("fn:", "javascript"), ("eval:", "javascript"), ("python:", "python"),
    ("grade:", "llm-rubric"),
  ]
  private static let lists: Set<String> = ["contains-all", "contains-any", "icontains-all", "icontains-any"]

  /// Whether a word is a type of assertion, so that a text such as `https://...` is none.
  private static func isType(_ word: String) -> Bool {
    types.contains(word.hasPrefix("not-") ? String(word.dropFirst(4)) : word)
  }

  private static let types: Set<String> = [
    "answer-relevance", "bleu", "classifier", "contains", "contains-all", "contains-any", "contains-html",
    "contains-json", "contains-sql", "contains-xml", "context-faithfulness", "context-recall", "context-relevance",
    "conversation-relevance", "cost", "equals", "factuality", "finish-reason", "g-eval", "gleu", "guardrails",
    "icontains", "icontains-all", "icontains-any", "is-html", "is-json", "is-refusal", "is-sql",
    "is-valid-function-call",
    "is-valid-openai-function-call", "is-valid-openai-tools-call", "is-xml", "javascript", "latency", "levenshtein",
    "llm-rubric", "meteor", "model-graded-closedqa", "model-graded-factuality", "moderation", "perplexity",
    "perplexity-score", "pi", "python", "regex", "rouge-n", "ruby", "search-rubric", "similar", "starts-with",
    "tool-call-f1", "webhook", "word-count",
  ]
}
