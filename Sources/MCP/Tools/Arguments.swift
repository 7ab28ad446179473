package import JSONCoding

/// The arguments of one call, coerced and checked against the tool's fields.
package struct Arguments: Sendable {
  private let values: [String: JSONValue]
  /// Fields that were given as null, and those of other shapes than a string that were given as an empty one.
  private let emptied: Set<String>
  /// Those that were given as null.
  private let nulls: Set<String>

  /// - Throws: ``ToolError`` with all faults.
  package init(_ object: JSONObject, fields: [FieldDeclaration], tool: String) throws(ToolError) {
    let aliases = FieldAliases(resolving: object, fields: fields)
    let object = aliases.object
    var values: [String: JSONValue] = [:]
    emptied = Set(fields.filter { object[$0.name] != nil && $0.isAbsent(object[$0.name]) }.map(\.name))
    nulls = emptied.filter { object[$0] != .string("") }
    var coerced = object
    for field in fields {
      guard let given = object[field.name], !field.isAbsent(given) else { continue }
      let value = field.shape.coerced(given)
      coerced[field.name] = value
      values[field.name] = value
    }
    let problems = aliases.problems + FieldDeclaration.problems(with: coerced, fields: fields)
    guard problems.isEmpty else { throw ToolError("\(tool): \(problems.joined(separator: " "))") }
    self.values = values
  }

  /// The `arguments` of a client, absent, as an object or as JSON text; nil for anything else.
  static func object(_ given: JSONValue?) -> JSONObject? {
    switch given {
    case nil, .null, .string(""): [:]
    case let given?: ValueShape.freeObject.coerced(given).objectValue
    }
  }

  /// Whether null was given, or an empty string in place of a number or a word: where there was a value, there is none any
  /// more.
  ///
  /// The field's value is then nil, as if nothing was given.
  package func clears<Value>(_ field: Field<Value?>) -> Bool { emptied.contains(field.name) }

  /// Whether null was given: what else decides a value decides it again.
  package func resets<Value>(_ field: Field<Value?>) -> Bool { nulls.contains(field.name) }

  /// Whether any of the fields was given, be it to clear it.
  package func gives(anyOf fields: [any ToolField]) -> Bool {
    fields.contains { values[$0.name] != nil || emptied.contains($0.name) }
  }

  /// The value of a field.
  /// - Precondition: the tool declares the field.
  package subscript<Value>(field: Field<Value>) -> Value {
    guard let value = field.read(values[field.name]) else {
      preconditionFailure("The tool does not declare its required field \(field.name).")
    }
    return value
  }
}
