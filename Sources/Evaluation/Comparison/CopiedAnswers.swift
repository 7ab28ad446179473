import Store

/// The rows of a comparison with answers that a run copied from another one.
struct CopiedAnswers {
  /// The rows in which one of the runs has a copied answer.
  private var copied = 0
  /// The rows in which both runs have the same answers.
  private var shared = 0

  /// Nil if no answer was copied.
  ///
  /// - Parameter rows: those of both runs.
  init?(_ rows: [Int], _ baseline: ComparedRun, _ candidate: ComparedRun) {
    for row in rows {
      guard let first = baseline.entries[row]?.answers, let second = candidate.entries[row]?.answers,
        (first + second).contains(where: \.isCopied)
      else { continue }
      copied += 1
      if Set(first.map(\.sourceID)) == Set(second.map(\.sourceID)) { shared += 1 }
    }
    if copied == 0 { return nil }
  }

  /// What the copies mean for the figures.
  var sentence: String {
    let same =
      shared == 0
      ? ""
      : " In \(VerdictSentence.rows(shared)) both runs have the very same answers, which shows nothing about either."
    return
      "Answers to \(VerdictSentence.rows(copied)) were copied (reuse): they count at the cost of the calls that made "
      + "them, and not in the latency.\(same)"
  }
}
