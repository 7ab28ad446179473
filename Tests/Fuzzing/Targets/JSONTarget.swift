import JSONCoding

extension FuzzTarget {
  /// JSON: what is read can be written and read again, and every way of reading agrees.
  static let json = FuzzTarget(name: "json") { bytes in
    let strict = try value(in: bytes, .strict)
    try require((strict != nil) == isSkipped(bytes), "skipping and reading do not agree")
    let lenient = try value(in: bytes, .lenient)
    if let strict {
      try requireRoundTrip(strict)
      try require(lenient?.encoded == strict.encoded, "the lenient mode reads valid JSON differently")
      let numerals = try JSONValue(parsing: bytes.span, keepsNumerals: true)
      try require(
        try JSONValue(parsing: numerals.encoded.span, keepsNumerals: true) == numerals, "a numeral is not kept")
    } else if let lenient {
      try requireRoundTrip(lenient)
    }
  }

  private static func value(in bytes: [UInt8], _ mode: JSONReader.Mode) throws -> JSONValue? {
    do throws(JSONError) { return try JSONValue(parsing: bytes, mode) } catch {
      try require((0...bytes.count).contains(error.offset), "the error is at \(error.offset) of \(bytes.count)")
      try require(!error.description.isEmpty, "an error without a description")
      return nil
    }
  }

  private static func isSkipped(_ bytes: [UInt8]) -> Bool {
    var reader = JSONReader()
    do throws(JSONError) {
      try reader.skipValue(in: bytes.span)
      try reader.end(in: bytes.span)
      return true
    } catch {
      return false
    }
  }

  private static func requireRoundTrip(_ value: JSONValue) throws {
    let encoded = value.encoded
    let again = try JSONValue(parsing: encoded)
    try require(again == value && again.encoded == encoded, "what is written is read differently: \(value.text)")
    try require(!encoded.contains(ASCII.lineFeed), "a line feed in compact JSON")
    let pretty = try JSONValue(parsing: JSONPrettyWriter.text(value))
    try require(pretty == value, "what is written for people is read differently: \(value.text)")
    try requireSizes(value)
  }

  /// The sizes that are announced for strings are those of the written ones.
  private static func requireSizes(_ value: JSONValue) throws {
    switch value {
    case .string(let text):
      let size = JSONWriter.size(ofUTF8: Array(text.utf8))
      try require(size == value.encoded.count, "a string of \(value.encoded.count) bytes is said to have \(size)")
    case .array(let values): for value in values { try requireSizes(value) }
    case .object(let object): for member in object.members { try requireSizes(member.value) }
    default: break
    }
  }
}
