extension JSONReader {
  /// The treatment of invalid JSON.
  package enum Mode: Sendable {
    /// Rejects it, with the reason and the place: for the program's own files and its protocol.
    case strict
    /// Reads it if its meaning is clear: for the output of other programs, which was paid for.
    ///
    /// - If a key is repeated, the last value that is not null or empty counts. Other parsers use the last value, but a
    ///   null or an empty text after the answer must not remove it, and two joined texts would be one that nobody
    ///   wrote.
    /// - `NaN`, `Infinity`, `-Infinity` and numbers beyond a double become null, as unknown values.
    /// - Invalid UTF-8 becomes U+FFFD.
    /// - Control characters in strings are literal, and so is the character after the backslash of an unknown escape.
    /// - A byte-order mark before the text and anything after its value are ignored.
    case lenient
  }

  /// Moves past a word for a non-finite number, if there is one at the offset and the mode allows it.
  ///
  /// - Parameter error: the error to throw otherwise.
  mutating func skipNonFinite(in bytes: Span<UInt8>, at offset: Int, after error: JSONError) throws(JSONError) {
    guard mode == .lenient else { throw error }
    let hasSign = bytes[offset] == ASCII.minus || bytes[offset] == ASCII.plus
    let start = offset + (hasSign ? 1 : 0)
    for word in Self.nonFiniteWords where Self.hasWord(word, in: bytes, at: start) {
      position = start + word.utf8CodeUnitCount
      return
    }
    throw error
  }

  private static let nonFiniteWords: [StaticString] = ["nan", "infinity", "inf"]

  /// Whether a lower-case word is at the offset, ignoring case.
  private static func hasWord(_ word: StaticString, in bytes: Span<UInt8>, at start: Int) -> Bool {
    guard start + word.utf8CodeUnitCount <= bytes.count else { return false }
    for index in 0..<word.utf8CodeUnitCount {
      guard unsafe bytes[start + index] | 0x20 == word.utf8Start[index] else { return false }
    }
    return true
  }

  /// The offset after this many invalid bytes of a string, if the mode allows them.
  func skip(_ count: Int, _ reason: JSONError.Reason, at start: Int) throws(JSONError) -> Int {
    guard mode == .lenient else { throw JSONError(reason, at: start) }
    return start + count
  }

  mutating func skipByteOrderMark(in bytes: Span<UInt8>) {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    guard bytes.count >= mark.count, mark.indices.allSatisfy({ bytes[$0] == mark[$0] }) else { return }
    position = mark.count
  }

  /// The members with unique keys, each at its first place with its last non-empty value.
  static func withoutRepeatedKeys(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
    var places: [KeyBytes: Int] = [:]
    var kept: [JSONObject.Member] = []
    for member in members {
      if let place = places[KeyBytes(member.key)] {
        if !member.value.isEmpty { kept[place].value = member.value }
      } else {
        places[KeyBytes(member.key)] = kept.count
        kept.append(member)
      }
    }
    return kept
  }
}

extension JSONValue {
  /// Whether the value is null, or an empty text, array or object.
  fileprivate var isEmpty: Bool {
    switch self {
    case .null: true
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object(let object): object.isEmpty
    case .bool, .integer, .numeral, .double: false
    }
  }
}
