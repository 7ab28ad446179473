/// Compares texts by their letters and digits alone.
enum LetterMatcher {
  /// The largest number of letters between reasons and the score that belongs to them.
  private static let reach = 300
  /// How often a text may be nested in a JSON string, and how often its entities may be resolved.
  private static let depth = 2

  /// The letters and digits of a text in lower case.
  static func letters(of text: String) -> String {
    var letters = String.UnicodeScalarView()
    for scalar in withPlainDigits(text).lowercased().unicodeScalars
    where scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
      letters.append(scalar)
    }
    return String(letters)
  }

  /// The text with full-width digits and signs (U+FF01 to U+FF5E) replaced by ASCII.
  static func withPlainDigits(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { (0xff01...0xff5e).contains($0.value) }) else { return text }
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isWide = (0xff01...0xff5e).contains(scalar.value)
      plain.append(isWide ? Unicode.Scalar(scalar.value - 0xfee0) ?? scalar : scalar)
    }
    return String(plain)
  }

  /// Whether a text, which may be escaped, contains reasons and a score close to each other.
  ///
  /// - Parameter reasons: letters and digits, at least one.
  static func holds(_ reasons: [UInt8], score: String, in text: String) -> Bool {
    var texts = [text]
    var known = Set(texts)
    // Reasons may name an entity that the text of their object also has, so each notation is resolved alone.
    for _ in 0...2 * depth {
      for text in texts {
        let letters = Array(letters(of: text).utf8)
        let scores = ["score", "rating"].flatMap { offsets(of: Array(($0 + score).utf8), in: letters) }.sorted()
        if !scores.isEmpty, isClose(offsets(of: reasons, in: letters), reasons.count, to: scores) { return true }
      }
      texts = texts.flatMap { [unescaped($0), withoutEntities($0)] }.filter { known.insert($0).inserted }
    }
    return false
  }

  private static func isClose(_ starts: [Int], _ length: Int, to scores: [Int]) -> Bool {
    var next = 0
    for start in starts {
      while next < scores.count, scores[next] < start - reach { next += 1 }
      if next < scores.count, scores[next] <= start + length + reach { return true }
    }
    return false
  }

  private static func offsets(of pattern: [UInt8], in bytes: [UInt8]) -> [Int] {
    guard let first = pattern.first, bytes.count >= pattern.count else { return [] }
    return (0...(bytes.count - pattern.count)).filter { offset in
      bytes[offset] == first && bytes[offset..<(offset + pattern.count)].elementsEqual(pattern)
    }
  }

  /// The text with the escapes of JSON strings resolved, as the lenient reading has them.
  private static func unescaped(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
    var output = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let escaped = rest.popFirst() else {
        output.append(scalar)
        continue
      }
      switch escaped {
      case "n", "r", "t", "b", "f": output.append(" ")
      case "u": output.append(character(&rest))
      default: output.append(escaped)
      }
    }
    return String(output)
  }

  /// The character of the four digits behind `\u`, and of the low surrogate behind those of a high one.
  ///
  /// Without four digits the escape means its letter.
  private static func character(_ rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar {
    guard let unit = unit(rest) else { return "u" }
    rest = rest.dropFirst(4)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xdc00, rest.starts(with: "\\u".unicodeScalars), let low = self.unit(rest.dropFirst(2)),
      (0xdc00...0xdfff).contains(low), let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
    else { return "\u{fffd}" }
    rest = rest.dropFirst(6)
    return scalar
  }

  private static func unit(_ text: Substring.UnicodeScalarView) -> UInt32? {
    let digits = text.prefix(4)
    guard digits.count == 4, digits.allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit }) else { return nil }
    return UInt32(String(digits), radix: 16)
  }

  /// The text with the entities of quotes and brackets resolved.
  private static func withoutEntities(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
    var output = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "&", let (entity, value) = entities.first(where: { rest.starts(with: $0.0.unicodeScalars) }) {
        rest = rest.dropFirst(entity.unicodeScalars.count)
        output.append(value)
      } else {
        output.append(scalar)
      }
    }
    return String(output)
  }

  private static let entities: [(String, Unicode.Scalar)] = [
    ("quot;", "\""), ("#34;", "\""), ("#x22;", "\""), ("apos;", "'"), ("#39;", "'"), ("amp;", "&"), ("lt;", "<"),
    ("gt;", ">"),
  ]
}
