package import Store

/// The random order in which people score the answers of a run.
///
/// It depends on nothing but the row's index, so the first rows are the same in all runs of a dataset, pages follow one
/// another, and whoever goes on finds the next rows. Whether rows were drawn at random need not be recorded: the rows
/// up to the first one without a verdict were, however the verdicts came about, and no others. A person who scores
/// doubtful rows only therefore never gets a corrected mean. The first answers of all rows come before the second ones.
package enum DrawOrder {
  private static let seed: UInt64 = 0x7e57_0f_ba11

  package static func precedes(_ left: AnswerKey, _ right: AnswerKey) -> Bool {
    if left.repeatIndex != right.repeatIndex { return left.repeatIndex < right.repeatIndex }
    return (draw(left.rowIndex), left.rowIndex) < (draw(right.rowIndex), right.rowIndex)
  }

  /// The answers with verdicts that were drawn at random: those before the first scored one without.
  ///
  /// An answer without a score is no part of what is estimated, so it needs no verdict.
  ///
  /// - Parameter answers: in random order.
  static func drawn<Answer>(
    _ answers: [Answer], isScored: (Answer) -> Bool, isRated: (Answer) -> Bool
  ) -> [Answer] {
    answers.prefix { isRated($0) || !isScored($0) }.filter(isRated)
  }

  /// The random number of a row.
  private static func draw(_ row: Int) -> UInt64 {
    var random = SeededGenerator(seed: seed, skipping: row)
    return random.next()
  }
}
