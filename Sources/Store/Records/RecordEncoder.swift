package import JSONCoding

/// Writes the fields of one record as a line of JSON, in the order they are given; absent ones are left out.
package struct RecordEncoder {
  package private(set) var bytes: [UInt8] = [ASCII.openBrace]

  package init() {}

  /// The finished object, without a line feed.
  package consuming func finish() -> [UInt8] {
    bytes.append(ASCII.closeBrace)
    return bytes
  }

  package mutating func field(_ name: String, _ value: JSONValue) {
    if bytes.count > 1 { bytes.append(ASCII.comma) }
    JSONWriter.write(name, to: &bytes)
    bytes.append(ASCII.colon)
    JSONWriter.write(value, to: &bytes)
  }

  package mutating func field(_ name: String, _ value: Int?) {
    if let value { field(name, .int(value)) }
  }

  package mutating func field(_ name: String, _ value: Double?) {
    if let value { field(name, .double(value)) }
  }

  package mutating func field(_ name: String, _ value: Bool) {
    field(name, .bool(value))
  }

  package mutating func field(_ name: String, _ value: String?) {
    if let value { field(name, .string(value)) }
  }

  package mutating func field(_ name: String, _ value: Timestamp?) {
    if let value { field(name, .string(value.description)) }
  }

  package mutating func field<Choice: RawRepresentable<String>>(_ name: String, choice value: Choice?) {
    if let value { field(name, .string(value.rawValue)) }
  }

  package mutating func field(_ name: String, _ values: [Int]) {
    if !values.isEmpty { field(name, .array(values.map(JSONValue.int))) }
  }

  package mutating func field(_ name: String, _ values: [String]) {
    if !values.isEmpty { field(name, .array(values.map(JSONValue.string))) }
  }
}

extension Record {
  /// The record as one line of JSON, without the line feed.
  package var encoded: [UInt8] {
    var encoder = RecordEncoder()
    encode(to: &encoder)
    return encoder.finish()
  }

  /// Reads a record from a JSON object and refuses fields it does not know.
  package init(_ object: JSONObject) throws(RecordError) {
    var decoder = RecordDecoder(object)
    try self.init(from: &decoder)
    try decoder.finish()
    try check()
  }
}
