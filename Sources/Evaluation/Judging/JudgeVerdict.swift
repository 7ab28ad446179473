import JSONCoding

/// The judgement in one object of a judge's answer.
///
/// Keys are case-insensitive. The reasons may have another common name or be a list of texts. The score may be written
/// `4.0`, `"4"`, `"4/5"` or `"4 out of 5"`. An outer object may wrap the judgement.
struct JudgeVerdict: Equatable {
  let reasons: String
  /// 1 to 5; nil if the judge declines to judge.
  let score: Int?

  private static let reasonKeys = ["reasons", "reason", "rationale", "feedback"]
  private static let scoreKeys = ["score", "rating"]
  private static let wrappers: Set<String> = [
    "review", "judgement", "judgment", "evaluation", "result", "verdict", "assessment", "answer", "output",
  ]

  init(_ value: JSONValue, criterion: String? = nil) throws(JudgeAnswerError) {
    guard let object = value.objectValue else { throw .noReasons }
    if object.count == 1, let member = object.members.first, case .object(let inner) = member.value,
      Self.wrappers.contains(LetterMatcher.letters(of: member.key))
        || criterion.map({ LetterMatcher.letters(of: $0) == LetterMatcher.letters(of: member.key) }) == true
    {
      try self.init(judgement: inner)
    } else {
      try self.init(judgement: object)
    }
  }

  private init(judgement object: JSONObject) throws(JudgeAnswerError) {
    let members = object.members.map { (key: LetterMatcher.letters(of: $0.key), value: $0.value) }
    let reasons = Self.reasonKeys.lazy.compactMap { key in members.first { $0.key == key }?.value }.first
    guard let reasons = reasons.flatMap(Self.text), !LetterMatcher.letters(of: reasons).isEmpty else {
      throw .noReasons
    }
    let scores = members.filter { Self.scoreKeys.contains($0.key) }.map(\.value)
    guard let written = scores.first else { throw .noScore }
    let score = written.isNull ? nil : try Self.score(written)
    for other in scores.dropFirst() where other != written { throw .contradiction(other.text) }
    for member in members where !Self.scoreKeys.contains(member.key) && !Self.reasonKeys.contains(member.key) {
      try Self.check(member.key, member.value, score)
    }
    self.reasons = reasons
    self.score = score
  }

  /// The reasons as one text.
  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): return text.trimmed()
    case .array(let parts):
      let texts = parts.compactMap { $0.stringValue?.trimmed() }
      return texts.count == parts.count ? texts.joined(separator: "\n").trimmed() : nil
    default: return nil
    }
  }

  // MARK: The score

  private static func score(_ value: JSONValue) throws(JudgeAnswerError) -> Int {
    let number: Int?
    switch value {
    case .integer(let integer): number = Int(exactly: integer)
    case .double(let double): number = Int(exactly: double)
    case .string(let text): number = try self.number(text)
    default: number = nil
    }
    guard let number, (1...5).contains(number) else { throw .invalidScore(value.text) }
    return number
  }

  /// `4`, `4.0`, `4/5` or `4 out of 5`; digits may be full-width.
  private static func number(_ text: String) throws(JudgeAnswerError) -> Int? {
    let plain = LetterMatcher.withPlainDigits(text).lowercased().trimmed()
    var parts = plain.split(separator: "/", omittingEmptySubsequences: false).map { $0.trimmed() }
    if parts.count == 1, let range = plain.firstRange(of: " out of ") {
      parts = [plain[..<range.lowerBound].trimmed(), plain[range.upperBound...].trimmed()]
    }
    guard parts.count <= 2, let score = integer(parts[0]) else { return nil }
    if parts.count == 2 {
      guard let scale = integer(parts[1]) else { return nil }
      guard scale == 5 else { throw .otherScale(text) }
    }
    return score
  }

  /// An integer of plain digits, which may be followed by a fraction of zeros.
  private static func integer(_ text: String) -> Int? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, (1...3).contains(parts[0].count),
      parts[0].allSatisfy({ $0.isASCII && $0.isNumber })
    else { return nil }
    if parts.count == 2 { guard !parts[1].isEmpty, parts[1].allSatisfy({ $0 == "0" }) else { return nil } }
    return Int(parts[0])
  }

  // MARK: Other members

  private static let scales: Set<String> = ["max", "maximum", "outof", "scale", "range", "denominator"]
  private static let fiveAsScale: Set<String> = ["5", "5.0", "1-5", "1 - 5", "1 to 5"]

  /// Rejects another scale or another score at any depth of the object.
  private static func check(_ key: String, _ value: JSONValue, _ score: Int?) throws(JudgeAnswerError) {
    switch value {
    case .object(let object):
      for member in object.members { try check(LetterMatcher.letters(of: member.key), member.value, score) }
    case .array(let values): for element in values { try check(key, element, score) }
    default:
      if scales.contains(key) || key.hasPrefix("max") || key.hasPrefix("scale") || key.hasSuffix("scale") {
        guard fiveAsScale.contains(value.stringValue?.trimmed() ?? value.text) else { throw .otherScale(value.text) }
      } else if key.contains("score") || key.contains("rating") || key.contains("grade") || key.contains("stars") {
        guard let other = try? self.score(value), other == score else { throw .contradiction(value.text) }
      }
    }
  }
}

extension JudgeVerdict {
  /// Whether the reasons only repeat the form of the answer.
  var isForm: Bool {
    let letters = LetterMatcher.letters(of: reasons)
    return reasons.hasPrefix("<") && reasons.hasSuffix(">")
      || JudgePrompt.formBeginnings.contains { letters.hasPrefix(LetterMatcher.letters(of: $0)) }
  }

  /// Whether the material contains these reasons with this score, in any notation.
  ///
  /// A judge that quotes an object of the response has not judged. Only letters and digits are compared, so white
  /// space, key order, escapes and slips of form make no difference.
  func isQuoted(from material: [String]) -> Bool {
    let reasons = Array(LetterMatcher.letters(of: reasons).utf8)
    return material.contains { LetterMatcher.holds(reasons, score: score.map(String.init) ?? "null", in: $0) }
  }
}
