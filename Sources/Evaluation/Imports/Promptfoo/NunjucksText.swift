import JSONCoding

/// A text with variables of Nunjucks, the template engine of promptfoo and of OpenAI's Evals.
///
/// Only plain variables, `{{ name }}` and `{{ name.member }}`, have the same meaning in a ``Template``.
struct NunjucksText {
  private enum Part {
    case text(Substring)
    case variable(String)
  }

  private let parts: [Part]

  /// - Throws: ``EvaluationError`` for what is more than plain variables: why it cannot be imported.
  init(_ source: String) throws(EvaluationError) {
    var parts: [Part] = []
    var rest = source[...]
    for opening in ["{%", "{#"] where source.containsScalars(of: opening) {
      throw EvaluationError("\(opening) begins a statement or comment of Nunjucks, which templates here do not have.")
    }
    while let start = rest.firstRangeOfScalars(of: "{{") {
      let inside = rest[start.upperBound...]
      guard let end = inside.firstRangeOfScalars(of: "}}") else {
        throw EvaluationError("{{ is not closed.")
      }
      let name = inside[..<end.lowerBound].trimmed()
      guard Self.isName(name) else {
        throw EvaluationError(
          "{{ \(name.shown) }} is an expression of Nunjucks. Templates here have plain variables, {{ name }}.")
      }
      guard !Self.literals.contains(name) else {
        throw EvaluationError("{{ \(name) }} is a value of Nunjucks, not a variable. Write its text.")
      }
      guard !name.hasPrefix("env."), name != "_conversation" else {
        throw EvaluationError("{{ \(name.shown) }} is a variable of promptfoo itself, which only exists there.")
      }
      parts.append(.text(rest[..<start.lowerBound]))
      parts.append(.variable(name))
      rest = inside[end.upperBound...]
    }
    parts.append(.text(rest))
    self.parts = parts
  }

  var variables: [String] {
    parts.compactMap { if case .variable(let name) = $0 { name } else { nil } }
  }

  /// The text as a ``Template``.
  ///
  /// - Parameter rename: the name of a variable's column.
  func template(_ rename: (String) -> String = { $0 }) -> String {
    parts.enumerated().map { index, part in
      switch part {
      case .variable(let name): return "{{ \(rename(name)) }}"
      case .text(let text):
        // A backslash before a variable would make it a text here.
        let slashes = text.utf8.reversed().prefix { $0 == ASCII.backslash }.count
        return index == parts.count - 1 ? String(text) : text + String(repeating: "\\", count: slashes)
      }
    }.joined()
  }

  /// The text with its variables replaced; a missing one is empty.
  func rendered(_ value: (String) -> String?) -> String {
    parts.map { part in
      switch part {
      case .text(let text): String(text)
      case .variable(let name): value(name) ?? ""
      }
    }.joined()
  }

  private static let literals: Set<String> = ["true", "false", "none", "null"]

  private static func isName(_ text: String) -> Bool {
    text.wholeMatch(of: /[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*)*/) != nil
  }
}
