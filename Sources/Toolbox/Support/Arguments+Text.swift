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
  /// What a call does to an optional text: an empty one clears it, and without one it stays.
  func change(_ field: Field<String?>) -> FieldChange<String> {
    self[field].map { $0.isEmpty ? .clear : .set($0) } ?? .keep
  }

  /// What a call does to an optional name; a blank one is refused.
  func change(ofName field: Field<String?>) throws(ToolError) -> FieldChange<String> {
    let change = change(field)
    if case .set(let name) = change { _ = try name.notBlank(field.name) }
    return change
  }

  /// What a call does to an optional value: an empty string clears it, and without a value it stays.
  func change<Value: Sendable>(_ field: Field<Value?>) -> FieldChange<Value> {
    gives(field) ? self[field].map { .set($0) } ?? .clear : .keep
  }

  /// A given text, which must not be blank; nil if missing.
  func text(_ field: Field<String?>) throws(ToolError) -> String? { try self[field]?.notBlank(field.name) }

  /// The list that a call puts in place of another: an empty string stands for an empty one; nil without a list.
  func list<Element>(_ field: Field<[Element]?>) -> [Element]? { gives(field) ? self[field] ?? [] : nil }
}
