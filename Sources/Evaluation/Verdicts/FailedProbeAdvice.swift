import Store

/// What makes scores decide again after a probe that a judge failed.
package enum FailedProbeAdvice {
  /// What verdicts on a run can still do.
  private enum Verdicts: Equatable {
    case overrule, tooFewRows
    case givenAlready, shown
  }

  /// - Parameter sides: the runs, each with its faults that its probe has found.
  package static func sentence(_ sides: [(side: ComparedRun, faults: [JudgeFault])], _ groups: RowGroups) -> String {
    let found = sides.filter { !$0.faults.isEmpty }.map { side, faults in
      (id: side.run.id, verdicts: verdicts(on: side, faults, groups))
    }
    let again =
      "Until then its scores decide nothing. runs_judge then judges the answers again, those of every run that is compared"
    guard let blocked = found.first(where: { $0.verdicts != .overrule }) else {
      let runs = found.map { "run \($0.id)" }.joined(separator: " and in ")
      return
        "\(again); or give verdicts in \(runs): if people agree with it on \(CorrectedMean.fewest) rows drawn at random"
        + "\(found.count > 1 ? " of each" : ""), they overrule the test."
    }
    return "\(again). \(obstacle(blocked.verdicts, run: blocked.id))"
  }

  /// What the probe has found of a run, with what makes its scores decide again; nil without a fault.
  package static func finding(
    on side: ComparedRun, _ faults: [JudgeFault], _ groups: () throws -> RowGroups
  ) rethrows -> String? {
    try faults.first.map { "\($0.finding) \(sentence([(side: side, faults: faults)], try groups()))" }
  }

  /// Why verdicts on a run cannot overrule the test, and what would let them.
  private static func obstacle(_ verdicts: Verdicts, run id: Int) -> String {
    switch verdicts {
    case .tooFewRows:
      "Verdicts that overrule the test take \(CorrectedMean.fewest) rows, and run \(id) has fewer."
    case .shown:
      "Verdicts on run \(id) cannot overrule the test, because the scores of too many rows were or may have been shown: run it "
        + "again without reuse, and give verdicts before its scores are shown."
    case .givenAlready, .overrule:
      "All rows of run \(id) have verdicts, and they do not show that people agree with the judge."
    }
  }

  /// The worst case of the metrics by which the judge failed.
  private static func verdicts(on side: ComparedRun, _ faults: [JudgeFault], _ groups: RowGroups) -> Verdicts {
    let entries = side.entries.values.flatMap(\.answers)
    let cases = faults.compactMap { $0.metric(of: side.scoring) }.map { metric -> Verdicts in
      let rated = side.rated(metric, entries, groups)
      if rated.groups < CorrectedMean.fewest { return .tooFewRows }
      if rated.areShown { return .shown }
      return rated.left == 0 ? .givenAlready : .overrule
    }
    return cases.first { $0 != .overrule } ?? .overrule
  }
}
