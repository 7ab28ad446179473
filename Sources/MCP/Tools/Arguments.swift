package import JSONCoding

/// The arguments of one call, coerced and checked against the tool's fields.
package struct Arguments: Sendable {
  private let values: [String: JSONValue]
  /// The fields given as an empty string in place of a number, a word, a list or an object.
  private let emptied: Set<String>
  /// The fields given as null.
  private let nulls: Set<String>

  /// - Throws: ``ToolError`` with all faults.
  package init(_ object: JSONObject, fields: [FieldDeclaration], tool: String) throws(ToolError) {
    let aliases = FieldAliases(resolving: object, fields: fields)
    let object = aliases.object
    var values: [String: JSONValue] = [:]
    var (emptied, nulls) = (Set<String>(), Set<String>())
    var coerced = object
    for field in fields {
      guard let given = object[field.name] else { continue }
      guard !field.isAbsent(given) else {
        if given == .string("") { emptied.insert(field.name) } else { nulls.insert(field.name) }
        continue
      }
      let value = field.shape.coerced(given)
      coerced[field.name] = value
      values[field.name] = value
    }
    let problems = aliases.problems + FieldDeclaration.problems(with: coerced, fields: fields)
    guard problems.isEmpty else { throw ToolError("\(tool): \(problems.joined(separator: " "))") }
    (self.values, self.emptied, self.nulls) = (values, emptied, nulls)
  }

  /// The `arguments` of a client, absent, as an object or as JSON text; nil for anything else.
  static func object(_ given: JSONValue?) -> JSONObject? {
    switch given {
    case nil, .null, .string(""): [:]
    case let given?: ValueShape.freeObject.coerced(given).objectValue
    }
  }

  /// Whether a field was given: with a value, or with an empty string, which clears it.
  ///
  /// Null is not a value: clients that fill in every field send it for those that they leave alone.
  package func gives(_ field: any ToolField) -> Bool { values[field.name] != nil || emptied.contains(field.name) }

  /// Whether a field was given with a value.
  package func hasValue(_ field: any ToolField) -> Bool { values[field.name] != nil }

  /// Whether null was given, which matters only where a field overrides an inherited value.
  package func resets(_ field: any ToolField) -> Bool { nulls.contains(field.name) }

  /// The value of a field.
  /// - Precondition: the tool declares the field.
  package subscript<Value>(field: Field<Value>) -> Value {
    guard let value = field.read(values[field.name]) else {
      preconditionFailure("The tool does not declare its required field \(field.name).")
    }
    return value
  }
}
