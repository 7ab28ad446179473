import JSONCoding
import Store

/// A prompt's text with variables written `{{ name }}`.
///
/// A variable is two opening braces, a name and two closing braces; white space around the name is ignored. A name has
/// at least one character and contains no brace or line break. Everything else is literal text: an unclosed `{{`, empty
/// braces, a single brace, JSON, code. Of three braces the inner two count: `{{{ name }}}` gives the value in a pair of
/// braces. Replacement is one pass, so braces inside a value are text.
///
/// A backslash turns a variable into text, as in Handlebars: `\{{ name }}` is sent as `{{ name }}`, and `\\{{ name }}`
/// as a backslash and the value. Any other backslash is text.
package struct Template: Sendable, Equatable {
  private enum Part: Sendable, Equatable {
    case text(String)
    /// An index into ``Template/variables``.
    case variable(Int)

    var isText: Bool {
      if case .text = self { true } else { false }
    }
  }

  package let source: String
  /// The distinct names, in order of first appearance.
  package let variables: [String]
  private let parts: [Part]

  /// - Parameter hasEscapes: whether a backslash turns a variable into text.
  package init(_ source: String, hasEscapes: Bool = true) {
    self.source = source
    var parts: [Part] = []
    var variables: [String] = []
    let bytes = Array(source.utf8)
    var textStart = 0
    var position = 0

    func endText(at end: Int) {
      if textStart < end { parts.append(.text(String(decoding: bytes[textStart..<end], as: UTF8.self))) }
    }
    func backslashes(before position: Int) -> Int {
      bytes[textStart..<position].reversed().prefix { $0 == UInt8(ascii: "\\") }.count
    }

    while position < bytes.count {
      guard let (name, end) = TemplateSyntax.variable(in: bytes, at: position) else {
        position += 1
        continue
      }
      let escapes = hasEscapes ? backslashes(before: position) : 0
      endText(at: position - (escapes + 1) / 2)
      if escapes % 2 == 1 {
        textStart = position
        position = end
        continue
      }
      if let index = variables.firstIndex(of: name) {
        parts.append(.variable(index))
      } else {
        parts.append(.variable(variables.count))
        variables.append(name)
      }
      position = end
      textStart = end
    }
    endText(at: bytes.count)
    self.parts = parts
    self.variables = variables
  }

  /// The text before the first variable, as it is sent.
  var beginning: String {
    var beginning = ""
    for case .text(let text) in parts.prefix(while: \.isText) { beginning += text }
    return beginning
  }

  /// The text with every variable replaced by its value.
  ///
  /// - Throws: ``EvaluationError`` naming every variable for which `value` returns nil.
  package func render(_ value: (String) -> String?) throws(EvaluationError) -> String {
    let values = variables.map(value)
    let missing = zip(variables, values).filter { $0.1 == nil }.map(\.0)
    guard missing.isEmpty else { throw .noValue(for: missing) }
    return render(values: values.compactMap { $0 })
  }

  /// The text with every variable replaced.
  ///
  /// - Parameter values: one for each of ``variables``, in their order.
  package func render(values: [String]) -> String {
    precondition(values.count == variables.count, "one value for each variable")
    var text = ""
    for part in parts {
      switch part {
      case .text(let piece): text += piece
      case .variable(let index): text += values[index]
      }
    }
    return text
  }

  /// The template in another syntax.
  package func written(text: (String) -> String, variable: (String) -> String) -> String {
    parts.map { part in
      switch part {
      case .text(let piece): text(piece)
      case .variable(let index): variable(variables[index])
      }
    }.joined()
  }
}

extension EvaluationError {
  /// The error for variables without a value.
  ///
  /// - Parameter variables: their names, at least one.
  static func noValue(for variables: [String]) -> Self {
    EvaluationError("No value for \(variables.map { "{{ \($0) }}" }.joined(separator: ", ")).")
  }
}
