import JSONCoding

/// The variables of one test of promptfoo with their values.
struct PromptfooVars {
  private let values: [(name: String, value: SourceValue)]

  /// Every combination of the values of lists; lists stay values if they are not expanded.
  ///
  /// - Throws: ``EvaluationError`` for what only promptfoo can evaluate.
  static func combinations(
    _ members: [SourceValue.Member], expands: Bool, _ files: ImportFiles
  ) throws(EvaluationError) -> [PromptfooVars] {
    var all: [[(name: String, value: SourceValue)]] = [[]]
    for member in members {
      var choices: [SourceValue] = []
      // A list that begins with anything but a text is one value.
      let isExpanded = expands && member.value.list?.first?.string != nil
      for value in isExpanded ? member.value.elements : [member.value] { choices.append(try loaded(value, files)) }
      guard all.count * choices.count <= mostCombinations else {
        throw EvaluationError("Its lists make more than \(mostCombinations) combinations.")
      }
      all = all.flatMap { values in choices.map { values + [(member.key, $0)] } }
    }
    // Each combination has a copy of a long text in its row.
    let size = all.reduce(0) { sum, values in values.reduce(sum) { $0 + ($1.value.string?.utf8.count ?? 0) } }
    guard size <= ImportFiles.most else {
      throw EvaluationError("Its rows would have \(size) bytes, more than \(ImportFiles.most).")
    }
    return all.map { PromptfooVars(values: resolved($0)) }
  }

  private static let mostCombinations = 10_000

  /// The value, or the contents of the file that it names.
  private static func loaded(_ value: SourceValue, _ files: ImportFiles) throws(EvaluationError) -> SourceValue {
    guard let text = value.string else {
      guard value.elements.allSatisfy({ $0["$values"] == nil }) else {
        throw EvaluationError("$values names a file with values. List them.")
      }
      return value
    }
    if text.hasPrefix("package:") || text.hasPrefix("exec:") {
      throw EvaluationError("The value \(text.shown) is made by code, which is not imported.")
    }
    guard let path = text.filePath else { return value }
    switch path.lowercased().split(separator: ".").last {
    case "txt", "md", "html", "json", "csv":
      return SourceValue(.scalar(.string(try files.text(path).trimmed())), line: value.line)
    case "yaml", "yml":
      let json = try YAMLReader.value(of: try files.text(path)).asJavaScript.json
      return SourceValue(.scalar(.string(json.text)), line: value.line)
    default: throw EvaluationError("\(path.shown) is not a text, JSON or YAML file.")
    }
  }

  /// The values with each other's values in place of plain variables, as promptfoo does before it renders a prompt.
  private static func resolved(_ values: [(name: String, value: SourceValue)]) -> [(name: String, value: SourceValue)] {
    var values = values
    let variable = /\{\{\s*(\w+)\s*\}\}/.matchingSemantics(.unicodeScalar)
    for _ in 0..<5 {
      var isChanged = false
      for index in values.indices {
        guard let text = values[index].value.string, let match = text.firstMatch(of: variable),
          let other = values.first(where: { $0.name == match.output.1 }), let replacement = other.value.text
        else { continue }
        let result = String(text[..<match.range.lowerBound]) + replacement + text[match.range.upperBound...]
        values[index].value = SourceValue(.scalar(.string(result)), line: values[index].value.line)
        isChanged = true
      }
      if !isChanged { break }
    }
    return values
  }

  /// The columns of a row.
  ///
  /// Members of a mapping have columns of their own beside it: `user.name`.
  /// - Throws: ``EvaluationError`` for a value that is a template.
  func columns() throws(EvaluationError) -> [(column: String, text: String)] {
    var columns: [(column: String, text: String)] = []
    for (name, value) in values {
      if name.isBlank || name != name.trimmed() || RowColumn.isSetting(name) {
        throw EvaluationError("The variable \"\(name.shown)\" cannot be a column.")
      }
      for opening in ["{{", "{%", "{#"] where value.text?.containsScalars(of: opening) == true {
        throw EvaluationError("The value of \(name.shown) contains \(opening), which promptfoo evaluates.")
      }
      if let text = value.text {
        let hasEnd = text.utf8.last == ASCII.lineFeed
        columns.append((name, hasEnd ? String(decoding: text.utf8.dropLast(), as: UTF8.self) : text))
      } else {
        columns += ImportedColumns.of(value, name)
      }
    }
    return columns
  }

  /// A value of an assertion with the variables of its texts replaced.
  ///
  /// - Throws: ``EvaluationError`` for more than plain variables.
  func rendered(_ value: SourceValue) throws(EvaluationError) -> SourceValue {
    switch value.content {
    case .scalar(.string(let text)):
      guard text.containsScalars(of: "{") else { return value }
      let columns = try self.columns()
      let template = try NunjucksText(text)
      for name in template.variables {
        if let fault = ImportedColumns.memberFault(name, in: columns) { throw EvaluationError(fault) }
      }
      let result = template.rendered { name in columns.first { $0.column == name }?.text }
      return SourceValue(.scalar(.string(result)), line: value.line)
    case .scalar: return value
    case .list(let values):
      var list: [SourceValue] = []
      for value in values { list.append(try rendered(value)) }
      return SourceValue(.list(list), line: value.line)
    case .map(let members):
      var map: [SourceValue.Member] = []
      for member in members {
        map.append(.init(key: member.key, line: member.line, value: try rendered(member.value)))
      }
      return SourceValue(.map(map), line: value.line)
    }
  }
}
