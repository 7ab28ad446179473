import JSONCoding
import MCP

/// The fields selected by a call's `fields`.
struct FieldSelection {
  /// Nil for all fields.
  private let names: [String]?

  /// - Parameter known: the fields that objects can have.
  init(_ arguments: Arguments, known: [String]) throws(ToolError) {
    names = arguments[Paging.fields].flatMap { $0.isEmpty ? nil : $0.unique }
    let unknown = (names ?? []).filter { !known.contains($0) }
    guard unknown.isEmpty else {
      throw ToolError(
        "fields has \(unknown.map { "\"\($0)\"" }.joined(separator: ", ")), which \(unknown.count == 1 ? "is" : "are") "
          + "not there. Fields: \(known.joined(separator: ", ")).")
    }
  }

  /// Members that come with another one, where an object has them: a mean is not shown without what makes it doubtful.
  private static let companions = ["score_doubt": "avg_score"]

  /// The asked-for members, null where the object has none, and the id; nil if the call asks for none in particular.
  func members(of object: JSONObject) -> JSONObject? {
    names.map { names in
      let members = object.members.filter { member in
        member.key == "id" || names.contains(member.key)
          || Self.companions[member.key].map(names.contains) == true
      }
      return JSONObject(
        members + names.filter { object[$0] == nil }.map { JSONObject.Member(key: $0, value: .null) })
    }
  }
}

extension Arguments {
  /// The asked-for fields of the one object that a call is about; all of them unless it says.
  ///
  /// - Parameter optional: members that only some objects of its kind have.
  func selection(of object: JSONObject, optional: [String] = []) throws(ToolError) -> JSONObject {
    try FieldSelection(self, known: object.keys.with(optional)).members(of: object) ?? object
  }
}

extension [String] {
  /// The names with those of others that are not among them.
  func with(_ others: [String]) -> [String] { self + others.filter { !contains($0) } }
}
