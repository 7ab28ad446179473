/// An RFC 8259 reader over bytes owned by the caller.
///
/// It either builds values (``value(in:)``) or walks over them (``skipValue(in:)``, ``nextKey(in:first:)``,
/// ``nextElement(in:first:)``). Trailing commas and comments are always rejected. Other invalid text is rejected or read according to the ``Mode``.
/// A lone surrogate escape always becomes U+FFFD, because truncated emoji are common and no reason to lose a message.
package struct JSONReader: Sendable {
  /// The largest nesting depth of arrays and objects.
  package static let depthLimit = 512

  /// Offset of the next byte to read.
  package var position: Int
  let mode: Mode
  /// Whether numbers with a fraction or an exponent keep their notation, such as `2.50` and `1e3`, also
  /// if no double is so large: for texts of people.
  let keepsNumerals: Bool
  var depth: Int

  /// - Parameter depth: the number of arrays and objects around the position.
  package init(position: Int = 0, depth: Int = 0, _ mode: Mode = .strict, keepsNumerals: Bool = false) {
    self.position = position
    self.depth = depth
    self.mode = mode
    self.keepsNumerals = keepsNumerals
  }

  // MARK: Whole values

  /// Reads the value that starts at the current position, after optional white space.
  package mutating func value(in bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
    switch try peek(in: bytes) {
    case ASCII.quote: return .string(try string(in: bytes))
    case ASCII.openBrace: return .object(try object(in: bytes))
    case ASCII.openBracket: return .array(try array(in: bytes))
    case UInt8(ascii: "t"):
      try literal("true", in: bytes)
      return .bool(true)
    case UInt8(ascii: "f"):
      try literal("false", in: bytes)
      return .bool(false)
    case UInt8(ascii: "n"):
      try null(in: bytes)
      return .null
    default:
      let start = position
      do throws(JSONError) {
        return try number(in: bytes)
      } catch {
        try skipNonFinite(in: bytes, at: start, after: error)
        return .null
      }
    }
  }

  /// Checks the value that starts at the current position and moves past it, without building it.
  package mutating func skipValue(in bytes: Span<UInt8>) throws(JSONError) {
    switch try peek(in: bytes) {
    case ASCII.quote: _ = try skipString(in: bytes)
    case ASCII.openBrace:
      var keys = KeySet()
      var first = true
      while let key = try nextKey(in: bytes, first: &first) {
        if mode == .strict, !keys.insert(key.key) { throw JSONError(.duplicateKey(key.key), at: key.offset) }
        try skipValue(in: bytes)
      }
    case ASCII.openBracket:
      var first = true
      while try nextElement(in: bytes, first: &first) { try skipValue(in: bytes) }
    case UInt8(ascii: "t"): try literal("true", in: bytes)
    case UInt8(ascii: "f"): try literal("false", in: bytes)
    case UInt8(ascii: "n"): try null(in: bytes)
    default:
      let start = position
      do throws(JSONError) {
        try skipNumber(in: bytes)
      } catch {
        try skipNonFinite(in: bytes, at: start, after: error)
      }
    }
  }

  /// Checks that only white space is left.
  package mutating func end(in bytes: Span<UInt8>) throws(JSONError) {
    skipWhitespace(in: bytes)
    if position < bytes.count { throw JSONError(.trailingBytes, at: position) }
  }

  // MARK: Walking

  /// A member's key and its position.
  package struct Key {
    package let key: String
    package let offset: Int
  }

  /// Moves to the next member of the object at the current position and returns its key.
  ///
  /// The position is then before the member's value. After the last member it returns nil, with the position after the
  /// object. Duplicate keys are not detected.
  /// - Parameter first: true for the first call on an object; set to false by it.
  package mutating func nextKey(in bytes: Span<UInt8>, first: inout Bool) throws(JSONError) -> Key? {
    guard let raw = try nextRawKey(in: bytes, first: &first) else { return nil }
    return Key(key: Self.text(raw, in: bytes), offset: raw.contents.lowerBound - 1)
  }

  /// As ``nextKey(in:first:)``, without decoding the key.
  package mutating func nextRawKey(in bytes: Span<UInt8>, first: inout Bool) throws(JSONError) -> RawString? {
    guard
      try step(in: bytes, first: &first, open: ASCII.openBrace, close: ASCII.closeBrace)
    else { return nil }
    let byte = try peek(in: bytes)
    guard byte == ASCII.quote else { throw JSONError(.unexpectedByte(byte), at: position) }
    let key = try skipString(in: bytes)
    let separator = try peek(in: bytes)
    guard separator == ASCII.colon else { throw JSONError(.unexpectedByte(separator), at: position) }
    position += 1
    return key
  }

  /// Moves to the next element of the array at the current position; false after the last one, with the position after
  /// the array.
  /// - Parameter first: true for the first call on an array; set to false by it.
  package mutating func nextElement(in bytes: Span<UInt8>, first: inout Bool) throws(JSONError) -> Bool {
    try step(in: bytes, first: &first, open: ASCII.openBracket, close: ASCII.closeBracket)
  }

  private mutating func step(
    in bytes: Span<UInt8>, first: inout Bool, open: UInt8, close: UInt8
  ) throws(JSONError) -> Bool {
    if first {
      first = false
      let byte = try peek(in: bytes)
      guard byte == open else { throw JSONError(.unexpectedByte(byte), at: position) }
      guard depth < Self.depthLimit else { throw JSONError(.tooDeep(limit: Self.depthLimit), at: position) }
      depth += 1
      position += 1
      if try peek(in: bytes) != close { return true }
    } else {
      let byte = try peek(in: bytes)
      if byte == ASCII.comma {
        position += 1
        return true
      }
      guard byte == close else { throw JSONError(.unexpectedByte(byte), at: position) }
    }
    depth -= 1
    position += 1
    return false
  }

  private mutating func object(in bytes: Span<UInt8>) throws(JSONError) -> JSONObject {
    var members: [JSONObject.Member] = []
    var keys = KeySet()
    var hasRepeatedKeys = false
    var first = true
    while let key = try nextKey(in: bytes, first: &first) {
      if !keys.insert(key.key) {
        guard mode == .lenient else { throw JSONError(.duplicateKey(key.key), at: key.offset) }
        hasRepeatedKeys = true
      }
      members.append(JSONObject.Member(key: key.key, value: try value(in: bytes)))
    }
    return JSONObject(hasRepeatedKeys ? Self.withoutRepeatedKeys(members) : members)
  }

  private mutating func array(in bytes: Span<UInt8>) throws(JSONError) -> [JSONValue] {
    var elements: [JSONValue] = []
    var first = true
    while try nextElement(in: bytes, first: &first) { elements.append(try value(in: bytes)) }
    return elements
  }

  // MARK: Bytes

  /// The next byte that is not white space, without consuming it.
  package mutating func peek(in bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
    skipWhitespace(in: bytes)
    guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    return bytes[position]
  }

  package mutating func skipWhitespace(in bytes: Span<UInt8>) {
    while position < bytes.count {
      switch bytes[position] {
      case ASCII.space, ASCII.lineFeed, ASCII.carriageReturn, ASCII.tab: position += 1
      default: return
      }
    }
  }

  private mutating func null(in bytes: Span<UInt8>) throws(JSONError) {
    do throws(JSONError) {
      try literal("null", in: bytes)
    } catch {
      try skipNonFinite(in: bytes, at: position, after: error)
    }
  }

  private mutating func literal(_ word: StaticString, in bytes: Span<UInt8>) throws(JSONError) {
    for index in 0..<word.utf8CodeUnitCount {
      guard position + index < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
      let byte = bytes[position + index]
      guard unsafe byte == word.utf8Start[index] else { throw JSONError(.unexpectedByte(byte), at: position + index) }
    }
    position += word.utf8CodeUnitCount
  }
}

/// The keys of one object so far: a list, with a hash set as well if there are many.
private struct KeySet {
  /// The first key, which is often the only one, takes no list.
  private var first: String?
  private var keys: [String] = []
  private var hashed: Set<KeyBytes> = []

  /// Returns false if the key was already present.
  mutating func insert(_ key: String) -> Bool {
    guard let first else {
      self.first = key
      return true
    }
    if first.hasSameBytes(as: key) { return false }
    if keys.count < 16 {
      if keys.contains(where: { $0.hasSameBytes(as: key) }) { return false }
      keys.append(key)
      return true
    }
    if hashed.isEmpty { hashed = Set(keys.map(KeyBytes.init)) }
    return hashed.insert(KeyBytes(key)).inserted
  }
}

/// A key that is compared by its bytes, as in JSON.
///
/// A set of strings would treat a composed and a decomposed letter as equal, and would have to normalize both.
struct KeyBytes: Hashable {
  private let key: String

  init(_ key: String) {
    // Only a native string has contiguous bytes.
    var key = key
    key.makeContiguousUTF8()
    self.key = key
  }

  static func == (left: KeyBytes, right: KeyBytes) -> Bool { left.key.hasSameBytes(as: right.key) }

  func hash(into hasher: inout Hasher) {
    _ = unsafe key.utf8.withContiguousStorageIfAvailable { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
