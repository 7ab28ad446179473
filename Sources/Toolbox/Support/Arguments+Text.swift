import Evaluation
import JSONCoding
import MCP

extension String {
  /// The text, or an error if it is blank.
  func notBlank(_ field: String) throws(ToolError) -> String {
    if isBlank { throw ToolError("\(field) is empty. Give it some text.") }
    return self
  }
}

extension Optional where Wrapped: Equatable {
  /// Whether a filter accepts a value.
  func isNilOr(_ value: Wrapped) -> Bool { self == nil || self == value }
}

extension Arguments {
  /// What a call does to an optional text: null or an empty text clears it, and without one it stays.
  func change(_ field: Field<String?>) -> FieldChange<String> {
    clears(field) ? .clear : self[field].map { $0.isEmpty ? .clear : .set($0) } ?? .keep
  }

  /// What a call does to an optional value: null or an empty text clears it, and without one it stays.
  func change<Value: Sendable>(_ field: Field<Value?>) -> FieldChange<Value> {
    clears(field) ? .clear : self[field].map { .set($0) } ?? .keep
  }

  /// A given text, which must not be blank; nil if missing.
  func text(_ field: Field<String?>) throws(ToolError) -> String? { try self[field]?.notBlank(field.name) }

  /// Puts a given text in place of an optional one: null or an empty text clears it, and without one it stays.
  func update(_ text: inout String?, with field: Field<String?>) {
    if clears(field) { text = nil } else if let given = self[field] { text = given.isEmpty ? nil : given }
  }

  /// Puts a given name in place of an optional one: null or an empty one clears it, and a blank one is refused.
  func update(_ name: inout String?, withName field: Field<String?>) throws(ToolError) {
    if clears(field) { name = nil }
    if let given = self[field] { name = given.isEmpty ? nil : try given.notBlank(field.name) }
  }

  /// The list that a call puts in place of another: null and an empty text stand for an empty one; nil without one.
  func list<Element>(_ field: Field<[Element]?>) -> [Element]? { clears(field) ? [] : self[field] }

  /// Puts a given value in place of an optional one: null or an empty text clears it, and without one it stays.
  func update<Value>(_ value: inout Value?, with field: Field<Value?>) {
    if clears(field) { value = nil } else { value = self[field] ?? value }
  }

  /// Whether a field was given, even if only to clear it.
  func mention<Value>(_ field: Field<Value?>) -> Bool { self[field] != nil || clears(field) }

  /// Replaces a text by a given one, which must not be blank; a missing one keeps it.
  func update(_ text: inout String, with field: Field<String?>) throws(ToolError) {
    if let given = self[field] { text = try given.notBlank(field.name) }
  }
}
