import JSONCoding
package import Store

extension Scoring {
  /// The scoring of a run that names none.
  package static func standard(hasMetrics: Bool, hasJudge: Bool, hasExpectedOutput: Bool) -> Scoring {
    if hasMetrics && hasJudge { return .llmJudge }
    return hasExpectedOutput ? .exactMatch : .none
  }

  /// True if the score follows from response and expected output alone.
  package var comparesText: Bool { self == .exactMatch || self == .contains }

  /// The scores that this scoring can give, lowest to highest; nil for ``none``.
  package var range: ClosedRange<Double>? {
    switch self {
    case .exactMatch, .contains: 0...1
    case .llmJudge: 1...5
    case .none: nil
    }
  }

  /// The score of a response against the expected output; nil if this scoring does not compare texts.
  ///
  /// White space at either end and the kind of line breaks do not count; case does. Texts that Unicode holds for the
  /// same (canonical equivalence) are the same. Where there is nothing to look for, ``contains`` gives nil.
  package func score(of response: String, expected: String) -> Double? {
    switch self {
    case .exactMatch: Self.comparable(response) == Self.comparable(expected) ? 1 : 0
    case .contains: Self.contains(Self.comparable(response), Self.comparable(expected))
    case .llmJudge, .none: nil
    }
  }

  private static func contains(_ text: String, _ part: String) -> Double? {
    guard !part.isEmpty else { return nil }
    return text.contains(part) ? 1 : 0
  }

  static func comparable(_ text: String) -> String {
    let text = text.trimmed()
    // "\r\n" is a single character.
    return text.utf8.contains(UInt8(ascii: "\r")) ? String(text.map { $0 == "\r\n" || $0 == "\r" ? "\n" : $0 }) : text
  }
}
