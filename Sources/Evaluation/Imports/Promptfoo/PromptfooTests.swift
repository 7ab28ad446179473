import JSONCoding

/// The tests of a promptfoo configuration as rows (promptfoo.dev/docs/configuration/test-cases).
struct PromptfooTests {
  /// Where a test stands, with what it takes from others: the defaults first.
  private struct Layers {
    var values: [SourceValue]

    /// The members of a mapping in every layer; a later one replaces an earlier one.
    func members(_ key: String) -> [SourceValue.Member] {
      var members: [SourceValue.Member] = []
      for member in values.flatMap({ $0[key]?.map ?? [] }) {
        if let index = members.firstIndex(where: { $0.key == member.key }) {
          members[index] = member
        } else {
          members.append(member)
        }
      }
      return members
    }

    /// The last layer's value.
    func value(_ key: String) -> SourceValue? { values.reversed().lazy.compactMap { $0[key] }.first }

    /// Reads the files that stand for variables.
    ///
    /// - Throws: ``EvaluationError`` for variables that are no mapping.
    mutating func readVars(_ files: ImportFiles) throws(EvaluationError) {
      for index in values.indices {
        guard let vars = values[index]["vars"], vars.map == nil else { continue }
        guard let name = vars.string else { throw EvaluationError("Its vars are no mapping of names to values.") }
        let path = name.filePath ?? name
        let read = try YAMLReader.value(of: try files.text(path)).asJavaScript
        guard let members = read.map else { throw EvaluationError("The vars in \(path.shown) are no mapping.") }
        // The members of the file stand where the test names it.
        let found = SourceValue(
          .map(members.map { SourceValue.Member(key: $0.key, line: vars.line, value: $0.value) }), line: vars.line)
        let all = (values[index].map ?? []).map {
          $0.key == "vars" ? .init(key: "vars", line: $0.line, value: found) : $0
        }
        values[index] = SourceValue(.map(all), line: values[index].line)
      }
    }

    func option(_ key: String) -> SourceValue? { members("options").first { $0.key == key }?.value }
  }

  private let defaults: SourceValue?
  private let templates: SourceValue?
  private let files: ImportFiles
  private var draft: ImportDraft

  /// Adds the rows of a configuration to a draft.
  static func read(_ root: SourceValue, _ files: ImportFiles, _ draft: inout ImportDraft) {
    var tests = PromptfooTests(
      defaults: files.resolved(root["defaultTest"], "defaultTest", &draft), templates: root["assertionTemplates"],
      files: files, draft: draft)
    tests.readTests(root["tests"])
    for scenario in root["scenarios"]?.elements ?? [] {
      guard let scenario = files.resolved(scenario, "scenario", &tests.draft) else { continue }
      for config in scenario["config"]?.elements ?? [] {
        for test in scenario["tests"]?.elements ?? [] { tests.add(test, [config]) }
      }
    }
    if root["tests"] == nil, root["scenarios"] == nil {
      // Without tests every prompt runs once.
      tests.add(SourceValue(.map([]), line: root.line), [])
    }
    draft = tests.draft
  }

  private mutating func readTests(_ tests: SourceValue?) {
    for test in tests?.elements ?? [] {
      guard let path = test.string else {
        add(test, [])
        continue
      }
      do throws(EvaluationError) {
        let path = path.filePath ?? path
        for path in try files.paths(matching: path, line: test.line, &draft) {
          let text = try ImportText(try files.text(path), ending: path.fileEnding)
          let found = try Self.tests(in: text)
          draft.file = path
          for note in text.notes { draft.note("\(path.shown): \(note)") }
          for test in found { add(test, []) }
          draft.file = nil
        }
      } catch {
        draft.skip("tests", line: test.line, error.description)
      }
    }
  }

  /// The tests of a file of their own.
  static func tests(in text: ImportText) throws(EvaluationError) -> [SourceValue] {
    switch text.contents {
    case .records(let records): records.map(\.asJavaScript)
    case .tree(let root): root.asJavaScript.elements
    case .table(let table): PromptfooCSV.tests(in: table, lines: text.rowLines)
    }
  }

  /// Adds the rows of one test: one for every combination of the values of its lists.
  private mutating func add(_ test: SourceValue, _ above: [SourceValue]) {
    guard test.map != nil else {
      draft.skip("test", line: test.line, "It is no mapping with vars and assert.")
      return
    }
    var layers = Layers(values: (defaults.map { [$0] } ?? []) + above + [test])
    do throws(EvaluationError) {
      try layers.readVars(files)
      try refuseUnknown(layers, test)
      let expands = layers.option("disableVarExpansion")?.scalar?.boolValue != true
      let combinations = try PromptfooVars.combinations(layers.members("vars"), expands: expands, files)
      for values in combinations { try addRow(values, layers, test) }
    } catch {
      draft.skip("test", line: test.line, error.description)
    }
  }

  /// Refuses what changes the request or the answer of a test.
  private mutating func refuseUnknown(_ layers: Layers, _ test: SourceValue) throws(EvaluationError) {
    for key in ["prefix", "suffix"] where layers.option(key)?.text.nonEmpty != nil {
      throw EvaluationError("options.\(key) changes its prompt. Put the text into the prompt.")
    }
    for key in ["provider", "providers", "prompts"] where layers.value(key) != nil {
      throw EvaluationError("\(key) limits it to some of the runs. Import those tests on their own.")
    }
    for key in ["transform", "postprocess", "transformVars"] where layers.option(key) != nil {
      throw EvaluationError("options.\(key) changes texts by code, which is not imported.")
    }
    if layers.value("providerOutput") != nil { throw EvaluationError("It has an answer already (providerOutput).") }
    if layers.value("assertScoringFunction") != nil { throw EvaluationError("It is scored by code.") }
    if let threshold = layers.value("threshold") {
      draft.skip(
        "threshold \(threshold.text ?? "")", line: threshold.line,
        "A row has a score here and does not pass or fail; gate in runs_get or runs_compare can demand a mean.")
    }
    if let grader = layers.option("provider") ?? layers.option("grader"), draft.judgeModel == nil {
      do throws(EvaluationError) {
        guard let id = grader.text ?? grader["id"]?.text else { throw EvaluationError("It has no id.") }
        draft.judgeModel = try PromptfooProvider.model(of: id)
      } catch {
        draft.skip("options.provider", line: grader.line, "\(error.description) Give judge_model to runs_create.")
      }
    }
    let known = ["provider", "grader", "disableVarExpansion", "prefix", "suffix", "disableDefaultAsserts"]
    for option in layers.members("options") where !known.contains(option.key) {
      draft.skip("options.\(option.key)", line: option.line, "It has no counterpart here.")
    }
  }

  private mutating func addRow(
    _ values: PromptfooVars, _ layers: Layers, _ test: SourceValue
  ) throws(EvaluationError) {
    var row = ImportDraft.Row(line: test.line)
    row.values = try values.columns()
    for (name, text) in [("description", test["description"]?.text)]
      + layers.members("metadata").map({
        ("metadata.\($0.key)", $0.value.text ?? $0.value.json.text)
      })
    {
      if let text { row.values.append((name, text)) }
    }
    let ownOnly = layers.option("disableDefaultAsserts")?.scalar?.boolValue == true
    let sources = ownOnly ? layers.values.suffix(1) : layers.values[...]
    for assertion in sources.flatMap({ $0["assert"]?.elements ?? [] }) { add(assertion, to: &row, values) }
    let weights = Set(row.assertions.map(\.weight))
    if weights.count > 1 {
      for assertion in row.assertions where assertion.weight != 1 {
        draft.skip(
          "weight \(assertion.weight.plainText) of \(assertion.label)", line: assertion.line,
          "The assertion is imported, but every metric counts once in the mean here.")
      }
    }
    draft.add(row, as: "test")
  }

  // MARK: Assertions

  private mutating func add(_ given: SourceValue, to row: inout ImportDraft.Row, _ values: PromptfooVars) {
    var given = given
    if let path = given["$ref"]?.text, let name = path.split(separator: "/").last {
      guard path.hasPrefix("#/assertionTemplates/"), let template = templates?[String(name)] else {
        draft.skip(
          criterion: "assertion", line: given.line, "\(path.shown) refers to another place. Write the assertion out.")
        return
      }
      given = template
    }
    let type = given["type"]?.text ?? ""
    do throws(EvaluationError) {
      for key in ["transform", "config", "contextTransform", "normalizeUnicode"] where given[key] != nil {
        throw EvaluationError("\(key) changes what it means, and has no counterpart here.")
      }
      if given["value"]?.string?.filePath != nil {
        throw EvaluationError("Its value is in a file. Write it out.")
      }
      let isNegated = type.hasPrefix("not-")
      let kind = isNegated ? String(type.dropFirst(4)) : type
      var value: SourceValue?
      if let template = given["value"] { value = try values.rendered(template) }
      var rule = try PromptfooAssertions.rule(
        for: .init(type: kind, value: value, threshold: given["threshold"]?.number, isNegated: isNegated))
      if case .judge(let beginning, _, _, _) = rule {
        if let text = given["value"]?.string, text.containsScalars(of: "{{") {
          let template = try NunjucksText(text)
          if template.variables.allSatisfy({ row[$0] != nil }) {
            rule = .judge(beginning: beginning, text: template.template(), isTemplate: true)
          }
        }
        let isOwn = rule.takeBands()
        for key in ["threshold", "provider", "rubricPrompt"] where given[key] != nil {
          if key == "threshold", isOwn, given[key]?.number == RubricText.threshold { continue }
          draft.skip(
            "\(key) of \(type)", line: given.line,
            "The assertion is imported without it: a judge scores 1 to 5 here, and a run has one judge (judge_model).")
        }
      }
      var assertion = ImportedAssertion(
        line: given.line, label: type, name: given["metric"]?.text.nonEmpty, rule: rule)
      if let name = assertion.name, name.containsScalars(of: "{{") { assertion.name = nil }
      if let weight = given["weight"]?.number { assertion.weight = weight }
      if assertion.weight == 0 {
        throw EvaluationError("Its weight is 0: promptfoo only reports it, and here it would count in the mean.")
      }
      row.assertions.append(assertion)
    } catch {
      draft.skip(
        criterion: "assertion \(type.isEmpty ? "without type" : type.shown)", line: given.line, error.description)
    }
  }
}

extension ImportedAssertion.Rule {
  /// Restores the criterion of a judge that was exported from here, with its bands; false for any other rule.
  fileprivate mutating func takeBands() -> Bool {
    guard case .judge(let beginning, let text, let isTemplate, _) = self, let parts = RubricText.parts(of: text) else {
      return false
    }
    // A judge is shown the column expected_output without being told.
    let reference = parts.expected.map { expected in
      expected.wholeMatch(of: /\{\{\s*expected_output\s*\}\}/) == nil ? "\n\nExpected output:\n\(expected)" : ""
    }
    self = .judge(
      beginning: beginning, text: parts.instruction + (reference ?? ""), isTemplate: isTemplate,
      bands: parts.bands == Rubric.standard.bands ? [] : parts.bands)
    return true
  }
}
