import Store

/// Refusals, whose scores read like those of wrong answers.
extension RunComparison {
  /// That one run's model refused to answer the common rows more often than the other's; nil if it did not.
  static func refusals(_ baseline: ComparedRun, _ candidate: ComparedRun, common: [Int]) -> String? {
    let (first, second) = (Refusals(baseline, common), Refusals(candidate, common))
    guard !first.rows.isNearly(second.rows, ofSize: Double(common.count)) else { return nil }
    return
      "Of the rows in common, run \(candidate.run.id)'s model refused \(second.text), and run \(baseline.run.id)'s "
      + "\(first.text) (finish_reason refusal). Refusals with a text are scored like any answer, so the difference may "
      + "come from them."
  }

  private struct Refusals {
    /// The sum of the rows' shares of refused answers: a row counts the same however many answers it has.
    private(set) var rows = 0.0
    private var refused = 0
    private var all = 0

    init(_ run: ComparedRun, _ common: [Int]) {
      for answers in common.compactMap({ run.entries[$0]?.answers }) {
        let count = answers.count(where: \.isRefusal)
        refused += count
        all += answers.count
        rows += Double(count) / Double(answers.count)
      }
    }

    var text: String { "\(refused) of \(all) answer\(all == 1 ? "" : "s")" }
  }
}
