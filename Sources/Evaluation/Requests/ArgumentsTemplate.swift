import JSONCoding
import Store

/// The arguments of a tool call, which are JSON text, with variables.
///
/// A variable inside a string is replaced as in any other text, and the string is written as JSON again. One that stands
/// where a value does is replaced by its value if that is JSON, else by a string: `{"days": {{ days }}}`.
struct ArgumentsTemplate: Sendable, Equatable {
  private enum Piece: Sendable, Equatable {
    /// What a string of JSON says.
    case string(Template)
    /// Everything else.
    case json(Template)

    var template: Template {
      switch self {
      case .string(let template), .json(let template): template
      }
    }
  }

  private let pieces: [Piece]
  /// The names in the order they first appear, each once.
  let variables: [String]

  init(_ source: String) {
    pieces = Self.pieces(of: Array(source.utf8))
    variables = pieces.reduce(into: []) { names, piece in
      for name in piece.template.variables where !names.contains(name) { names.append(name) }
    }
  }

  /// Only strings that have variables are taken apart; all others stay as they are written.
  private static func pieces(of bytes: [UInt8]) -> [Piece] {
    var pieces: [Piece] = []
    var start = 0
    var position = 0
    func endJSON(at end: Int) {
      guard start < end else { return }
      pieces.append(.json(Template(String(decoding: bytes[start..<end], as: UTF8.self), hasEscapes: false)))
    }
    while position < bytes.count {
      if let (_, end) = TemplateSyntax.variable(in: bytes, at: position) {
        position = end
      } else if bytes[position] == UInt8(ascii: "\""), let end = endOfString(in: bytes, from: position) {
        let literal = String(decoding: bytes[position..<end], as: UTF8.self)
        if let text = string(literal), !Template(text, hasEscapes: false).variables.isEmpty {
          endJSON(at: position)
          pieces.append(.string(Template(text)))
          start = end
        }
        position = end
      } else {
        position += 1
      }
    }
    endJSON(at: bytes.count)
    return pieces
  }

  /// The offset behind a string of JSON; nil for one that is not closed.
  private static func endOfString(in bytes: [UInt8], from start: Int) -> Int? {
    var position = start + 1
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\\"): position += 2
      case UInt8(ascii: "\""): return position + 1
      default: position += 1
      }
    }
    return nil
  }

  private static func string(_ literal: String) -> String? {
    do { return try JSONValue(parsing: literal).stringValue } catch { return nil }
  }

  /// The text with every variable replaced.
  ///
  /// - Parameter values: one for each of ``variables``, in their order.
  func render(values: [String]) -> String {
    let byName = Dictionary(zip(variables, values), uniquingKeysWith: { first, _ in first })
    return pieces.map { piece in
      let values = piece.template.variables.map { byName[$0] ?? "" }
      return switch piece {
      case .string(let template): JSONValue.string(template.render(values: values)).text
      case .json(let template): template.render(values: values.map(Self.json))
      }
    }.joined()
  }

  private static func json(_ value: String) -> String {
    do { return try JSONValue(parsing: value).text } catch { return JSONValue.string(value).text }
  }
}
