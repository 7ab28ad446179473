/// A JSON value (RFC 8259).
///
/// An integer that fits 64 bits is an ``integer(_:)``, a longer one keeps its digits as ``numeral(_:)``, and a number with a
/// fraction or an exponent is a ``double(_:)``. A reader that ``JSONReader/keepsNumerals`` keeps the notation of those too.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// A number as it is written, where an integer or a double would not keep it.
  case numeral(String)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue {
  package var isNull: Bool { self == .null }

  package var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The value as an integer, if it is written as one and fits.
  package var intValue: Int? {
    if case .integer(let value) = self { Int(exactly: value) } else { nil }
  }

  /// The value as a double, if it is a number of any kind.
  package var doubleValue: Double? {
    switch self {
    case .double(let value): value
    case .integer(let value): Double(value)
    case .numeral(let digits): Double(digits)
    default: nil
    }
  }

  package var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  package var objectValue: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The member of an object; nil for a missing member or a value that is not an object.
  package subscript(key: String) -> JSONValue? { objectValue?[key] }

  /// The kind of value in messages to people: "a string", "an object", ...
  package var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer: "an integer"
    case .numeral(let text) where text.utf8.allSatisfy { $0 != ASCII.period && $0 | 0x20 != UInt8(ascii: "e") }:
      "an integer"
    case .numeral, .double: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue {
  /// An integer of the platform's width.
  package static func int(_ value: Int) -> JSONValue { .integer(Int64(value)) }

  /// The text, or null without one.
  package static func optional(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
  package static func optional(_ value: Int?) -> JSONValue { value.map(JSONValue.int) ?? .null }
  package static func optional(_ value: Double?) -> JSONValue { value.map(JSONValue.double) ?? .null }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  package init(nilLiteral: ()) { self = .null }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .double(value) }
  package init(stringLiteral value: String) { self = .string(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member(key: $0, value: $1) }))
  }
}
