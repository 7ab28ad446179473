import JSONCoding

/// The assertions of promptfoo that have the same meaning here (promptfoo.dev/docs/configuration/expected-outputs).
enum PromptfooAssertions {
  /// What an assertion says.
  struct Given {
    let type: String
    /// The value, with the row's variables replaced; nil without any.
    let value: SourceValue?
    let threshold: Double?
    let isNegated: Bool

    /// The value as a text.
    ///
    /// - Throws: ``EvaluationError`` if it is missing or empty.
    func text() throws(EvaluationError) -> String {
      guard let text = value?.text, !text.isEmpty else {
        throw EvaluationError(value?.text == nil ? "Its value is no text." : "Its value is empty.")
      }
      return text
    }

    /// The value as a list of texts; a text is split at commas.
    func texts() throws(EvaluationError) -> [String] {
      guard let value else { throw EvaluationError("Its value is missing.") }
      if let list = value.list {
        let texts = list.compactMap(\.text)
        guard texts.count == list.count, !texts.isEmpty, !texts.contains("") else {
          throw EvaluationError("Its values are not all texts.")
        }
        return texts
      }
      let text = try text()
      guard !text.contains("\"") else {
        throw EvaluationError("Its value is one text with commas and quotes. Write the values as a list.")
      }
      let parts = text.split(separator: ",").map { $0.trimmed() }.filter { !$0.isEmpty }
      guard !parts.isEmpty else { throw EvaluationError("Its value is empty.") }
      return parts
    }

    fileprivate var base: JSONObject { isNegated ? ["not": true] : [:] }
  }

  /// How an assertion is read; it throws why it cannot be imported.
  typealias Reader = @Sendable (Given) throws(EvaluationError) -> ImportedAssertion.Rule

  /// - Throws: ``EvaluationError``: why the assertion cannot be imported.
  static func rule(for given: Given) throws(EvaluationError) -> ImportedAssertion.Rule {
    guard let reader = readers[given.type] else { throw EvaluationError(unknown(given.type)) }
    let rule = try reader(given)
    if case .check(let fixed, let argument, let texts, let isList) = rule {
      var check = fixed
      // A text with braces would be taken for a variable.
      let shown = texts.map { $0.containsScalars(of: "{{") ? "text" : $0 }
      if let argument { check[argument] = isList ? .array(shown.map(JSONValue.string)) : .string(shown.joined()) }
      _ = try Check(check)
    }
    return rule
  }

  private static let readers: [String: Reader] = [
    "equals": { given throws(EvaluationError) in
      if given.value?.map != nil || given.value?.list != nil {
        throw EvaluationError("It compares JSON values. Make a check json_path or a json schema with metrics_create.")
      }
      guard let text = given.value?.text else { throw EvaluationError("Its value is missing.") }
      return .check(fixed: check(given, "equals", ["trim": false]), argument: "value", texts: [text])
    },
    "contains": { given throws(EvaluationError) in try contains(given, ignoringCase: false) },
    "icontains": { given throws(EvaluationError) in try contains(given, ignoringCase: true) },
    "contains-all": { given throws(EvaluationError) in try list(given, "contains_all", ignoringCase: false) },
    "contains-any": { given throws(EvaluationError) in try list(given, "contains_any", ignoringCase: false) },
    "icontains-all": { given throws(EvaluationError) in try list(given, "contains_all", ignoringCase: true) },
    "icontains-any": { given throws(EvaluationError) in try list(given, "contains_any", ignoringCase: true) },
    "starts-with": { given throws(EvaluationError) in
      // The check starts_with ignores white space before the answer, and promptfoo does not.
      pattern(given, "^" + LiteralPattern.of(try given.text()))
    },
    "regex": { given throws(EvaluationError) in pattern(given, try given.text()) },
    "is-json": { given throws(EvaluationError) in try json(given, extracts: false) },
    "contains-json": { given throws(EvaluationError) in
      guard given.value == nil else {
        throw EvaluationError(
          "It passes if any JSON in the answer satisfies the schema; the check json takes the first.")
      }
      return try json(given, extracts: true)
    },
    "cost": { given throws(EvaluationError) in try limit(given, "cost") },
    "latency": { given throws(EvaluationError) in try limit(given, "latency") },
    "finish-reason": { given throws(EvaluationError) in
      .check(fixed: check(given, "finish"), argument: "reason", texts: [try given.text()])
    },
    "word-count": { given throws(EvaluationError) in
      if let count = given.value?.number {
        return .check(fixed: check(given, "length", ["unit": "words", "min": .double(count), "max": .double(count)]))
      }
      var arguments: JSONObject = ["unit": "words"]
      for name in ["min", "max"] {
        if let bound = given.value?[name]?.number { arguments[name] = .double(bound) }
      }
      return .check(fixed: check(given, "length", arguments))
    },
    "llm-rubric": { given throws(EvaluationError) in try judge(given) },
    "g-eval": { given throws(EvaluationError) in try judge(given) },
    "model-graded-closedqa": { given throws(EvaluationError) in
      try judge(given, "The response meets this criterion: ")
    },
    "factuality": { given throws(EvaluationError) in try judge(given, factuality) },
    "model-graded-factuality": { given throws(EvaluationError) in try judge(given, factuality) },
  ]

  private static let factuality = "The facts in the response agree with this reference answer: "

  // MARK: Rules

  private static func check(_ given: Given, _ kind: String, _ arguments: JSONObject = [:]) -> JSONObject {
    JSONObject([.init(key: "kind", value: .string(kind))] + arguments.members + given.base.members)
  }

  /// White space around the text counts in promptfoo, and a check `contains` ignores it.
  private static func contains(_ given: Given, ignoringCase: Bool) throws(EvaluationError) -> ImportedAssertion.Rule {
    let text = try given.text()
    if text.trimmed() != text { return pattern(given, LiteralPattern.of(text), flags: ignoringCase ? "i" : nil) }
    return .check(
      fixed: check(given, "contains", ["case_sensitive": .bool(!ignoringCase)]), argument: "value", texts: [text])
  }

  private static func list(
    _ given: Given, _ kind: String, ignoringCase: Bool
  ) throws(EvaluationError) -> ImportedAssertion.Rule {
    .check(
      fixed: check(given, kind, ["case_sensitive": .bool(!ignoringCase)]), argument: "values",
      texts: try given.texts(), isList: true)
  }

  private static func pattern(_ given: Given, _ pattern: String, flags: String? = nil) -> ImportedAssertion.Rule {
    .check(
      fixed: check(given, "regex", flags.map { ["flags": .string($0)] } ?? [:]), argument: "pattern", texts: [pattern])
  }

  private static func json(_ given: Given, extracts: Bool) throws(EvaluationError) -> ImportedAssertion.Rule {
    var arguments: JSONObject = extracts ? ["extract": true] : [:]
    if let value = given.value, value.text != "" {
      let schema = if let text = value.string { try YAMLReader.value(of: text).asJavaScript.json } else { value.json }
      guard let object = schema.objectValue else { throw EvaluationError("Its schema is no object.") }
      arguments["schema"] = .object(object)
    }
    return .check(fixed: check(given, "json", arguments))
  }

  private static func limit(_ given: Given, _ kind: String) throws(EvaluationError) -> ImportedAssertion.Rule {
    guard let threshold = given.threshold else { throw EvaluationError("Its threshold is missing.") }
    return .check(fixed: check(given, kind), argument: "max", texts: [threshold.javaScriptText])
  }

  private static func judge(
    _ given: Given, _ beginning: String = ""
  ) throws(EvaluationError) -> ImportedAssertion.Rule {
    guard !given.isNegated else {
      throw EvaluationError("It asks a judge for the opposite. Word the criterion so, with metrics_create.")
    }
    if let list = given.value?.list {
      let texts = list.compactMap(\.text)
      guard texts.count == list.count, !texts.isEmpty else { throw EvaluationError("Its value is no text.") }
      return .judge(beginning: beginning, text: texts.map { "- \($0)" }.joined(separator: "\n"))
    }
    return .judge(beginning: beginning, text: try given.text())
  }

  private static func unknown(_ type: String) -> String {
    switch type {
    case "javascript", "python", "ruby", "webhook":
      "It runs code, which is not imported. Make a check or a judge's metric with metrics_create."
    case "assert-set": "It is a set with a score of its own. List its assertions one by one."
    case "levenshtein", "rouge-n", "rouge-l", "rouge-s", "bleu", "gleu", "meteor", "similar":
      "Its measure differs from those of the check similarity. Choose one of them with metrics_create."
    default: "There is no such check. A judge's metric (metrics_create) can ask for the same."
    }
  }
}

/// A pattern that matches a text as it is.
enum LiteralPattern {
  static func of(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.flatMap { "\\^$.|?*+()[]{}/".unicodeScalars.contains($0) ? ["\\", $0] : [$0] }))
  }
}
