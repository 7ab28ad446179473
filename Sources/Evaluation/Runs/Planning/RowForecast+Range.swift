/// The range of what calls to come may cost.
extension RowForecast {
  /// The probable costs of rows together: with short answers and with long ones.
  func range(of rows: RowCounts) -> (low: Double, high: Double) {
    let answersToCome = rows.count { $0.answerTokens == nil }
    let judgementsToCome = rows.total { $0.reviews + $0.probes }
    let (answer, judgement) = (answers.averages(of: answersToCome), judgements.averages(of: judgementsToCome))
    func sum(
      _ answer: Double, _ judgement: Double, _ caches: CacheState = .kept, _ tokens: (Int) -> Int
    ) -> Double {
      rows.sum { row in
        let cost = costs(
          of: row, answer: Int(answer.rounded()), judgement: Int(judgement.rounded()), caches, tokens: tokens)
        return (row.answerTokens == nil ? answering.corrected(cost.answer) : 0)
          + (row.reviews + row.probes > 0 ? reviewing.corrected(cost.reviews) : 0)
      }
    }
    return (
      sum(answer.lowerBound, judgement.lowerBound) { Int(Double(gauge.tokens(ofBytes: $0)) * gauge.least) },
      sum(answer.upperBound, judgement.upperBound, .written) { gauge.most(ofBytes: $0) }
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
