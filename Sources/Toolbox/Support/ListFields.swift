import JSONCoding

/// The fields that a list shows of its items by default.
struct ListFields: Sendable {
  /// The visible fields; nil for all.
  var shown: Set<String>?
  /// Fields that are shown even if null or empty, because that is meaningful.
  var always: Set<String> = []

  /// All fields with a value.
  static let all = ListFields()

  /// - Parameter object: an item in the form of its own tool.
  func applied(to object: JSONObject) -> JSONObject {
    JSONObject(
      object.members.compactMap { member in
        guard shown?.contains(member.key) ?? true else { return nil }
        if always.contains(member.key) { return member }
        return member.value.isNullOrEmpty ? nil : member
      })
  }
}

extension JSONValue {
  fileprivate var isNullOrEmpty: Bool {
    switch self {
    case .null: true
    case .array(let elements): elements.isEmpty
    case .object(let object): object.isEmpty
    default: false
    }
  }
}
