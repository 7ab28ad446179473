import JSONCoding

/// A judge's answer, parsed leniently in form and strictly in content.
package struct JudgeAnswer: Sendable, Equatable {
  package let reasons: String
  /// 1 to 5.
  package let score: Int

  /// Reads the one judgement of an answer.
  ///
  /// Reasoning before it, a code fence and chat tokens are ignored, and so is preceding prose that mentions no other
  /// score. The reader never looks for an object inside a broken one, because a response quoted there could choose its
  /// own score. See ``LenientJSONObject`` and ``JudgeVerdict`` for the accepted forms.
  /// - Parameters:
  ///   - material: the texts that were judged; a judgement found in them is a quotation.
  ///   - criterion: the criterion's name, which may wrap the judgement.
  ///   - isAlone: whether only a fence may precede the judgement, as in reasoning text.
  /// - Throws: ``JudgeAnswerError``. ``JudgeAnswerError/cannotJudge(_:)`` is final; all others are faults of form.
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
