package import JSONCoding
package import Store

extension RunEngine {
  /// The judge and metrics for judging a run's answers, where they differ from before.
  package struct Judging: Sendable {
    package var metricIDs: [Int]?
    package var judgeModel: String?
    /// The settings of the plan that change, with their values; nil removes one.
    package var settings: [(RequestSetting, JSONValue?)]
    /// The run with whose answers the run's are compared, in place of scoring them.
    package var against: Int?

    package init(
      metricIDs: [Int]? = nil, judgeModel: String? = nil, settings: [(RequestSetting, JSONValue?)] = [],
      against: Int? = nil
    ) {
      self.against = against
      self.metricIDs = metricIDs
      self.judgeModel = judgeModel
      self.settings = settings
    }

    func apply(to run: inout RunRecord, in tables: Tables) {
      run.metricIDs = metricIDs ?? run.metricIDs
      run.judgeModel = judgeModel ?? run.judgeModel
      for (setting, value) in settings { run.plan[setting] = value }
      // A score that nothing gave yet can come from the metrics, and so can one that nobody has chosen.
      if run.scoring == .none || !run.isScoringChosen && !run.metricIDs.isEmpty {
        run.scoring = Self.isOfChecksAlone(run, in: tables) ? .checks : .llmJudge
      }
    }

    /// Whether a run has metrics, and none of them is for a judge.
    fileprivate static func isOfChecksAlone(_ run: RunRecord, in tables: Tables) -> Bool {
      !run.metricIDs.isEmpty && tables.judgeMetricIDs(of: run).isEmpty
    }
  }
}

extension RunEngine.Judging {
  /// The note on a run whose scores now come from its metrics; nil if they already did or there were none.
  func note(on run: RunRecord, in tables: Tables) -> String? {
    var judged = run
    apply(to: &judged, in: tables)
    guard run.scoring != .none, judged.scoring != run.scoring else { return nil }
    return
      "Until now \(run.scoring.rawValue) gave this run's scores\(Self.scale(run.scoring)); from now on they come from the "
      + "\(judged.scoring.scorer.isChecked ? "checks" : "judge")\(Self.scale(judged.scoring)). runs_update with scoring \(run.scoring.rawValue) scores the answers as before, free of charge."
  }

  /// `, 0 or 1`.
  private static func scale(_ scoring: Scoring) -> String { scoring.scorer.scale.map { ", \($0)" } ?? "" }

  /// - Throws: ``EvaluationError`` if there are no answers to judge, no judge or no metrics, or if a check needs what the
  ///   run's rows do not have.
  func applyAndCheck(to run: inout RunRecord, _ entries: [ResponseEntry], in tables: Tables) throws {
    apply(to: &run, in: tables)
    let isOfChecksAlone = Self.isOfChecksAlone(run, in: tables)
    guard isOfChecksAlone || run.judgeModel != nil else {
      throw EvaluationError("Run \(run.id) has no judge_model. Give one to runs_judge.")
    }
    guard entries.contains(where: { $0.status != .failed }) else {
      throw EvaluationError("Run \(run.id) has no responses to judge. runs_generate makes them.")
    }
    // Scores that are there already keep no run from being judged.
    let problems = try tables.problems(of: run, template: nil, scoring: Scoring.none)
    guard problems.isEmpty else {
      throw EvaluationError("Run \(run.id) cannot be judged. \(problems.joined(separator: " "))")
    }
    guard !isOfChecksAlone, tables.criteria(of: run).isEmpty else { return }
    let reason = run.metricIDs.isEmpty ? "has no metrics to judge by" : "has only metrics that were deleted"
    throw EvaluationError("Run \(run.id) \(reason). Give metric_ids to runs_judge; metrics_list shows all.")
  }
}

extension RunEngine {
  /// The refusal of a call for a run that a judge is comparing.
  static func isBusy(_ id: Int, _ judging: PairwiseJudging, _ options: Options) -> EvaluationError {
    EvaluationError(
      "A judge is comparing the answers of run \(id) with those of run \(judging.against) (runs_judge with against). Wait for "
        + "its end with runs_get wait_seconds, or stop it with runs_cancel; then call "
        + "\(options.judging == nil ? "runs_generate" : "runs_judge").")
  }
}
