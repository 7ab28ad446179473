package import JSONCoding

/// The kind of a field's value: its schema, and the conversion of a validated value to the handler's type.
package struct ValueKind<Value: Sendable>: Sendable {
  package let shape: ValueShape
  /// Reads a value that ``ValueShape/problems(with:at:)`` has accepted.
  let read: @Sendable (JSONValue) -> Value?
}

extension ValueKind where Value == JSONValue {
  /// A value of any shape, as JSON.
  package static func json(_ shape: ValueShape) -> ValueKind { ValueKind(shape: shape) { $0 } }
}

extension ValueKind where Value == String {
  package static var string: ValueKind { ValueKind(shape: .string) { $0.stringValue } }

  /// A text with a largest number of code points.
  package static func string(longest: Int) -> ValueKind {
    ValueKind(shape: .text(longest: longest)) { $0.stringValue }
  }

  /// One of several words, or a number of at least 1.
  package static func wordOrCount(_ words: [String]) -> ValueKind {
    ValueKind(shape: .wordOrCount(words)) { $0.stringValue }
  }

  /// One of several words.
  package static func choice(of words: [String]) -> ValueKind {
    ValueKind(shape: .choice(words)) { $0.stringValue }
  }
}

extension ValueKind where Value: RawRepresentable<String> & CaseIterable {
  /// One of the enumeration's raw values.
  package static var choice: ValueKind { choice(advice: nil) }

  /// - Parameter advice: a sentence for an unknown word that is close to none of the values.
  package static func choice(advice: String?) -> ValueKind {
    ValueKind(shape: .word(of: Value.allCases.map(\.rawValue), advice: advice)) {
      $0.stringValue.flatMap(Value.init(rawValue:))
    }
  }
}

extension ValueKind where Value == Int {
  package static func integer(_ range: ClosedRange<Int>) -> ValueKind {
    ValueKind(shape: .integer(minimum: range.lowerBound, maximum: range.upperBound)) { $0.intValue }
  }

  package static func integer(_ range: PartialRangeFrom<Int>) -> ValueKind {
    ValueKind(shape: .integer(minimum: range.lowerBound, maximum: nil)) { $0.intValue }
  }

  /// The id of a record.
  package static var id: ValueKind { ValueKind(shape: .id) { $0.intValue } }

  package static var integer: ValueKind { ValueKind(shape: .integer(minimum: nil, maximum: nil)) { $0.intValue } }
}

extension ValueKind where Value == Double {
  package static func number(_ range: ClosedRange<Double>) -> ValueKind {
    ValueKind(shape: .number(minimum: range.lowerBound, maximum: range.upperBound)) { $0.doubleValue }
  }

  package static var number: ValueKind { ValueKind(shape: .number(minimum: nil, maximum: nil)) { $0.doubleValue } }
}

extension ValueKind where Value == Bool {
  package static var boolean: ValueKind { ValueKind(shape: .boolean) { $0.boolValue } }
}

extension ValueKind where Value == JSONObject {
  /// An object with exactly these members.
  package static func object(_ fields: [any ToolField]) -> ValueKind<JSONObject> {
    ValueKind(shape: .object(fields.map(\.declaration))) { $0.objectValue }
  }

  /// An object with any members.
  package static var freeObject: ValueKind<JSONObject> { ValueKind(shape: .freeObject) { $0.objectValue } }
}

extension ValueKind {
  /// A list; a single item is accepted as a list of one.
  package static func array<Element>(of element: ValueKind<Element>) -> ValueKind where Value == [Element] {
    ValueKind(shape: .array(element.shape)) { $0.arrayValue?.compactMap(element.read) }
  }
}
