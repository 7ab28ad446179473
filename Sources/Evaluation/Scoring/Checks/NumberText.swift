import JSONCoding

/// A number as people and models write it.
enum NumberText {
  /// The number that a text is; nil for any other text.
  ///
  /// A sign, one of `$`, `£` and `€`, `_`, and either commas or spaces between groups of three digits are allowed. A comma
  /// in another place is not, because it may be a decimal comma, and neither is a space, which may be between two numbers.
  static func number(_ text: String) -> Double? {
    guard text.utf8.count <= 400 else { return nil }
    var rest = text.trimmed().filter { $0 != "_" }[...]
    var sign = ""
    takeSign(&rest, &sign)
    if let first = rest.first, "$£€".contains(first) { rest = rest.dropFirst().drop(while: isSpace) }
    if sign.isEmpty { takeSign(&rest, &sign) }
    guard let digits = withoutSeparators(rest), isDecimal(digits), let number = Double(sign + digits), number.isFinite
    else {
      return nil
    }
    return number
  }

  /// The last number of a text, where most answers that reason give their result; nil without one.
  ///
  /// Punctuation and marks around a number are not part of it, nor is a percent sign behind it. A word that is more than
  /// a number, such as `3/4`, `5-7` or `v2`, is none. `12 300` is one number.
  static func last(in text: String) -> Double? {
    let words = text.split { $0.isWhitespace || "=:*`|".contains($0) }
    return words.indices.lazy.reversed().compactMap { last -> Double? in
      let first = max(last - mostGroups + 1, 0)
      let starts = isGroupOfThree(words[last]) ? first...last : last...last
      // A dash before a number may begin an item of a list.
      let begin = starts.lazy.filter { words[$0].contains(where: \.isNumber) }
      return begin.compactMap { number(in: text[words[$0].startIndex..<words[last].endIndex]) }.first
    }.first
  }

  /// The largest number of words that may be one number with spaces between its groups of digits.
  private static let mostGroups = 8

  /// Whether a word may stand behind such a space.
  private static func isGroupOfThree(_ word: Substring) -> Bool { word.prefix { $0.isNumber }.count == 3 }

  /// The number between punctuation.
  private static func number(in text: Substring) -> Double? {
    let opened = text.drop { "([{\"'".contains($0) }
    let end = opened.lastIndex { !")]}\"',.;!?%".contains($0) }
    return end.flatMap { number(String(opened[...$0])) }
  }

  private static func takeSign(_ rest: inout Substring, _ sign: inout String) {
    guard let first = rest.first, "+-\u{2212}".contains(first) else { return }
    sign = first == "+" ? "+" : "-"
    rest = rest.dropFirst().drop(while: isSpace)
  }

  /// A space, also one at which no line breaks, or a thin one.
  private static func isSpace(_ character: Character) -> Bool { " \u{A0}\u{2009}\u{202F}".contains(character) }

  /// The text without the commas or spaces between its groups of three digits; nil if there are others.
  private static func withoutSeparators(_ text: Substring) -> String? {
    func isSeparator(_ character: Character) -> Bool { character == "," || isSpace(character) }
    guard let separator = text.first(where: isSeparator) else { return String(text) }
    let end = text.firstIndex { !$0.isNumber && $0 != separator } ?? text.endIndex
    let groups = text[..<end].split(separator: separator, omittingEmptySubsequences: false)
    guard (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy({ $0.count == 3 }) else { return nil }
    let rest = text[end...]
    return rest.contains(where: isSeparator) ? nil : groups.joined() + rest
  }

  /// Whether a text is digits with an optional fraction and an optional exponent.
  private static func isDecimal(_ text: String) -> Bool {
    text.wholeMatch(of: /(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+\-]?[0-9]+)?/) != nil
  }
}
