import JSONCoding
import MCP

/// Lets a client continue reading a text that was cut.
enum TextOffset {
  static let field = Field<Int>.defaulted(
    "offset", .integer(0...), default: 0, "next_offset of a cut text.")

  /// The object with one of its texts starting at the requested character, cut to fit, with the next offset.
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
