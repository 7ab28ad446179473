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
      first == ASCII.plus || first == ASCII.minus || first == ASCII.period || (ASCII.zero...ASCII.nine).contains(first),
      text.utf8.count <= 400
    else {
      return .string(text)
    }
    if let value = integer(text) { return value }
    if text.wholeMatch(of: /[+\-]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)/) != nil { return nil }
    guard text.wholeMatch(of: /[+\-]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][+\-]?[0-9]+)?/) != nil else {
      return .string(text)
    }
    guard let number = Double(text), number.isFinite else { return nil }
    // As it is written, if JSON has the same notation.
    return text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+\-]?[0-9]+)?/) == nil
      ? .double(number) : .numeral(text)
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
