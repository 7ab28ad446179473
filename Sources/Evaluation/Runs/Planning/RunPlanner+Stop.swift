import Store

/// Plans the comparison that ends a run before its last row.
extension RunPlanner {
  /// The rule that ends a run; nil for a run that answers all its rows.
  ///
  /// Rows that the other run has not scored are no evidence, so they come last.
  ///
  /// - Parameters:
  ///   - rows: the rows of the run.
  ///   - entries: its responses that are kept.
  ///   - work: put into the order of the rule; without new rows if the responses decide already.
  /// - Throws: ``EvaluationError`` if the two runs cannot be compared.
  func stopRule(
    of material: Material, _ snapshot: RunSnapshot, _ rows: RunRows, _ entries: [ResponseEntry],
    _ options: RunEngine.Options, _ work: inout [RunPlan.RowWork]
  ) async throws -> StopRule? {
    guard let other = material.run.stopAgainst, let seed = snapshot.orderSeed, let dataset = material.dataset else {
      return nil
    }
    var run = material.run
    run.snapshot = snapshot
    let (first, second) = try await store.read { [run] tables in
      let partner = try StopBaseline.find(other, for: run, in: tables)
      return (
        ComparedRun.Source(partner, comparedWith: nil, in: tables),
        ComparedRun.Source(run, comparedWith: partner, in: tables)
      )
    }
    let (baseline, candidate) = (ComparedRun(first), ComparedRun(second))
    let scores = try StopBaseline.scores(of: baseline, for: candidate, rows: rows.indices)
    let table = try dataset.table()
    // The comparison of the two runs numbers its groups in the same way.
    let groups = try RowGroups([baseline, candidate], table: table, columns: dataset.columns)
    func group(_ row: Int) -> Int { groups[row] }
    let order = RowOrder(seed: seed)
    let counted = order.sorted(scores.keys, group: group)
    let rest = order.sorted(rows.indices.filter { scores[$0] == nil }) { $0 }
    let places = Dictionary(uniqueKeysWithValues: zip(counted + rest, 0...))
    work.sort { places[$0.key.rowIndex] ?? 0 < places[$1.key.rowIndex] ?? 0 }

    let rule = StopRule(
      rows: counted, group: group, baseline: scores,
      scale: ComparedRun.scale(of: baseline, candidate),
      required: Evidence.required(drafts: candidate.drafts))
    let (scoring, open) = (candidate.scoring, Set(work.map(\.key.rowIndex)))
    func settled(_ isSettled: (ResponseEntry) -> Bool) -> StopRule {
      entries.filter(isSettled).reduce(into: rule) { $0.settle(row: $1.rowIndex, score: scoring.score(of: $1)) }
    }
    // A server that was killed before it recorded the stop had counted the rows that failed.
    let recorded = settled { $0.status == .failed || scoring.isReviewed($0) }
    if recorded.decision != nil {
      // The decision holds for every score of these rows. Answers that were paid for are finished nonetheless.
      work.removeAll { row in row.existing.map { $0.status == .failed && !options.retryFailed } ?? true }
      return recorded
    }
    return settled { !open.contains($0.rowIndex) }
  }
}

extension RunScoring {
  /// Whether an answer has all its reviews, some of which may have failed.
  fileprivate func isReviewed(_ entry: ResponseEntry) -> Bool {
    entry.status == .completed && lacking(entry, retryingFailed: false).isEmpty
  }
}
