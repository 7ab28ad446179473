import JSONCoding

@testable import Evaluation

extension FuzzTarget {
  /// Judges' answers: a score is from 1 to 5 with reasons, both stand in the answer, and an answer that stands in the
  /// material is a quotation.
  static let judgeAnswers = FuzzTarget(name: "judge-answers") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    guard let answer = try judgement(in: text) else { return }
    try require((1...5).contains(answer.score), "the score is \(answer.score)")
    try require(!answer.reasons.isBlank, "no reasons")
    try requireWords(of: answer, text)
    let quoted = try accepted { try JudgeAnswer(parsing: text, of: ["Before. \(text) Behind."], criterion: "accuracy") }
    try require(quoted == nil, "an answer is accepted that stands in the material")
    // The program's own notation is always understood.
    let written: JSONValue = ["reasons": .string(answer.reasons), "score": .int(answer.score)]
    let again = try judgement(in: written.text)
    try require(again == answer, "the answer written anew is \(again.map { "\($0)" } ?? "refused"): \(written.text)")
    try requireSurroundings(answer, written.text)
    let alone = try accepted { try JudgeAnswer(parsing: text, criterion: "accuracy", isAlone: true) }
    try require(alone == nil || alone == answer, "alone, the answer is another one")
  }

  private static func judgement(in text: String) throws -> JudgeAnswer? {
    try accepted { try JudgeAnswer(parsing: text, criterion: "accuracy") }
  }

  /// Nothing of a judgement is invented.
  private static func requireWords(of answer: JudgeAnswer, _ text: String) throws {
    let plain = LetterMatcher.withPlainDigits(text)
    try require(plain.utf8.contains(ASCII.zero + UInt8(answer.score)), "the score \(answer.score) is not in the answer")
    guard !text.utf8.contains(ASCII.backslash) else { return }
    for line in answer.reasons.split(separator: "\n" as Character) {
      let word = line.trimmed()
      try require(text.containsScalars(of: word), "the reasons have what is not in the answer: \(word)")
    }
  }

  /// What chat models put around an object changes nothing.
  private static func requireSurroundings(_ answer: JudgeAnswer, _ object: String) throws {
    let texts = [
      "```json\n\(object)\n```", "<think>The score is 9, or { \"score\": 0</think>\n\(object)",
      "\u{feff}\n\(object)<|im_end|>\n",
      "Here it is: \(object)\nI hope this helps!",
    ]
    for text in texts where text.utf8.count < 60_000 {
      let again = try judgement(in: text)
      try require(again == answer, "the answer is \(again.map { "\($0)" } ?? "refused") in \(text)")
    }
    // Two that differ are no judgement.
    let other: JSONValue = ["reasons": .string(answer.reasons), "score": .int(answer.score % 5 + 1)]
    try require(try judgement(in: "\(object)\n\(other.text)") == nil, "the first of two judgements is accepted")
  }
}
