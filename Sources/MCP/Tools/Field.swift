package import JSONCoding

/// An input of a tool, whatever its type.
package protocol ToolField: Sendable {
  var declaration: FieldDeclaration { get }
}

extension ToolField {
  package var name: String { declaration.name }
}

/// One input of a tool: the source of its schema and of the handler's typed value.
package struct Field<Value: Sendable>: ToolField {
  package let declaration: FieldDeclaration
  /// Reads the checked value; nil stands for an absent one.
  let read: @Sendable (JSONValue?) -> Value?

  /// The same input, taken by other names too.
  ///
  /// The schema shows only its own.
  package func alias(_ names: String...) -> Field { alias(names) }

  /// The same input, taken by other names too.
  package func alias(_ names: [String]) -> Field {
    var declaration = declaration
    declaration.aliases += names
    return Field(declaration: declaration, read: read)
  }

  /// An input that every call must give.
  package static func required(_ name: String, _ kind: ValueKind<Value>, _ description: String) -> Field {
    Field(
      declaration: FieldDeclaration(
        name: name, shape: kind.shape, description: description, isRequired: true, defaultValue: nil),
      read: { $0.flatMap(kind.read) })
  }

  /// An input that is nil unless a call gives it.
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
  /// An input with a value for calls that do not give it.
  package static func defaulted(
    _ name: String, _ kind: ValueKind<Value>, default value: Value, _ description: String
  ) -> Field where Value: JSONRepresentable {
    Field(
      declaration: FieldDeclaration(
        name: name, shape: kind.shape, description: description, isRequired: false, defaultValue: value.json),
      read: { $0.map(kind.read) ?? value })
  }
}

/// A Swift value that a schema can show as a default.
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
