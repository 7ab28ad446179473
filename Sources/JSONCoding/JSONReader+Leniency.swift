extension JSONReader {
  /// How a text that breaks the rules is read.
  package enum Mode: Sendable {
    /// Refused, with the reason and the place: for what this program wrote itself and for its protocol.
    case strict
    /// Read as far as one reading is plain, for what others write and was paid for:
    ///
    /// - Of a key that occurs several times the last value counts that says something. The last one is what other
    ///   parsers see, but null or an empty text behind the answer must not take it away, and two texts joined would be
    ///   one that nobody wrote.
    /// - `NaN`, `Infinity`, `-Infinity` and numbers beyond a double are null: they are not known.
    /// - Invalid UTF-8 becomes U+FFFD.
    /// - In strings control characters stand for themselves, and so does what follows the backslash of an unknown escape.
    /// - A byte-order mark before the text and anything behind its value is left alone.
    case lenient
  }

  /// Moves behind the word for a number that is none, if one is at the offset and the mode allows it.
  ///
  /// - Parameter error: why what is there is nothing else.
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

  /// Whether the word, given in lower case, stands at the offset.
  private static func hasWord(_ word: StaticString, in bytes: Span<UInt8>, at start: Int) -> Bool {
    guard start + word.utf8CodeUnitCount <= bytes.count else { return false }
    for index in 0..<word.utf8CodeUnitCount {
      guard unsafe bytes[start + index] | 0x20 == word.utf8Start[index] else { return false }
    }
    return true
  }

  /// The offset behind so many bytes of a string that break the rules, if the mode lets them stand.
  func skip(_ count: Int, _ reason: JSONError.Reason, at start: Int) throws(JSONError) -> Int {
    guard mode == .lenient else { throw JSONError(reason, at: start) }
    return start + count
  }

  mutating func skipByteOrderMark(in bytes: Span<UInt8>) {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    guard bytes.count >= mark.count, mark.indices.allSatisfy({ bytes[$0] == mark[$0] }) else { return }
    position = mark.count
  }

  /// Each key once, at its first place, with the last value that says something.
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
  /// Whether it says nothing: null, or a text, an array or an object with nothing in it.
  fileprivate var isEmpty: Bool {
    switch self {
    case .null: true
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object(let object): object.isEmpty
    case .bool, .integer, .bigInteger, .double: false
    }
  }
}
