import JSONCoding

extension Check {
  /// The arguments of a check, with the values of a row in place of variables.
  struct Arguments: Sendable {
    private let values: [String: JSONValue]

    init(_ values: [String: JSONValue]) { self.values = values }

    func has(_ name: String) -> Bool { values[name] != nil }
    func text(_ name: String) -> String? { values[name]?.plainText }
    func flag(_ name: String) -> Bool { values[name]?.boolValue ?? false }
    func object(_ name: String) -> JSONObject? { values[name]?.objectValue }

    func texts(_ name: String) -> [String]? {
      values[name].flatMap { value in value.arrayValue?.compactMap(\.plainText) ?? value.plainText.map { [$0] } }
    }

    /// - Throws: ``EvaluationError`` if a row's value is no number.
    func number(_ name: String) throws(EvaluationError) -> Double? {
      guard let value = values[name] else { return nil }
      guard let number = value.doubleValue ?? value.stringValue.flatMap(NumberText.number) else {
        throw EvaluationError("check.\(name) is \"\((value.stringValue ?? value.text).shown)\", which is no number.")
      }
      return number
    }

    /// The bounds `min` and `max`, as far as they are given.
    ///
    /// - Parameter isCount: whether they are whole numbers of at least 0.
    /// - Throws: ``EvaluationError`` if one is no such number, or if they exclude every number.
    func bounds(isCount: Bool = false) throws(EvaluationError) -> (min: Double?, max: Double?) {
      let (least, most) = (try number("min"), try number("max"))
      if let least, let most, least > most {
        throw EvaluationError("check.min is above check.max, so that nothing passes. Exchange them.")
      }
      for (name, bound) in [("min", least), ("max", most)] {
        guard isCount, let bound, bound < 0 || bound != bound.rounded() else { continue }
        throw EvaluationError("check.\(name) is \(bound.plainText). Give a whole number of at least 0.")
      }
      return (least, most)
    }

    /// The texts to compare with: `value`, or the text of `column`, or the expected output.
    ///
    /// - Throws: ``EvaluationError`` if both `value` and `column` are given.
    func wanted(_ name: String = "value") throws(EvaluationError)
      -> @Sendable (
        Subject
      ) throws(EvaluationError) -> [String]
    {
      let column = text(Argument.column.name)
      if let given = texts(name) {
        guard column == nil else {
          throw EvaluationError("check.\(name) and check.column both say what to compare with. Give one of them.")
        }
        return { _ in given }
      }
      return { subject throws(EvaluationError) in
        if let column {
          if let text = subject.value(of: column) { return [text] }
          throw EvaluationError("check.column is \"\(column.shown)\", and the row has no such column.")
        }
        if let expected = subject.expected { return [expected] }
        throw EvaluationError(
          "There is nothing to compare with: the row has no expected output. Give check.\(name) or check.column.")
      }
    }
  }

  /// The arguments of a check as given, with their variables.
  struct ArgumentTemplates: Sendable {
    private let constants: [String: JSONValue]
    private let texts: [(name: String, templates: [Template], isList: Bool)]
    let variables: [String]

    var hasVariables: Bool { !variables.isEmpty }

    /// - Throws: ``EvaluationError`` for an unknown, missing or invalid argument.
    init(_ given: JSONObject, of kind: Kind) throws(EvaluationError) {
      let names = kind.allArguments.map(\.name)
      for name in given.keys where name != Kind.nameMember && !names.contains(name) {
        let nearest = NearestName.of(name, among: names).map { " Did you mean \"\($0)\"?" } ?? ""
        throw EvaluationError("check.\(name.shown) is no argument of \(kind.name).\(nearest) \(kind.usage)")
      }
      var constants: [String: JSONValue] = [:]
      var texts: [(name: String, templates: [Template], isList: Bool)] = []
      var variables: [String] = []
      for argument in kind.allArguments {
        guard let value = given[argument.name] ?? argument.defaultValue else {
          guard argument.isRequired else { continue }
          throw EvaluationError("check.\(argument.name) is missing. \(kind.usage)")
        }
        try argument.validate(value)
        let list = (value.arrayValue ?? [value]).compactMap(\.plainText)
        guard argument.form.isText, !list.isEmpty else {
          constants[argument.name] = value
          continue
        }
        let templates = list.map { Template($0) }
        let names = templates.flatMap(\.variables)
        if names.isEmpty {
          constants[argument.name] = Self.value(
            templates.map { $0.render(values: []) }, isList: value.arrayValue != nil)
        } else {
          texts.append((argument.name, templates, value.arrayValue != nil))
          variables += names.filter { !variables.contains($0) }
        }
      }
      (self.constants, self.texts, self.variables) = (constants, texts, variables)
    }

    private static func value(_ texts: [String], isList: Bool) -> JSONValue {
      isList ? .array(texts.map(JSONValue.string)) : .string(texts[0])
    }

    /// - Throws: ``EvaluationError`` for a variable without a value.
    func rendered(_ value: (String) -> String?) throws(EvaluationError) -> Arguments {
      var values = constants
      for (name, templates, isList) in texts {
        var rendered: [String] = []
        for template in templates { rendered.append(try template.render(value)) }
        values[name] = Self.value(rendered, isList: isList)
      }
      return Arguments(values)
    }
  }
}

extension Check.Argument.Form {
  /// Whether a value may have variables.
  fileprivate var isText: Bool {
    switch self {
    case .text, .texts, .number: true
    case .flag, .choice, .schema, .check: false
    }
  }
}
