import JSONCoding

/// Renames the arguments from aliases to the names of their fields.
struct FieldAliases {
  private let fields: [FieldDeclaration]
  private(set) var object: JSONObject
  /// Sentences about contradicting values and about unknown members of objects.
  private(set) var problems: [String] = []

  init(resolving object: JSONObject, fields: [FieldDeclaration]) {
    self.fields = fields
    self.object = object
    for field in fields { for alias in field.aliases { resolve(alias, of: field) } }
    for parent in Set(fields.flatMap(\.aliases).compactMap(Self.parts).map(\.parent)).sorted() { close(parent) }
  }

  /// Some clients fill in every name and give the same value several times.
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

  /// Removes an object whose members were all aliases.
  private mutating func close(_ parent: String) {
    guard let value = object[parent] else { return }
    object[parent] = nil
    if ValueShape.freeObject.isAbsent(value) { return }
    guard let rest = value.objectValue else {
      problems += ValueShape.freeObject.problems(with: value, at: parent)
      return
    }
    let known = fields.flatMap(\.aliases).compactMap(Self.parts).filter { $0.parent == parent }.map(\.member)
    problems += UnknownNames.problems(rest.keys, among: known, nothing: "", prefix: "\(parent).")
  }

  /// The object and member of an alias with a period.
  private static func parts(_ alias: String) -> (parent: String, member: String)? {
    let parts = alias.split(separator: ".", maxSplits: 1)
    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
  }
}
