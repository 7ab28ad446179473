import JSONCoding
import MCP

/// Lets a client read on in a text that was cut.
enum TextOffset {
  static let field = Field<Int>.defaulted(
    "offset", .integer(0...), default: 0, "Begin the long text at this character: next_offset of a cut one.")

  /// The object with one of its texts begun at the asked-for character, cut to fit, and where to read on.
  static func apply(_ arguments: Arguments, to member: String, of object: JSONObject) throws(ToolError) -> JSONObject {
    var object = object
    let offset = arguments[field]
    let text = (object[member]?.stringValue ?? "").unicodeScalars
    if offset > 0 {
      guard offset < text.count else {
        throw ToolError("offset is \(offset), but \(member) has \(text.count) characters.")
      }
      object[member] = .string(String(text.dropFirst(offset)))
    }
    var (fitted, shown) = Clipping.fitted(object)
    if text.count - offset > shown { fitted["next_offset"] = .int(offset + shown) }
    return fitted
  }
}
