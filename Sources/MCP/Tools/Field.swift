package import JSONCoding

/// One input of a tool, which defines both its schema and the handler's typed value.
package struct Field<Value: Sendable>: ToolField {
  package let declaration: FieldDeclaration
  /// Reads the validated value; nil for an absent one.
  let read: @Sendable (JSONValue?) -> Value?

  /// The same input with alternative names.
  ///
  /// The schema shows only the main name.
  package func alias(_ names: String...) -> Field { alias(names) }

  /// The same input with alternative names.
  package func alias(_ names: [String]) -> Field {
    var declaration = declaration
    declaration.aliases += names
    return Field(declaration: declaration, read: read)
  }

  /// The same input with a sentence on the form of its values, for the errors about others.
  package func form(_ sentence: String?) -> Field {
    var declaration = declaration
    declaration.form = sentence
    return Field(declaration: declaration, read: read)
  }

  /// The same input, whose name says enough in a list of tools.
  package var selfExplaining: Field {
    var declaration = declaration
    declaration.isSelfExplaining = true
    return Field(declaration: declaration, read: read)
  }

  /// An input that every call must provide.
  package static func required(_ name: String, _ kind: ValueKind<Value>, _ description: String) -> Field {
    Field(
      declaration: FieldDeclaration(
        name: name, shape: kind.shape, description: description, isRequired: true, defaultValue: nil),
      read: { $0.flatMap(kind.read) })
  }

  /// An input that is nil unless a call provides it.
  package static func optional<Wrapped>(
    _ name: String, _ kind: ValueKind<Wrapped>, _ description: String
  ) -> Field where Value == Wrapped? {
    Field(
      declaration: FieldDeclaration(
        name: name, shape: kind.shape, description: description, isRequired: false, defaultValue: nil),
      read: { .some($0.flatMap(kind.read)) })
  }
}

extension Field {
  /// An input with a default value.
  package static func defaulted(
    _ name: String, _ kind: ValueKind<Value>, default value: Value, _ description: String
  ) -> Field where Value: JSONRepresentable {
    Field(
      declaration: FieldDeclaration(
        name: name, shape: kind.shape, description: description, isRequired: false, defaultValue: value.json),
      read: { $0.map(kind.read) ?? value })
  }
}

/// A Swift value that can be a default in a schema.
package protocol JSONRepresentable {
  var json: JSONValue { get }
}

extension Int: JSONRepresentable {
  package var json: JSONValue { .int(self) }
}

extension Double: JSONRepresentable {
  package var json: JSONValue { .number(self) }
}

extension Bool: JSONRepresentable {
  package var json: JSONValue { .bool(self) }
}

extension String: JSONRepresentable {
  package var json: JSONValue { .string(self) }
}
