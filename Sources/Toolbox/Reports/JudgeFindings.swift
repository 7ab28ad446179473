import Evaluation
import Store

/// What speaks against the judges of a run: those that are not trusted, and those that nothing tested.
struct JudgeFindings: Sendable {
  let faults: [JudgeFault]
  let untested: UntestedJudge?

  /// - Parameter known: what people's verdicts say of its judges, if that has been worked out.
  init(_ view: RunView, _ known: [JudgeTrust]? = nil) throws {
    let trust = try known ?? (view.entries.isEmpty ? [] : view.trust())
    (faults, untested) = (try view.judgeFaults(trust), try view.untestedJudge(trust))
  }

  /// The mark of a run's mean score; nil where nothing speaks against it.
  func mark(ofScoreBy scoring: RunScoring) -> String? {
    fault(ofScoreBy: scoring)?.mark ?? untested.map { _ in UntestedJudge.mark }
  }

  /// The judge of a run's score that is not trusted.
  func fault(ofScoreBy scoring: RunScoring) -> JudgeFault? {
    scoring.scorer.isJudged ? faults.first { scoring.isScored(by: $0.target) } : nil
  }

  /// The mark of the mean of a metric.
  func mark(of metric: RunScoring.Metric) -> String? {
    faults.first { $0.target.fingerprint == metric.fingerprint }?.mark
      ?? (untested?.isOf(metric) == true ? UntestedJudge.mark : nil)
  }
}
