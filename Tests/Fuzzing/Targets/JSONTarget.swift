import Foundation

@testable import JSONCoding

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
      try requireNumbers(strict, as: numerals)
      if strict.objectValue != nil { try requireMembers(in: bytes.span) }
      try requireAgreement(bytes, strict)
    } else if let lenient {
      try requireRoundTrip(lenient)
    }
  }

  private static func value(in bytes: [UInt8], _ mode: JSONReader.Mode) throws -> JSONValue? {
    do throws(JSONError) { return try JSONValue(parsing: bytes, mode) } catch {
      try require((0...bytes.count).contains(error.offset), "the error is at \(error.offset) of \(bytes.count)")
      try require(!error.description.isEmpty, "an error without a description")
      if mode == .strict { try requireFirst(error, in: bytes) }
      return nil
    }
  }

  /// What is before an error is the beginning of a valid text, or one.
  private static func requireFirst(_ error: JSONError, in bytes: [UInt8]) throws {
    do throws(JSONError) { _ = try JSONValue(parsing: Array(bytes.prefix(error.offset))) } catch let other {
      try require(other.reason == .unexpectedEnd, "\(other) comes before \(error)")
    }
    try requireRefusal(bytes, error)
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

  /// A double is the nearest one to the number as it is written.
  private static func requireNumbers(_ value: JSONValue, as written: JSONValue) throws {
    switch (value, written) {
    case (.double(let number), .numeral(let digits)):
      let nearest = Double(digits)?.bitPattern
      try require(nearest == number.bitPattern, "\(digits) is read as \(number)")
    case (.array(let values), .array(let written)):
      for (value, written) in zip(values, written) { try requireNumbers(value, as: written) }
    case (.object(let object), .object(let written)):
      for (member, written) in zip(object.members, written.members) {
        try requireNumbers(member.value, as: written.value)
      }
    default: break
    }
  }

  /// Members are found by their names as they are by walking, and others are not.
  private static func requireMembers(in bytes: Span<UInt8>) throws {
    var (reader, first) = (JSONReader(), true)
    while true {
      let before = (reader: reader, first: first)
      guard let raw = try reader.nextRawKey(in: bytes, first: &first) else { return }
      let key = JSONReader.text(raw, in: bytes)
      var named = before
      let isFound = named.reader.moveToMember(key, in: bytes, first: &named.first)
      try require(isFound != raw.hasEscapes, "the member \(key.debugDescription) is not found by its name")
      if isFound {
        let isSame = named.reader.position == reader.position && named.reader.depth == reader.depth
        try require(isSame && named.first == first, "the member \(key.debugDescription) is found elsewhere")
      }
      try require(JSONReader.isText(raw, key, in: bytes), "the key \(key.debugDescription) is not its text")
      for other in [key + "x", String(decoding: key.utf8.dropLast(), as: UTF8.self), "x"] where other != key {
        var named = before
        let isFound = named.reader.moveToMember(other, in: bytes, first: &named.first)
        try require(!isFound, "\(key.debugDescription) is found as \(other.debugDescription)")
        try require(!JSONReader.isText(raw, other, in: bytes), "\(key.debugDescription) is read as another key")
      }
      try reader.skipValue(in: bytes)
    }
  }
}

// MARK: Foundation's reader, the second opinion

extension FuzzTarget {
  private static func requireAgreement(_ bytes: [UInt8], _ value: JSONValue) throws {
    // Foundation stops at surrogates without their other half, which this program repairs, and drops byte-order marks.
    guard !value.text.unicodeScalars.contains(where: { $0 == "\u{fffd}" || $0 == "\u{feff}" }) else { return }
    // Of integers it keeps 38 digits, and it refuses those with as many digits as the largest numbers.
    let digits = bytes.split { !(ASCII.zero...ASCII.nine).contains($0) }
    guard !digits.contains(where: { $0.count > 38 }) else { return }
    let other: Any
    do { other = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) } catch {
      throw FuzzFinding("Foundation refuses the text: \(error)")
    }
    try require(isSame(value, other), "Foundation reads \(other), not \(value.text)")
  }

  private static func requireRefusal(_ bytes: [UInt8], _ error: JSONError) throws {
    switch error.reason {
    case .tooDeep, .numberOutOfRange, .duplicateKey: return
    // Foundation reads a comma behind the last element.
    case .unexpectedByte(ASCII.closeBracket), .unexpectedByte(ASCII.closeBrace): return
    default: break
    }
    // Foundation reads other encodings as well.
    guard !bytes.contains(0), bytes.first.map({ $0 < 0x80 }) == true else { return }
    let other = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    try require(other == nil, "Foundation reads a text that is refused: \(error)")
  }

  private static func isSame(_ value: JSONValue, _ other: Any) -> Bool {
    switch value {
    case .null: return other is NSNull
    case .bool(let value): return other as? Bool == value
    case .integer(let value): return (other as? NSNumber)?.int64Value == value
    case .numeral, .double:
      // Foundation has some as decimals, whose doubles are not the nearest ones.
      guard let value = value.doubleValue, let other = (other as? NSNumber)?.doubleValue else { return false }
      return value == other || abs(value - other) <= abs(value) * 1e-15
    case .string(let text): return (other as? String).map { $0.utf8.elementsEqual(text.utf8) } == true
    case .array(let values):
      guard let others = other as? [Any] else { return false }
      return values.count == others.count && zip(values, others).allSatisfy(isSame)
    case .object(let object):
      guard let others = other as? [String: Any] else { return false }
      // Its keys are equal if they are by Unicode's rules.
      guard Set(object.keys).count == object.count else { return true }
      return others.count == object.count
        && object.members.allSatisfy { member in others[member.key].map { isSame(member.value, $0) } == true }
    }
  }
}
