import Evaluation

/// The mean score that a gate compares with its limits: the one that people would give, where their verdicts tell it.
struct GateScore {
  /// Nil without scores.
  let estimate: ScoreEstimate?
  /// What the mean rests on; nil for the scores as they are.
  let note: String?
  /// Why the scores decide nothing: people's verdicts contradict them and cannot correct them, or the judge failed its
  /// probe; nil without such a reason.
  var doubt: String?
  var name = "mean score"
}

extension GateScore {
  init(_ view: RunView) throws {
    let scores = ScoreEstimate.scoreCountingFailures(of: view)
    let all = try view.trust().filter { view.scoring.isScored(by: $0.target) }
    let trust = all.first { $0.target == view.scoring.scoreTarget }
    guard let trust, let corrected = trust.corrected, let interval = trust.interval, let scores else {
      let faults = try view.scoreFaults(all)
      let tested = try view.rated.map { ComparedRun($0) }.flatMap { side in
        try FailedProbeAdvice.finding(on: side, faults.filter(\.isOfProbe)) { try view.rowGroups(of: side) }
      }
      let doubts = [all.lazy.compactMap(\.warning).first, tested].compactMap(\.self)
      let untested = try faults.isEmpty ? UntestedJudge.sentence([view.untestedJudge(all)].compactMap(\.self)) : nil
      self.init(estimate: scores, note: untested, doubt: doubts.isEmpty ? nil : doubts.joined(separator: " "))
      return
    }
    // The failed answers that count 0 have no score of which people could say anything.
    let answered = view.rowScores { entry in
      view.scoring.score(of: entry).map { _ in 1 } ?? view.scoring.scoreCountingFailures(of: entry)
    }
    let rows = corrected.rated + corrected.unrated
    let counted = corrected.countingFailures(interval, answered: answered, bounds: trust.bounds)
    let estimate = ScoreEstimate(
      name: scores.name, mean: counted.mean, interval: counted.interval, method: .corrected,
      count: max(scores.count, rows))
    self.init(
      estimate: estimate,
      note: "The gate goes by the mean as people's verdicts on \(corrected.rated) of \(rows) rows correct it, "
        + "\(estimate.sentence), not by the mean of the scores alone, \(ScoreEstimate.text(scores.mean)).",
      name: "mean score corrected by people's verdicts")
  }
}
