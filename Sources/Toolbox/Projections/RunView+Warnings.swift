import Evaluation
import Providers
import Store

/// The warnings that a run's record gives, and those about its judge.
extension RunView {
  /// The warnings that follow from the run's record.
  func recorded(_ statistics: RunStatistics) -> [String] {
    [RunWarnings.lostCalls(statistics), statistics.serverErrors.warning(isLimited: run.maxCost != nil)]
      .compactMap(\.self) + run.warnings + assumedPrices
  }

  private var assumedPrices: [String] { run.assumedPrices.map(\.sentence) }

  /// Why its judge cannot be trusted, by the tests before the run; empty where people's verdicts decide for it.
  func probeWarnings() throws -> [String] {
    try run.tellingProbes(scoring) { try trust() }.compactMap { $0.warning ?? $0.remark }
  }

  /// The judges whose scores decide nothing.
  ///
  /// - Parameter known: what people's verdicts say of its judges, if that has been worked out.
  func judgeFaults(_ known: [JudgeTrust]? = nil) throws -> [JudgeFault] {
    entries.isEmpty ? [] : run.judgeFaults(scoring, try known ?? trust())
  }

  /// That the judge of its score was not tested; nil where it was, and for scores without a judge.
  func untestedJudge(_ known: [JudgeTrust]? = nil) throws -> UntestedJudge? {
    entries.isEmpty ? nil : try UntestedJudge(run, scoring, statistics) { try known ?? trust() }
  }

  /// Why its scores do not decide, or what is not known of them, in short; nil where nothing speaks against them.
  func scoreDoubt(_ known: [JudgeTrust]? = nil) throws -> String? {
    let findings = try JudgeFindings(self, known)
    return findings.fault(ofScoreBy: scoring)?.note ?? findings.untested?.note
  }

  /// Those of its score; empty for scores without a judge.
  func scoreFaults(_ known: [JudgeTrust]? = nil) throws -> [JudgeFault] {
    guard scoring.scorer.isJudged else { return [] }
    return try judgeFaults(known).filter { scoring.isScored(by: $0.target) }
  }

  var selfJudgingWarning: String? {
    // The echo model favours no answers.
    guard run.judgesItself(promptedBy: prompt), model != EchoModel.name, !scoring.metrics.isEmpty else {
      return nil
    }
    return "\(model) judges its own answers, and models tend to prefer those. Name another judge with judge_model, or "
      + "for all runs with the option --judge-model."
  }
}
