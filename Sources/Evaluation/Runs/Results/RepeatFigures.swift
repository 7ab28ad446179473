package import Store

/// What several answers to each row of a run tell: how often all are right, and what differs by chance alone.
///
/// The unit is the row. Answers to one row resemble each other, so no figure pools the answers of all rows.
package struct RepeatFigures: Sendable, Equatable {
  /// A row that is sometimes right.
  package struct FlakyRow: Sendable, Equatable {
    package let rowIndex: Int
    /// The number of right answers.
    package let right: Int
    package let answers: Int
  }

  /// The number of answers that each row is to have.
  package let repeats: Int
  /// The lowest score of a right answer; nil without scores.
  package let rightFrom: Double?
  /// The rows that are right in some answers only, worst first.
  package let flakyRows: [FlakyRow]
  /// The variance of the scores; nil without scores.
  package let variance: RepeatVariance?
  /// The number of answers and of right ones by row, of rows that have any with a score.
  private let counts: [(right: Int, answers: Int)]

  /// - Parameter repeats: the number of answers that each row is to have.
  package init(_ entries: [ResponseEntry], _ scoring: RunScoring, repeats: Int) {
    var rows: [Int: [Double]] = [:]
    var failures: [Int: Int] = [:]
    for entry in entries {
      if let score = scoring.score(of: entry) {
        rows[entry.rowIndex, default: []].append(score)
      } else if scoring.isWrong(entry) {
        // No answer is a wrong answer.
        failures[entry.rowIndex, default: 0] += 1
      }
    }
    self.init(
      rows.map { (rowIndex: $0.key, scores: $0.value) }, failures: failures, rightFrom: scoring.scorer.scale?.rightFrom,
      repeats: repeats)
  }

  /// - Parameters:
  ///   - rows: the scores of each row's answers.
  ///   - failures: the number of wrong answers without a score, by row.
  init(_ rows: [(rowIndex: Int, scores: [Double])], failures: [Int: Int] = [:], rightFrom: Double?, repeats: Int) {
    self.repeats = repeats
    self.rightFrom = rightFrom
    let rows = rows.sorted { $0.rowIndex < $1.rowIndex }
    variance = RepeatVariance(rows.map(\.scores))
    guard let rightFrom else {
      (counts, flakyRows) = ([], [])
      return
    }
    let scores = Dictionary(uniqueKeysWithValues: rows.map { ($0.rowIndex, $0.scores) })
    let counted = Set(scores.keys).union(failures.keys).sorted().map { row in
      let known = scores[row] ?? []
      return FlakyRow(
        rowIndex: row, right: known.count { $0 >= rightFrom }, answers: known.count + failures[row, default: 0])
    }
    counts = counted.map { ($0.right, $0.answers) }
    // Shares are compared by their products, because rows can differ in the number of answers.
    flakyRows = counted.filter { 0 < $0.right && $0.right < $0.answers }.sorted {
      ($0.right * $1.answers, $0.rowIndex) < ($1.right * $0.answers, $1.rowIndex)
    }
  }

  /// The numbers of answers for which ``passAt(_:)`` and ``passAll(_:)`` are shown: all up to 5, then a few.
  package var shownCounts: [Int] { (1...repeats).filter { $0 <= 5 || $0 % 5 == 0 || $0 == repeats } }

  /// The probability that at least one of k answers to a row is right, on average over the rows; nil if a row has fewer
  /// than k.
  ///
  /// M. Chen and others, "Evaluating Large Language Models Trained on Code" (2021).
  package func passAt(_ k: Int) -> Double? {
    mean { Self.passAt(k, answers: $0.answers, right: $0.right) }
  }

  /// The probability that all of k answers to a row are right, on average over the rows; nil if a row has fewer than k.
  ///
  /// S. Yao and others, "tau-bench" (2024).
  package func passAll(_ k: Int) -> Double? {
    mean { Self.passAll(k, answers: $0.answers, right: $0.right) }
  }

  private func mean(_ value: ((right: Int, answers: Int)) -> Double?) -> Double? {
    let values = counts.compactMap(value)
    return values.isEmpty || values.count < counts.count ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The share of the selections of k answers with at least one right answer; nil with fewer than k answers.
  static func passAt(_ k: Int, answers: Int, right: Int) -> Double? {
    shareWithin(answers - right, of: answers, drawing: k).map { 1 - $0 }
  }

  /// The share of the selections of k answers in which all are right; nil with fewer than k answers.
  static func passAll(_ k: Int, answers: Int, right: Int) -> Double? { shareWithin(right, of: answers, drawing: k) }

  /// The share of the selections of k that lie within a part: C(part, k) / C(whole, k).
  private static func shareWithin(_ part: Int, of whole: Int, drawing k: Int) -> Double? {
    guard k <= whole else { return nil }
    return (0..<k).reduce(1) { $0 * Double(max(part - $1, 0)) / Double(whole - $1) }
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.repeats == right.repeats && left.rightFrom == right.rightFrom && left.flakyRows == right.flakyRows
      && left.variance == right.variance && left.counts.elementsEqual(right.counts, by: ==)
  }
}

extension ScoreScale {
  /// The lowest score of a right answer: the top of the scale, and 4 on a scale of 1 to 5.
  package var rightFrom: Double {
    bounds == 1...5 ? 4 : bounds.upperBound
  }
}
