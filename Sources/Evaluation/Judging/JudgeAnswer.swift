import JSONCoding

/// A judge's answer: lenient with how it is written, strict with what it says.
package struct JudgeAnswer: Sendable, Equatable {
  package let reasons: String
  /// 1 to 5.
  package let score: Int

  /// Reads the one judgement of an answer.
  ///
  /// Thoughts before it, a code fence and chat tokens are ignored, and so is prose in front of it that does not speak of
  /// another score. The reader never looks for an object inside one that is broken: a response quoted there could then
  /// choose its own score. See ``LenientObject`` and ``JudgeVerdict`` for the ways of writing that are read.
  /// - Parameters:
  ///   - material: what was judged; a judgement that stands there is a quotation.
  ///   - criterion: the criterion's name, which may wrap the judgement.
  ///   - isAlone: whether nothing but a fence may stand in front of the judgement, as where thoughts are read.
  /// - Throws: ``JudgeAnswerError``; ``JudgeAnswerError/cannotJudge(_:)`` is a judge's last word, all others are faults
  ///   of form.
  package init(
    parsing text: String, of material: [String] = [], criterion: String? = nil, isAlone: Bool = false
  ) throws(JudgeAnswerError) {
    guard text.utf8.count <= Self.maxBytes else { throw .tooLong }
    let parts = try JudgeAnswerParts(text)
    guard let first = parts.objects.first else { throw .noObject }
    if isAlone { guard ["", "```", "```json"].contains(parts.inFront.trimmed()) else { throw .noObject } }
    let verdict = try JudgeVerdict(first, criterion: criterion)
    for object in parts.objects.dropFirst() where object != first {
      guard let other = try? JudgeVerdict(object, criterion: criterion), other == verdict else { throw .severalObjects }
    }
    guard !verdict.isForm else { throw .form }
    guard !JudgeProse.quotes(parts.inFront), !verdict.isQuoted(from: material) else { throw .quotation }
    guard !JudgeProse.goesOn(parts.behind) else { throw .proseBehind }
    guard let score = verdict.score else { throw .cannotJudge(verdict.reasons) }
    if let other = JudgeProse.otherScore(than: score, in: parts.inFront) { throw .contradiction(other) }
    self.reasons = verdict.reasons
    self.score = score
  }

  private static let maxBytes = 65_536
}
