import Store

/// The rows that count in a comparison of two runs of which one was to stop once it differs from the other.
///
/// They are the rows that counted when the run was stopped, or would have. Rows that were under way then came too late.
/// All rows count once the run has answered all of them.
struct StopRuleRows {
  /// The run that was to stop.
  let run: ComparedRun
  private let other: ComparedRun
  private let order: RowOrder

  /// Nil unless one of the runs was to stop against the other.
  init?(_ first: ComparedRun, _ second: ComparedRun) {
    let pairs = [(first, second), (second, first)]
    guard let (run, other) = pairs.first(where: { $0.0.run.everStopAgainst == $0.1.run.id }),
      let seed = run.run.snapshot?.orderSeed
    else { return nil }
    self.run = run
    self.other = other
    order = RowOrder(seed: seed)
  }

  /// The evidence that was required when the run stopped, or more for several comparisons at once; nil for a run that
  /// did not stop.
  ///
  /// Drafts that were generated since must not change the decision.
  func required(comparisons: Int) -> Double? {
    run.run.stoppedEarly.map { max($0.required, Evidence.required(comparisons: comparisons, drafts: 1)) }
  }

  /// How the run stands to its stop.
  var state: VerdictSentence.StopState {
    guard let stop = run.run.stoppedEarly else { return run.run.stopAgainst == nil ? .removed : .open }
    return stop.isDecided(by: run.scoring) ? .stopped : .stoppedByEarlierScores
  }

  /// The rows that decided; nil for a run that did not stop.
  var decisive: Set<Int>? { run.run.stoppedEarly.map { Set($0.rowIndices) } }

  /// The rows that count, ascending.
  func indices(_ groups: RowGroups) -> [Int] {
    if let stop = run.run.stoppedEarly { return stop.rowIndices.sorted() }
    let scored = other.entries.keys.filter { other.score(ofRow: $0) != nil }
    if run.isFinished { return scored.filter { run.entries[$0] != nil }.sorted() }
    let open = groups.open(run, other)
    return order.sorted(scored.filter(groups.contains), group: { groups[$0] }).prefix { row in
      run.entries[row] != nil && !open.contains(groups[row])
    }.sorted()
  }
}
