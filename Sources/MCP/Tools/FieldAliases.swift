import JSONCoding

/// Arguments under the names of their fields, whichever of its names each was given by.
struct FieldAliases {
  private let fields: [FieldDeclaration]
  private(set) var object: JSONObject
  /// Sentences on values that contradict each other, and on members of objects that are none of the names.
  private(set) var problems: [String] = []

  init(resolving object: JSONObject, fields: [FieldDeclaration]) {
    self.fields = fields
    self.object = object
    for field in fields { for alias in field.aliases { resolve(alias, of: field) } }
    for parent in Set(fields.flatMap(\.aliases).compactMap(Self.parts).map(\.parent)).sorted() { close(parent) }
  }

  /// Clients that must fill in every name they know give the same value several times.
  private mutating func resolve(_ alias: String, of field: FieldDeclaration) {
    guard let value = take(alias) else { return }
    guard let given = object[field.name], !field.isAbsent(given) else {
      object[field.name] = value
      return
    }
    if !field.isAbsent(value), field.shape.coerced(value) != field.shape.coerced(given) {
      problems.append("\(field.name) and \(alias) are one argument, but were given two values. Give one of them.")
    }
  }

  private mutating func take(_ alias: String) -> JSONValue? {
    guard let (parent, member) = Self.parts(alias) else {
      defer { object[alias] = nil }
      return object[alias]
    }
    guard var members = object[parent].flatMap({ ValueShape.freeObject.coerced($0).objectValue }) else { return nil }
    defer {
      members[member] = nil
      object[parent] = .object(members)
    }
    return members[member]
  }

  /// Takes an object away of which every member that is one of the names has been taken.
  private mutating func close(_ parent: String) {
    guard let rest = object[parent]?.objectValue else { return }
    object[parent] = nil
    let known = fields.flatMap(\.aliases).compactMap(Self.parts).filter { $0.parent == parent }.map(\.member)
    problems += UnknownNames.problems(rest.keys, among: known, nothing: "", prefix: "\(parent).")
  }

  /// The object and the member that a name with a period stands for.
  private static func parts(_ alias: String) -> (parent: String, member: String)? {
    let parts = alias.split(separator: ".", maxSplits: 1)
    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
  }
}
