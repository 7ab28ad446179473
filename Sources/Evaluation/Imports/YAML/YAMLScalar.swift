import JSONCoding

/// The values of plain scalars by YAML's core schema (yaml.org/spec/1.2.2, section 10.3).
enum YAMLScalar {
  /// Null, a truth value, a number, or else the text; nil for a number that is not finite.
  static func value(of text: String) -> JSONValue? {
    switch text {
    case "", "~", "null", "Null", "NULL": return .some(.null)
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: break
    }
    guard let first = text.utf8.first,
      first == ASCII.plus || first == ASCII.minus || first == ASCII.period || (ASCII.zero...ASCII.nine).contains(first)
    else {
      return .string(text)
    }
    guard text.utf8.count <= longestMatched else { return longNumber(text) ?? .string(text) }
    if isUsualNumber(text) {
      return text.utf8.contains(ASCII.period) ? .numeral(text) : Int64(text).map(JSONValue.integer) ?? .numeral(text)
    }
    if let value = integer(text) { return value }
    if text.wholeMatch(of: /[+\-]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)/) != nil { return nil }
    guard text.wholeMatch(of: /[+\-]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][+\-]?[0-9]+)?/) != nil else {
      return .string(text)
    }
    // As it is written, if JSON has the same notation.
    if text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+\-]?[0-9]+)?/) != nil { return .numeral(text) }
    guard let number = Double(text), number.isFinite else { return nil }
    return .double(number)
  }

  /// Whether js-yaml, with which promptfoo reads its files, has another value for a text than the core schema: a date, a
  /// number with underscores or in binary digits, and some numbers with a sign.
  static func isReadDifferently(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= longestMatched,
      first == ASCII.plus || first == ASCII.minus || first == ASCII.period || (ASCII.zero...ASCII.nine).contains(first)
    else { return false }
    if isUsualNumber(text) { return false }
    if text.wholeMatch(of: /[+\-]?0b[01_]*[01]|[+\-]0x[0-9a-fA-F_]*[0-9a-fA-F]|[+\-]0o[0-7_]*[0-7]/) != nil
      || text.wholeMatch(of: /[+\-]\.[0-9_]*[0-9]([eE][+\-]?[0-9]+)?/) != nil
    {
      return true
    }
    if text.utf8.contains(UInt8(ascii: "_")), text.utf8.last != UInt8(ascii: "_"),
      text.wholeMatch(of: /0x[0-9a-fA-F_]+|0o[0-7_]+|\.[0-9_]+([eE][+\-]?[0-9]+)?/) != nil
        || text.wholeMatch(of: /[+\-]?[0-9][0-9_]*(\.[0-9_]*)?([eE][+\-]?[0-9]+)?/) != nil
    {
      return true
    }
    return text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil || isTime(text)
  }

  /// Whether a text is digits without a leading zero, perhaps with digits behind a period, in which all readers see the same.
  ///
  /// An expression is compiled each time that it is used, which takes a thousand times as long.
  private static func isUsualNumber(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: ASCII.period, omittingEmptySubsequences: false)
    return parts.count <= 2 && (parts[0].first != ASCII.zero || parts[0].count == 1)
      && parts.allSatisfy { part in !part.isEmpty && part.allSatisfy { (ASCII.zero...ASCII.nine).contains($0) } }
  }

  /// Whether a text is a date with a time of day.
  private static func isTime(_ text: String) -> Bool {
    guard
      let time = text.wholeMatch(
        of: /[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?(.*)/)
    else { return false }
    return time.output.3.wholeMatch(of: /([ \t]*(Z|[+\-][0-9]{1,2}(:[0-9]{2})?))?/) != nil
  }

  /// The longest text that is matched with expressions, whose time grows with the square of the length.
  private static let longestMatched = 400

  /// The number of a text in the notation of JSON; nil for any other text.
  private static func longNumber(_ text: String) -> JSONValue? {
    (try? JSONValue(parsing: Array(text.utf8).span, keepsNumerals: true)).map { _ in .numeral(text) }
  }

  private static func integer(_ text: String) -> JSONValue? {
    if let digits = text.wholeMatch(of: /0x([0-9a-fA-F]+)/)?.output.1 { return number(digits, radix: 16) }
    if let digits = text.wholeMatch(of: /0o([0-7]+)/)?.output.1 { return number(digits, radix: 8) }
    guard let match = text.wholeMatch(of: /([+\-]?)0*([0-9]+)/)?.output else { return nil }
    let digits = (match.1 == "-" ? "-" : "") + match.2
    return digits == "-0" ? .numeral(digits) : Int64(digits).map(JSONValue.integer) ?? .numeral(digits)
  }

  private static func number(_ digits: Substring, radix: Int) -> JSONValue? {
    Int64(digits, radix: radix).map(JSONValue.integer)
  }
}
