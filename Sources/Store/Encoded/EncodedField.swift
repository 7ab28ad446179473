import JSONCoding

/// The fields of an encoded record, in the order they are written.
protocol EncodedField: RawRepresentable<Int>, CaseIterable {
  var name: String { get }
  /// The fields that every record has.
  static var required: [Self] { get }
  /// The names as bytes, made once.
  static var names: [[UInt8]] { get }
}

extension EncodedField {
  /// The field of this name; nil if there is none.
  /// - Parameter expected: the one to try first, since fields are nearly always in their order.
  static func field(named key: JSONReader.RawString, in bytes: Span<UInt8>, expected: Int) -> Self? {
    let name = bytes.extracting(key.contents)
    let names = names
    for step in 0..<names.count {
      let index = (expected + step) % names.count
      if matches(name, names[index]) { return Self(rawValue: index) }
    }
    return nil
  }

  private static func matches(_ name: Span<UInt8>, _ known: [UInt8]) -> Bool {
    guard name.count == known.count else { return false }
    for index in known.indices where name[index] != known[index] { return false }
    return true
  }

  /// Walks the fields of an encoded record, and refuses unknown, repeated and missing ones.
  ///
  /// - Parameter body: reads the value of a field that is not null.
  static func read(
    in bytes: Span<UInt8>, _ reader: inout JSONReader,
    _ body: (Self, Span<UInt8>, inout JSONReader) throws -> Void
  ) throws {
    var first = true
    var expected = 0
    var seen: UInt32 = 0
    while let key = try reader.nextRawKey(in: bytes, first: &first) {
      guard let field = field(named: key, in: bytes, expected: expected) else {
        throw LoadFailure(
          offset: key.contents.lowerBound, "\(RecordError.unknown(field: JSONReader.text(key, in: bytes)))")
      }
      let bit: UInt32 = 1 << field.rawValue
      if seen & bit != 0 { throw JSONError(.duplicateKey(field.name), at: key.contents.lowerBound) }
      expected = field.rawValue + 1
      if try reader.peek(in: bytes) == UInt8(ascii: "n") {
        try reader.skipValue(in: bytes)
      } else {
        seen |= bit
        try body(field, bytes, &reader)
      }
    }
    if let missing = required.first(where: { seen & 1 << $0.rawValue == 0 }) {
      throw RecordError.missing(field: missing.name)
    }
  }

  // MARK: Values

  func integer(
    in bytes: Span<UInt8>, _ reader: inout JSONReader, _ range: ValueRange<Int>
  ) throws -> Int {
    guard let value = try reader.value(in: bytes).intValue else {
      throw RecordError.wrongType(field: name, expected: "an integer")
    }
    return try range.check(value, name)
  }

  func number(
    in bytes: Span<UInt8>, _ reader: inout JSONReader, _ range: ValueRange<Double>
  ) throws -> Double {
    guard let value = try reader.value(in: bytes).doubleValue else {
      throw RecordError.wrongType(field: name, expected: "a number")
    }
    return try range.check(value, name)
  }

  @discardableResult
  func rawString(in bytes: Span<UInt8>, _ reader: inout JSONReader) throws -> JSONReader.RawString {
    guard try reader.peek(in: bytes) == ASCII.quote else {
      throw RecordError.wrongType(field: name, expected: "a string")
    }
    return try reader.skipString(in: bytes)
  }

  func string(in bytes: Span<UInt8>, _ reader: inout JSONReader) throws -> String {
    JSONReader.text(try rawString(in: bytes, &reader), in: bytes)
  }

  func choice<Choice: RawRepresentable<String>>(
    in bytes: Span<UInt8>, _ reader: inout JSONReader
  ) throws -> Choice {
    guard let value = Choice(rawValue: try string(in: bytes, &reader)) else {
      throw RecordError.wrongType(field: name, expected: "one of its names")
    }
    return value
  }

  func object(in bytes: Span<UInt8>, _ reader: inout JSONReader) throws -> JSONObject {
    guard let object = try reader.value(in: bytes).objectValue else {
      throw RecordError.wrongType(field: name, expected: "an object")
    }
    return object
  }

  /// Checks that an object follows, without building it.
  func skipObject(in bytes: Span<UInt8>, _ reader: inout JSONReader) throws {
    guard try reader.peek(in: bytes) == ASCII.openBrace else {
      throw RecordError.wrongType(field: name, expected: "an object")
    }
    try reader.skipValue(in: bytes)
  }

  /// Checks that a time follows, without building it.
  func skipTimestamp(in bytes: Span<UInt8>, _ reader: inout JSONReader) throws {
    let text = try rawString(in: bytes, &reader)
    guard Timestamp.isWellFormed(bytes.extracting(text.contents)) else {
      throw RecordError.wrongType(field: name, expected: Timestamp.expectation)
    }
  }
}
