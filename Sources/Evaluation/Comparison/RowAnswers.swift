package import Store

/// The answers of a run to one row: the unit of a comparison, however many answers a row has.
package struct RowAnswers: Sendable {
  /// In the order of their repeats, at least one.
  package private(set) var answers: [ResponseEntry]

  init(_ answer: ResponseEntry) { answers = [answer] }

  mutating func add(_ answer: ResponseEntry) {
    // A row has one answer of each number, and a later record replaces an earlier one.
    answers.removeAll { $0.key == answer.key }
    answers.append(answer)
    answers.sort { $0.key < $1.key }
  }

  /// The first answer, which stands for the row where a text is shown.
  package var first: ResponseEntry { answers[0] }

  /// Failed only if every answer is.
  package var status: ResponseStatus { answers.first { $0.status != .failed }?.status ?? .failed }

  package var rowIndex: Int { first.rowIndex }

  /// The mean cost of an answer and its reviews in US dollars; nil if one is unknown.
  ///
  /// Failed answers count only where all are.
  package var cost: Double? { mean(\.cost) }
  /// The cost of all answers and their reviews in US dollars; nil if one is unknown.
  package var totalCost: Double? {
    let costs = answers.compactMap(\.cost)
    return costs.count == answers.count ? costs.reduce(0, +) : nil
  }
  /// The mean cost of an answer alone; nil if one is unknown.
  package var generationCost: Double? { mean(\.generationCost) }
  /// The mean latency of the answers in milliseconds, of those that have one.
  package var latency: Double? {
    let values = answers.compactMap(\.latency)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private func mean(_ value: (ResponseEntry) -> Double?) -> Double? {
    let made = status == .failed ? answers : answers.filter { $0.status != .failed }
    let values = made.compactMap(value)
    return values.count == made.count ? values.reduce(0, +) / Double(values.count) : nil
  }

  package func decoded() throws(StoreError) -> ResponseRecord { try first.decoded() }

  /// The mean score of the answers; nil if one of them lacks a score.
  ///
  /// - Parameter countsFailures: whether a failed answer is a wrong answer beside others that have a score.
  func score(_ scoring: RunScoring, countsFailures: Bool) -> Double? {
    mean(countsFailures: countsFailures, of: scoring.score)
  }

  /// The mean of one number of each answer; nil if an answer lacks it.
  ///
  /// - Parameter countsFailures: whether a failed answer counts 0 beside others.
  func mean(countsFailures: Bool, of score: (ResponseEntry) -> Double?) -> Double? {
    let scores = answers.map { answer in
      score(answer) ?? (countsFailures && answer.status == .failed && status != .failed ? 0 : nil)
    }
    let known = scores.compactMap(\.self)
    return known.count == scores.count ? known.reduce(0, +) / Double(known.count) : nil
  }

  /// The failed answers that count 0; nil if there are none.
  ///
  /// - Parameters:
  ///   - isWrong: whether an answer is one of them.
  ///   - score: the number of any other answer.
  func failures(
    where isWrong: (ResponseEntry) -> Bool, of score: (ResponseEntry) -> Double?
  ) -> PairedComparison.FailedAnswers? {
    guard answers.contains(where: isWrong) else { return nil }
    let kept = answers.filter { !isWrong($0) || $0.failsAgain }
    let known = kept.compactMap { isWrong($0) ? 0 : score($0) }
    return .init(
      scoreWithoutLost: known.isEmpty || known.count < kept.count ? nil : known.reduce(0, +) / Double(known.count))
  }
}
