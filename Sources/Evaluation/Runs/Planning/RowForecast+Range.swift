/// The range of what calls to come may cost.
extension RowForecast {
  /// The probable costs of rows together: with short answers and with long ones.
  func range(of rows: RowCounts) -> (low: Double, high: Double) {
    let answersToCome = rows.count { $0.answerTokens == nil }
    let judgementsToCome = rows.total { $0.reviews + $0.probes }
    let (answer, judgement) = (answers.averages(of: answersToCome), judgements.averages(of: judgementsToCome))
    func sum(
      _ answer: Double, _ judgement: Double, _ caches: CacheState, _ bound: TokenEstimator.Bound
    ) -> Double {
      rows.sum { row in
        let lengths = (answer: Int(answer.rounded()), judgement: Int(judgement.rounded()))
        let cost = costs(of: row, answer: lengths.answer, judgement: lengths.judgement, caches, bound)
        // What calls cost so far is what they cost at the tiers that have answered.
        let usual = costs(
          of: row, answer: lengths.answer, judgement: lengths.judgement, caches, bound, tier: .likely)
        func extreme(_ calibration: Calibration, _ model: ModelBinding?, _ cost: Double, _ usual: Double) -> Double {
          let corrected = calibration.corrected(usual)
          guard model?.tierMayVary == true else { return corrected }
          return bound == .most ? max(corrected, cost) : min(corrected, cost)
        }
        return (row.answerTokens == nil ? extreme(answering, generator, cost.answer, usual.answer) : 0)
          + (row.reviews + row.probes > 0 ? extreme(reviewing, judge, cost.reviews, usual.reviews) : 0)
      }
    }
    return (
      sum(answer.lowerBound, judgement.lowerBound, .kept, .least),
      sum(answer.upperBound, judgement.upperBound, .written, .most)
    )
  }

  /// From what the lengths of answers and judgements are known, for the calls to come.
  func basis(of rows: RowCounts) -> String? {
    func source(_ lengths: AnswerLengths, _ what: String) -> String {
      let count = lengths.count == 1 ? "1 earlier one" : "\(lengths.count) earlier ones"
      if lengths.count == 0 { return "the length of \(what) is a guess, because the store has none that are alike" }
      return lengths.kinship.sentence.map { "the length of \(what) is a guess, from \(count) \($0)" }
        ?? "\(what) are taken to be as long as \(count)"
    }
    let parts = [
      rows.contains { $0.answerTokens == nil } ? source(answers, "answers") : nil,
      rows.contains { $0.reviews + $0.probes > 0 } ? source(judgements, "judgements") : nil,
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}
