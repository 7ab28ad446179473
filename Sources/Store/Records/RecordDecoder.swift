package import JSONCoding

/// Takes the fields out of a JSON object, each with its type, and knows in the end which ones nobody asked for.
///
/// Null counts as absent.
package struct RecordDecoder {
  private let object: JSONObject
  private var asked: [String] = []

  package init(_ object: JSONObject) {
    self.object = object
  }

  /// Refuses what was never asked for: a misspelt field must not be lost silently at the next write.
  package func finish() throws(RecordError) {
    for key in object.keys where !asked.contains(key) { throw .unknown(field: key) }
  }

  private mutating func value(_ field: String) -> JSONValue? {
    asked.append(field)
    guard let value = object[field], !value.isNull else { return nil }
    return value
  }

  private mutating func required<Value>(
    _ field: String, _ expected: String, _ read: (JSONValue) -> Value?
  ) throws(RecordError) -> Value {
    guard let value = try optional(field, expected, read) else { throw .missing(field: field) }
    return value
  }

  private mutating func optional<Value>(
    _ field: String, _ expected: String, _ read: (JSONValue) -> Value?
  ) throws(RecordError) -> Value? {
    guard let value = value(field) else { return nil }
    guard let result = read(value) else { throw .wrongType(field: field, expected: expected) }
    return result
  }

  // MARK: Required fields

  package mutating func int(_ field: String) throws(RecordError) -> Int {
    try required(field, "an integer") { $0.intValue }
  }

  package mutating func string(_ field: String) throws(RecordError) -> String {
    try required(field, "a string") { $0.stringValue }
  }

  package mutating func bool(_ field: String) throws(RecordError) -> Bool {
    try required(field, "true or false") { $0.boolValue }
  }

  package mutating func object(_ field: String) throws(RecordError) -> JSONObject {
    try required(field, "an object") { $0.objectValue }
  }

  package mutating func timestamp(_ field: String) throws(RecordError) -> Timestamp {
    try required(field, Timestamp.expectation) { $0.stringValue.flatMap(Timestamp.init(parsing:)) }
  }

  package mutating func choice<Choice: RawRepresentable<String>>(_ field: String) throws(RecordError) -> Choice {
    try required(field, "one of its names") { $0.stringValue.flatMap(Choice.init(rawValue:)) }
  }

  // MARK: Optional fields

  package mutating func optionalInt(_ field: String) throws(RecordError) -> Int? {
    try optional(field, "an integer") { $0.intValue }
  }

  package mutating func optionalDouble(_ field: String) throws(RecordError) -> Double? {
    try optional(field, "a number") { $0.doubleValue }
  }

  package mutating func optionalString(_ field: String) throws(RecordError) -> String? {
    try optional(field, "a string") { $0.stringValue }
  }

  package mutating func optionalBool(_ field: String) throws(RecordError) -> Bool? {
    try optional(field, "true or false") { $0.boolValue }
  }

  package mutating func optionalObject(_ field: String) throws(RecordError) -> JSONObject? {
    try optional(field, "an object") { $0.objectValue }
  }

  package mutating func optionalTimestamp(_ field: String) throws(RecordError) -> Timestamp? {
    try optional(field, Timestamp.expectation) { $0.stringValue.flatMap(Timestamp.init(parsing:)) }
  }

  package mutating func optionalChoice<Choice: RawRepresentable<String>>(
    _ field: String
  ) throws(RecordError) -> Choice? {
    try optional(field, "one of its names") { $0.stringValue.flatMap(Choice.init(rawValue:)) }
  }

  // MARK: Lists, empty where absent

  package mutating func ints(_ field: String) throws(RecordError) -> [Int] {
    try list(field, "a list of integers") { $0.intValue }
  }

  package mutating func strings(_ field: String) throws(RecordError) -> [String] {
    try list(field, "a list of strings") { $0.stringValue }
  }

  package mutating func doubles(_ field: String) throws(RecordError) -> [Double] {
    try list(field, "a list of numbers") { $0.doubleValue }
  }

  package mutating func objects(_ field: String) throws(RecordError) -> [JSONObject] {
    try list(field, "a list of objects") { $0.objectValue }
  }

  private mutating func list<Element>(
    _ field: String, _ expected: String, _ read: (JSONValue) -> Element?
  ) throws(RecordError) -> [Element] {
    let elements = try optional(field, expected) { value -> [Element]? in
      guard let values = value.arrayValue else { return nil }
      let elements = values.compactMap(read)
      return elements.count == values.count ? elements : nil
    }
    return elements ?? []
  }
}
