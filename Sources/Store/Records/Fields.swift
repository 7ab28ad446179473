package import JSONCoding

/// A value that is a JSON object in the file and lists its fields once, for reading, writing, checking and indexing.
///
///     struct Band: Fields {
///       var stars = 1
///       var description = ""
///
///       mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
///         try fields.visit("stars", &stars, in: .band)
///         try fields.visit("description", &description)
///       }
///     }
package protocol Fields: FieldValue {
  /// An empty value.
  init()
  /// Passes each field to a visitor, in file order.
  ///
  /// - Throws: ``RecordError`` for a value that the visitor cannot read or accept.
  mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError)
}

extension Fields {
  package static var expectation: String { "an object" }

  package static func read(_ value: JSONValue) throws(RecordError) -> Self? {
    guard let object = value.objectValue else { return nil }
    return try Self(object)
  }

  package static func read(in text: Span<UInt8>, _ reader: inout JSONReader) -> Self? {
    var value = Self()
    return FieldIndexer.read(&value, in: text, &reader) ? value : nil
  }

  /// Reads the fields of a JSON object and rejects unknown ones.
  package init(_ object: JSONObject) throws(RecordError) {
    self.init()
    var reader = FieldReader(object)
    try visit(&reader)
    try reader.finish()
  }

  package func write(to bytes: inout [UInt8]) {
    var (writer, copy) = (FieldWriter(bytes), self)
    bytes = []
    // A writer accepts every value.
    do { try copy.visit(&writer) } catch {}
    bytes = writer.finish()
  }

  /// The value as one line of JSON, without the line feed.
  package var encoded: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  /// Throws if a number is out of its range, as reading does.
  package func check() throws(RecordError) {
    var (checker, copy) = (FieldChecker(), self)
    try copy.visit(&checker)
  }

  /// Creates a value and sets its fields.
  package init<Failure: Error>(_ set: (inout Self) throws(Failure) -> Void) throws(Failure) {
    self.init()
    try set(&self)
  }
}

/// Reads typed fields of a JSON object and tracks which were read.
///
/// Null counts as absent.
struct FieldReader: FieldVisitor {
  let checksRanges = true
  private let object: JSONObject
  private var names: [String] = []

  init(_ object: JSONObject) {
    self.object = object
  }

  mutating func visit<Value: FieldValue>(_ name: String, _ value: inout Value) throws(RecordError) {
    names.append(name)
    guard let json = object[name], !json.isNull else {
      guard let absent = Value.absent else { throw .missing(field: name) }
      value = absent
      return
    }
    guard let result = try Value.read(json) else { throw .wrongType(field: name, expected: Value.expectation) }
    value = result
  }

  /// Rejects unknown fields, because a misspelt one would be lost silently at the next write.
  func finish() throws(RecordError) {
    for key in object.keys where !names.contains(key) { throw .unknown(field: key) }
  }
}

/// Writes fields as the members of a JSON object; absent ones are omitted.
private struct FieldWriter: FieldVisitor {
  let checksRanges = false
  private var bytes: [UInt8]
  private var isEmpty = true

  /// - Parameter bytes: the bytes before the object.
  init(_ bytes: consuming [UInt8]) {
    self.bytes = bytes
    self.bytes.append(ASCII.openBrace)
  }

  mutating func visit(_ name: String, _ value: inout some FieldValue) {
    if value.isAbsent { return }
    if !isEmpty { bytes.append(ASCII.comma) }
    isEmpty = false
    JSONWriter.write(name, to: &bytes)
    bytes.append(ASCII.colon)
    value.write(to: &bytes)
  }

  consuming func finish() -> [UInt8] {
    bytes.append(ASCII.closeBrace)
    return bytes
  }
}

/// Only checks ranges.
private struct FieldChecker: FieldVisitor {
  let checksRanges = true
  func visit(_ name: String, _ value: inout some FieldValue) throws(RecordError) { try value.check() }
}
