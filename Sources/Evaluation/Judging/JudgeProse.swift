import JSONCoding

/// Checks the prose around a judgement for contradictions of it.
enum JudgeProse {
  // MARK: After the judgement

  /// Whether text after a judgement is more than fences, brackets, chat tokens and a polite ending.
  ///
  /// Such prose may retract the judgement.
  static func goesOn(_ text: String) -> Bool {
    var rest = text[...]
    var words = ""
    while let character = rest.first {
      if character == "<" || character == "[", let end = endOfToken(in: rest) {
        rest = rest[end...]
        continue
      }
      rest.removeFirst()
      if !character.isWhitespace, !"`]}>".contains(character) { words.append(character) }
      if character.isWhitespace { words.append(character.isNewline ? "\n" : " ") }
    }
    // A separate full stop belongs to a sentence that contains the object.
    if let first = words.first(where: { !$0.isWhitespace }), ".!".contains(first) { return true }
    return words.lowercased().split(whereSeparator: { ".!\n".contains($0) }).contains { sentence in
      let sentence = sentence.trimmed()
      return !sentence.isEmpty && !politeEnds.contains(sentence)
    }
  }

  private static let politeEnds: Set<String> = [
    "done", "end", "thank you", "i hope this helps", "hope this helps", "i hope that helps",
    "let me know if you need anything else", "let me know if you have any questions", "that is my judgement",
    "that is my judgment", "this is my judgement", "this is my judgment", "end of judgement", "end of judgment",
    "end of evaluation", "end of review",
  ]

  /// The end of a chat token or closing tag, such as `<|im_end|>`, `</s>`, `</answer>` and `[/INST]`.
  private static func endOfToken(in text: Substring) -> Substring.Index? {
    let close: Character = text.first == "[" ? "]" : ">"
    guard let end = text.prefix(32).firstIndex(of: close) else { return nil }
    let name = text[text.startIndex..<end].dropFirst()
    let isToken =
      name.first == "/" && name.dropFirst().allSatisfy { $0.isASCII && ($0.isLetter || $0 == "_" || $0 == "|") }
      || name.first == "|" && name.last == "|" && !name.contains(where: \.isWhitespace)
      || ["eos", "end_of_turn", "eot"].contains(name.lowercased())
    return isToken ? text.index(after: end) : nil
  }

  // MARK: Before the judgement

  /// Whether the prose before an object attributes the object to somebody else.
  static func quotes(_ text: String) -> Bool {
    let end = text.suffix(120).lowercased()
    return words(of: end).contains { word in
      quoting.contains(word) || word.hasPrefix("quot") || word.hasPrefix("inject")
    }
  }

  private static let quoting: Set<String> = [
    "claim", "claims", "claimed", "claiming", "says", "said", "saying", "example", "instructs", "instructed", "demands",
    "demanded", "asks", "asked", "wants", "tries", "trying", "attempts", "attempted", "trick", "fake", "planted",
    "pretends", "embedded", "writes", "wrote", "instead",
  ]

  /// Another score that the prose mentions; nil if there is none.
  static func otherScore(than score: Int, in text: String) -> String? {
    let words = words(of: text.lowercased())
    for (index, word) in words.enumerated() {
      guard let number = number(word) else { continue }
      let before = words[max(index - 3, 0)..<index]
      let after = words[(index + 1)...].prefix(3)
      let isRange = after.first == "to" || after.first == "through" || before.last == "to" || before.last == "of"
      let isScore =
        before.contains { scoring.contains($0) } || after.first.map { scoring.contains($0) } == true
        || after.starts(with: ["out", "of"]) || after.starts(with: ["of", "5"]) || after.first == "/"
      if isScore, !isRange, number != score, before.last != "/" { return word }
    }
    return nil
  }

  private static let scoring: Set<String> = [
    "score", "scores", "scored", "rating", "rate", "rated", "grade", "graded", "star", "stars", "band", "points",
    "give",
    "gave", "verdict",
  ]
  private static let numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

  private static func number(_ word: String) -> Int? {
    Int(word) ?? numbers.firstIndex { $0 == word }
  }

  /// The words and numbers of a text; a slash counts as a word.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var start: String.Index?
    for index in text.indices {
      let character = text[index]
      if character.isLetter || character.isNumber {
        start = start ?? index
        continue
      }
      if let begin = start { words.append(String(text[begin..<index])) }
      start = nil
      if character == "/" { words.append("/") }
    }
    if let begin = start { words.append(String(text[begin...])) }
    return words
  }
}
