import JSONCoding

@testable import Evaluation

extension FuzzTarget {
  /// Judges' answers: a score is from 1 to 5 with reasons, and an answer that stands in the material is a quotation.
  static let judgeAnswers = FuzzTarget(name: "judge-answers") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    guard let answer = try accepted({ try JudgeAnswer(parsing: text, criterion: "accuracy") }) else { return }
    try require((1...5).contains(answer.score), "the score is \(answer.score)")
    try require(!answer.reasons.isBlank, "no reasons")
    let quoted = try accepted { try JudgeAnswer(parsing: text, of: ["Before. \(text) Behind."], criterion: "accuracy") }
    try require(quoted == nil, "an answer is accepted that stands in the material")
    // The program's own notation is always understood.
    let written: JSONValue = ["reasons": .string(answer.reasons), "score": .int(answer.score)]
    let again = try accepted { try JudgeAnswer(parsing: written.text, criterion: "accuracy") }
    try require(again == answer, "the answer written anew is \(again.map { "\($0)" } ?? "refused"): \(written.text)")
  }
}
