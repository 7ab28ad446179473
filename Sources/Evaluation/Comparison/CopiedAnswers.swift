import Store

/// The rows of a comparison with answers that a run copied from another one.
struct CopiedAnswers {
  /// The rows in which one of the runs has a copied answer.
  private var copied = 0
  /// The rows in which both runs have the same answers; they show nothing about either.
  private(set) var shared: Set<Int> = []

  /// Nil if no answer was copied.
  ///
  /// - Parameter rows: those of both runs.
  init?(_ rows: [Int], _ baseline: ComparedRun, _ candidate: ComparedRun) {
    for row in rows {
      guard let first = baseline.entries[row]?.answers, let second = candidate.entries[row]?.answers,
        (first + second).contains(where: \.isCopied)
      else { continue }
      copied += 1
      if Set(first.map(\.sourceID)) == Set(second.map(\.sourceID)) { shared.insert(row) }
    }
    if copied == 0 { return nil }
  }

  /// What the copies mean for the figures.
  ///
  /// The rows with the same answers are left out: where both runs sent the same requests, the true difference is 0. So
  /// the difference over all rows has the sign of that over the others and is smaller, and every verdict holds for both.
  ///
  /// - Parameter besides: whether there are other rows.
  func sentence(besides: Bool) -> String {
    let same =
      shared.isEmpty || !besides
      ? ""
      : " In \(VerdictSentence.rows(shared.count)) both runs have the very same answers, so these rows are left out."
    return
      "Answers to \(VerdictSentence.rows(copied)) were copied (reuse): they count at the cost of the calls that made "
      + "them, and not in the latency.\(same)"
  }
}
