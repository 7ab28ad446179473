import JSONCoding

extension Check {
  /// An argument of a kind of check.
  struct Argument: Sendable {
    /// The type of a value.
    enum Form: Sendable, Equatable {
      /// A text that may have variables.
      case text
      /// A text or a list of texts, which may have variables.
      case texts
      /// A number of at least 0 or any number, or a text whose variables give one.
      case number(isSigned: Bool)
      case flag
      case choice([String])
      /// A JSON Schema.
      case schema
      /// Another check.
      case check
    }

    let name: String
    let form: Form
    var isRequired = false
    var defaultValue: JSONValue?

    init(_ name: String, _ form: Form, isRequired: Bool = false, default value: JSONValue? = nil) {
      self.name = name
      self.form = form
      self.isRequired = isRequired
      defaultValue = value
    }

    static let not = Argument("not", .flag, default: false)
    /// What is checked in place of the answer: the name of a column.
    static let target = Argument("target", .text, default: .string(Subject.response))
    /// The name of a column: the check applies only to rows in which it is not empty.
    static let when = Argument("when", .text)
    static let caseSensitive = Argument("case_sensitive", .flag, default: true)
    static let column = Argument("column", .text)
    /// Whether a measure decides by its minimum or is the score itself.
    static let score = Argument("score", .choice(["pass", "fraction"]), default: "pass")

    /// `pattern (text, required)`.
    var usage: String {
      let rest = isRequired ? ", required" : defaultValue.map { ", default \($0.stringValue ?? $0.text)" } ?? ""
      return "\(name) (\(form.description)\(rest))"
    }

    /// - Throws: ``EvaluationError`` that begins with the path of the value.
    func validate(_ value: JSONValue) throws(EvaluationError) {
      guard form.accepts(value) else {
        throw EvaluationError("check.\(name) is \(value.text.shown). Give \(form.expectation).")
      }
      switch form {
      case .check:
        do throws(EvaluationError) { _ = try Check(value.objectValue ?? [:]) } catch {
          throw EvaluationError("check.\(error.description)")
        }
        guard value.objectValue?[Argument.when.name] == nil else {
          throw EvaluationError("check.check.when is not read: the whole check applies or not. Give check.when.")
        }
      case .schema: _ = try JSONSchema(value.objectValue ?? [:], at: "check.\(name)")
      default: break
      }
    }
  }
}

extension Check.Argument.Form {
  /// The name in a list of arguments.
  var description: String {
    switch self {
    case .text: "text"
    case .texts: "text or list of texts"
    case .number: "number"
    case .flag: "true or false"
    case .choice(let names): names.joined(separator: " | ")
    case .schema: "JSON Schema"
    case .check: "check"
    }
  }

  fileprivate var expectation: String {
    switch self {
    case .text: "a text"
    case .texts: "a text or a non-empty list of texts"
    case .number(isSigned: false): "a number of at least 0, or a text such as {{ column }}"
    case .number: "a number, or a text such as {{ column }}"
    case .flag: "true or false"
    case .choice(let names): "one of \(names.joined(separator: ", "))"
    case .schema: "a JSON Schema as an object"
    case .check: "an object with the member kind"
    }
  }

  fileprivate func accepts(_ value: JSONValue) -> Bool {
    switch self {
    case .text: return value.plainText != nil
    case .texts:
      guard let list = value.arrayValue else { return value.plainText != nil }
      return !list.isEmpty && list.allSatisfy { $0.plainText != nil }
    case .number(let isSigned):
      guard let number = value.doubleValue ?? value.stringValue.flatMap(NumberText.number) else {
        return value.stringValue.map { !Template($0).variables.isEmpty } ?? false
      }
      return isSigned || number >= 0
    case .flag: return value.boolValue != nil
    case .choice(let names): return value.stringValue.map(names.contains) ?? false
    case .schema, .check: return value.objectValue != nil
    }
  }
}

extension JSONValue {
  /// A text, or a number or truth value as text.
  var plainText: String? {
    switch self {
    case .string(let text): text
    case .bool, .integer, .numeral, .double: text
    case .null, .array, .object: nil
    }
  }
}

extension String {
  /// The beginning of a text for a sentence.
  var shown: String { utf8.count > 80 ? prefix(80) + "..." : self }
}
