import Store

extension JudgeShift {
  /// The scores of rows that both runs answered with the same text.
  ///
  /// Nil for runs that no judge scored, and without such rows.
  init?(_ baseline: ComparedRun, _ candidate: ComparedRun, _ groups: RowGroups) throws(StoreError) {
    guard candidate.scoring.scorer.isJudged, baseline.origin == candidate.origin else { return nil }
    var rows: [PairedComparison.Row] = []
    for row in baseline.entries.keys.sorted() {
      guard let first = baseline.entries[row]?.first, let second = candidate.entries[row]?.first,
        let before = baseline.scoring.score(of: first), let after = candidate.scoring.score(of: second),
        let text = try first.comparedTexts().answer, text == (try second.comparedTexts().answer)
      else { continue }
      rows.append(PairedComparison.Row(baseline: before, candidate: after, group: groups[row]))
    }
    self.init(PairedDifferences(rows, scale: candidate.scoring.scorer.scale ?? .bounded(1...5)))
  }

  /// What the shift means for a comparison; nil if the judge has not moved beyond doubt.
  func warning(_ baseline: ComparedRun, _ candidate: ComparedRun) -> String? {
    guard isCertain, let interval else { return nil }
    let judge = candidate.scoring.judgeModel ?? "The judge"
    let amount =
      "\(judge) scores \(candidate.title(besides: baseline)) \(abs(mean).shortText) points \(mean > 0 ? "higher" : "lower") than "
      + "\(baseline.title(besides: candidate)) on \(rows) rows that both answered with the same text (\(interval.lowerBound.shortText) to "
      + "\(interval.upperBound.shortText))"
    let cause =
      baseline.sendsTheSame(as: candidate)
      ? "the judge changed behind its name" : "the judge changed behind its name, or it scores the prompts as well"
    return "\(amount): \(cause), so as much of the difference is not the answers'. Judge both runs with another "
      + "judge_model, best one whose name has a date."
  }
}

extension ComparedRun {
  /// Whether the requests of both runs have the same texts.
  fileprivate func sendsTheSame(as other: ComparedRun) -> Bool {
    run.snapshot?.template == other.run.snapshot?.template && settings.systemPrompt == other.settings.systemPrompt
      && settings.messages == other.settings.messages
  }
}
