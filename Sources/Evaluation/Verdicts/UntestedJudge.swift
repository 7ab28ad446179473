import JSONCoding
package import Store

/// The judge of a run's score of which nothing shows whether it can be trusted: it had no probe, or the run sets aside what
/// the probe found, and people's verdicts decide nothing.
///
/// It is no ``JudgeFault``: its scores count, and whoever reads them is told.
package struct UntestedJudge: Sendable, Equatable {
  package let runID: Int
  package let judgeModel: String
  /// The fingerprints of the metrics by which nothing tested it.
  private let metrics: Set<String>
  /// Whether it failed a probe that the run sets aside.
  private let isSetAside: Bool
  /// That its scores are equal, or nearly; nil where they differ.
  private let equality: String?

  /// The smallest number of scores of which most being equal says something.
  private static let fewest = 10

  /// Nil for a judge that was tested, and for scores without a judge.
  ///
  /// - Parameter trust: makes what people's verdicts say of the run's judges.
  package init?(
    _ run: RunRecord, _ scoring: RunScoring, _ statistics: RunStatistics, trust: () throws -> [JudgeTrust]
  ) rethrows {
    guard scoring.scorer.isJudged, let judgeModel = scoring.judgeModel, statistics.scoreCount > 0 else { return nil }
    let probes = run.currentProbes(scoring)
    let setAside = probes.filter { $0.isTrusted == false && !$0.hasFailed(in: run) }.map(\.fingerprint)
    let tested = probes.filter { $0.results.contains { $0.score != nil } }.map(\.fingerprint)
      .filter { !setAside.contains($0) }
    let untested = scoring.askedMetrics.filter { !tested.contains($0.fingerprint) }
    if untested.isEmpty { return nil }
    let decided = try trust().filter(\.decision.isOfJudge).map(\.target)
    let isDecided = scoring.scoreTarget.map(decided.contains) ?? false
    if isDecided || untested.allSatisfy({ decided.contains(VerdictTarget($0)) }) { return nil }
    (runID, self.judgeModel) = (run.id, judgeModel)
    metrics = Set(untested.filter { !decided.contains(VerdictTarget($0)) }.map(\.fingerprint))
    isSetAside = untested.contains { setAside.contains($0.fingerprint) }
    equality = Self.equality(of: statistics)
  }

  private static func equality(of statistics: RunStatistics) -> String? {
    guard let score = statistics.highestScore, statistics.scoreCount >= fewest else { return nil }
    let (same, all) = (statistics.highestScoreCount, statistics.scoreCount)
    if same == all { return "all \(all) of its scores are \(score.shortText)" }
    return 10 * same >= 9 * all ? "\(same) of its \(all) scores are \(score.shortText)" : nil
  }

  /// Whether nothing tested it by a metric.
  package func isOf(_ metric: RunScoring.Metric) -> Bool { metrics.contains(metric.fingerprint) }

  /// The mark of a mean.
  package static let mark = "judge not tested"

  /// The mark with what tests the judge.
  package var note: String {
    let equal = equality.map { ", and \($0)" } ?? ""
    return isSetAside
      ? "\(Self.mark), because probe false sets its failed test aside\(equal): \(Self.verdicts) (verdicts_create) test it"
      : "\(Self.mark)\(equal): \(Self.copy(runID)) tests it"
  }

  /// What the scores of runs rest on, and what to do.
  package static func sentence(_ judges: [UntestedJudge]) -> String? {
    if judges.isEmpty { return nil }
    let names = judges.map(\.judgeModel).unique.joined(separator: " and ")
    let equal = judges.compactMap { judge in
      judge.equality.map { "In run \(judge.runID), \($0), as a judge gives that looks at nothing." }
    }
    let setAside = judges.filter(\.isSetAside)
    let failed =
      setAside.isEmpty
      ? [] : ["In \(runs(setAside)) it failed its test (judge_probe), which probe false sets aside."]
    let beginning =
      "The judge \(names) of \(runs(judges)) was not tested, so nothing shows that it tells good answers from bad ones."
    let copies = judges.filter { !$0.isSetAside }.map { copy($0.runID) }.joined(separator: ", and ")
    let nextStep =
      "To test it: "
      + (copies.isEmpty
        ? "" : "\(copies), then runs_generate, which copies the answers and tests the judge before it judges them; or ")
      + "\(verdicts) on \(CorrectedMean.fewest) rows drawn at random\(judges.count == 1 ? "" : " in each run")."
    return ([beginning] + failed + equal + [nextStep]).joined(separator: " ")
  }

  private static func runs(_ judges: [UntestedJudge]) -> String {
    judges.map { "run \($0.runID)" }.joined(separator: " and ")
  }

  private static let verdicts = "verdicts of people"

  private static func copy(_ run: Int) -> String { "runs_create with like_run \(run), reuse true and probe true" }
}

extension JudgeDecision {
  /// Whether it says something of the judge.
  fileprivate var isOfJudge: Bool { finding != nil || [.trust, .trustOrder, .distrust].contains(word) }
}

extension ComparedRun {
  /// - Parameter trust: makes what people's verdicts say of its judges.
  package func untestedJudge(_ trust: @autoclosure () -> [JudgeTrust]) -> UntestedJudge? {
    UntestedJudge(run, scoring, statistics, trust: trust)
  }

  /// The same by the groups of the run's own rows.
  package func untestedJudge(of dataset: DatasetRecord?) throws -> UntestedJudge? {
    try UntestedJudge(run, scoring, statistics) {
      verdicts.isEmpty ? [] : judgeTrust(try RowGroups([self], of: dataset))
    }
  }
}
