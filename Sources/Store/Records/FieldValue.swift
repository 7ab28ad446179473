package import JSONCoding

/// A value of a record's field.
package protocol FieldValue: Sendable, Equatable {
  /// The name of such a value in messages: `an integer`.
  static var expectation: String { get }
  /// The name of a list of them in messages: `a list of integers`.
  static var listExpectation: String { get }
  /// The value of an absent field; nil if the field is required.
  static var absent: Self? { get }

  /// Converts a JSON value other than null; nil if it has another type.
  static func read(_ value: JSONValue) throws(RecordError) -> Self?
  /// Reads the value other than null at the reader's position; nil if it has another type.
  static func read(in text: Span<UInt8>, _ reader: inout JSONReader) throws -> Self?
  /// Moves past the value other than null at the reader's position; false if it has another type.
  static func skip(in text: Span<UInt8>, _ reader: inout JSONReader) throws -> Bool
  /// Whether the field is left out of the file.
  var isAbsent: Bool { get }
  /// Writes the value as JSON.
  func write(to bytes: inout [UInt8])
  /// Throws if a number is out of its range.
  func check() throws(RecordError)
}

extension FieldValue {
  package static var listExpectation: String { "a list of objects" }
  package static var absent: Self? { nil }
  package var isAbsent: Bool { false }
  package func check() {}

  package static func read(in text: Span<UInt8>, _ reader: inout JSONReader) throws -> Self? {
    try read(reader.value(in: text))
  }

  package static func skip(in text: Span<UInt8>, _ reader: inout JSONReader) throws -> Bool {
    try read(in: text, &reader) != nil
  }
}

extension Int: FieldValue {
  package static var expectation: String { "an integer" }
  package static var listExpectation: String { "a list of integers" }
  package static func read(_ value: JSONValue) -> Int? { value.intValue }
  package func write(to bytes: inout [UInt8]) { JSONWriter.write(.int(self), to: &bytes) }
}

extension Double: FieldValue {
  package static var expectation: String { "a number" }
  package static var listExpectation: String { "a list of numbers" }
  package static func read(_ value: JSONValue) -> Double? { value.doubleValue }
  package func write(to bytes: inout [UInt8]) { JSONWriter.write(.double(self), to: &bytes) }
}

extension Bool: FieldValue {
  package static var expectation: String { "true or false" }
  package static func read(_ value: JSONValue) -> Bool? { value.boolValue }
  package func write(to bytes: inout [UInt8]) { JSONWriter.write(.bool(self), to: &bytes) }
}

extension String: FieldValue {
  package static var expectation: String { "a string" }
  package static var listExpectation: String { "a list of strings" }
  package static func read(_ value: JSONValue) -> String? { value.stringValue }
  package static func skip(in text: Span<UInt8>, _ reader: inout JSONReader) throws -> Bool {
    guard try reader.peek(in: text) == ASCII.quote else { return false }
    _ = try reader.skipString(in: text)
    return true
  }
  package func write(to bytes: inout [UInt8]) { JSONWriter.write(self, to: &bytes) }
}

extension JSONObject: FieldValue {
  package static var expectation: String { "an object" }
  package static func read(_ value: JSONValue) -> JSONObject? { value.objectValue }
  package static func skip(in text: Span<UInt8>, _ reader: inout JSONReader) throws -> Bool {
    guard try reader.peek(in: text) == ASCII.openBrace else { return false }
    try reader.skipValue(in: text)
    return true
  }
  package func write(to bytes: inout [UInt8]) { JSONWriter.write(.object(self), to: &bytes) }
}

extension Timestamp: FieldValue {
  package static func read(_ value: JSONValue) -> Timestamp? { value.stringValue.flatMap(Timestamp.init(parsing:)) }
  package static func skip(in text: Span<UInt8>, _ reader: inout JSONReader) throws -> Bool {
    guard try reader.peek(in: text) == ASCII.quote else { return false }
    return isWellFormed(text.extracting(try reader.skipString(in: text).contents))
  }
  package func write(to bytes: inout [UInt8]) { JSONWriter.write(description, to: &bytes) }
}

/// One of a few names.
extension FieldValue where Self: RawRepresentable<String> {
  package static var expectation: String { "one of its names" }
  package static func read(_ value: JSONValue) -> Self? { value.stringValue.flatMap(Self.init(rawValue:)) }
  package func write(to bytes: inout [UInt8]) { JSONWriter.write(rawValue, to: &bytes) }
}

/// An optional value.
extension Optional: FieldValue where Wrapped: FieldValue {
  package static var expectation: String { Wrapped.expectation }
  package static var absent: Self? { .some(nil) }
  package static func read(_ value: JSONValue) throws(RecordError) -> Self? {
    guard let wrapped = try Wrapped.read(value) else { return nil }
    return .some(wrapped)
  }
  package static func read(in text: Span<UInt8>, _ reader: inout JSONReader) throws -> Self? {
    guard let wrapped = try Wrapped.read(in: text, &reader) else { return nil }
    return .some(wrapped)
  }
  package static func skip(in text: Span<UInt8>, _ reader: inout JSONReader) throws -> Bool {
    try Wrapped.skip(in: text, &reader)
  }
  package var isAbsent: Bool { self?.isAbsent ?? true }
  package func write(to bytes: inout [UInt8]) { self?.write(to: &bytes) }
  package func check() throws(RecordError) { try self?.check() }
}

/// A list, which is empty if the field is absent.
extension Array: FieldValue where Element: FieldValue {
  package static var expectation: String { Element.listExpectation }
  package static var absent: Self? { [] }
  package static func read(_ value: JSONValue) throws(RecordError) -> Self? {
    guard let values = value.arrayValue else { return nil }
    var elements: Self = []
    elements.reserveCapacity(values.count)
    for value in values {
      guard let element = try Element.read(value) else { return nil }
      elements.append(element)
    }
    return elements
  }
  package static func read(in text: Span<UInt8>, _ reader: inout JSONReader) throws -> Self? {
    guard try reader.peek(in: text) == ASCII.openBracket else { return nil }
    var elements: Self = []
    var first = true
    while try reader.nextElement(in: text, first: &first) {
      guard let element = try Element.read(in: text, &reader) else { return nil }
      elements.append(element)
    }
    return elements
  }
  package var isAbsent: Bool { isEmpty }
  package func write(to bytes: inout [UInt8]) {
    bytes.append(ASCII.openBracket)
    for (index, element) in enumerated() {
      if index > 0 { bytes.append(ASCII.comma) }
      element.write(to: &bytes)
    }
    bytes.append(ASCII.closeBracket)
  }
  package func check() throws(RecordError) {
    for element in self { try element.check() }
  }
}
