import JSONCoding
import MCP

extension String {
  /// The text, or an error if there is nothing in it.
  func notBlank(_ field: String) throws(ToolError) -> String {
    if allSatisfy(\.isWhitespace) { throw ToolError("\(field) is empty. Give it some text.") }
    return self
  }
}

extension String? {
  /// The text; nil for an empty one, by which a client clears an optional field.
  var nonEmpty: String? { self.flatMap { $0.isEmpty ? nil : $0 } }
}

extension Optional where Wrapped: Equatable {
  /// Whether a filter lets a value through.
  func isNilOr(_ value: Wrapped) -> Bool { self == nil || self == value }
}

/// Lets a client read on in a text that was cut.
enum TextOffset {
  static let field = Field<Int>.defaulted(
    "offset", .integer(0...), default: 0, "Begin the long text at this character, to read on in a cut one.")

  /// The object with one of its texts begun at the asked-for character, cut to fit.
  static func apply(_ arguments: Arguments, to member: String, of object: JSONObject) throws -> JSONObject {
    var object = object
    let offset = arguments[field]
    if offset > 0, let text = object[member]?.stringValue {
      guard offset < text.count else {
        throw ToolError("offset is \(offset), but \(member) has \(text.count) characters.")
      }
      object[member] = .string(String(text.dropFirst(offset)))
    }
    return Clipping.fit(object)
  }
}
