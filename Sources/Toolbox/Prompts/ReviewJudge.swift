import Evaluation
import MCP
import Store

/// `review_judge`: leads the client's model through scoring answers of a run with a person who does not see the judge's
/// scores, to a decision about the judge.
struct ReviewJudge: BuiltInPrompt {
  static let name = "review_judge"
  static let toolsets = ["runs", "responses", "metrics"]

  let services: Services
  let selection: ToolSelection
  let makeBoundary: @Sendable () -> Boundary

  private static let run = "run"
  /// From this number on verdicts give a corrected mean.
  private static let answers = CorrectedMean.fewest
  private static let metricsShown = 5
  private static let runsShown = 5

  private struct Material: Sendable {
    let view: RunView
    /// The metrics of the judge; none for the built-in criterion.
    let metrics: [MetricRecord]
    /// Other runs of the dataset with scores of the same judge, the newest first.
    let others: [RunRecord]

    var run: RunRecord { view.run }
    /// The answers that a person can score.
    var answered: Int { view.statistics.completed }
  }

  var prompt: Prompt {
    Prompt(
      name: Self.name, title: "Review judge",
      description: "Score answers of a run together with the user, blind, and decide whether its judge can be trusted.",
      arguments: [
        PromptArgument(name: Self.run, aliases: ["run_id"], description: "Id or name of a run scored by a judge.") {
          [store = services.store] query in
          try await store.read { tables in
            tables.idsOfRunsWithResponses(matching: query.value).filter { id in
              Int(id).flatMap { tables.runs[$0] }?.scoring.scorer.isJudged == true
            }
          }
        }
      ]
    ) { arguments in
      let named = arguments[Self.run] ?? ""
      let id = try await services.store.read { try $0.find(RunRecord.self, named: named).id }
      let view = try await services.view(ofRun: id)
      guard view.scoring.scorer.isJudged else {
        throw ToolError(
          "Run \(id) is scored by \(view.scoring.scoring.rawValue), not by a judge, so there is no judge to review. "
            + "runs_list shows the scoring of all runs.")
      }
      guard view.statistics.scoreCount > 0 else {
        throw ToolError("Run \(id) has no scores of its judge yet. runs_generate makes them.")
      }
      let material = try await services.store.read { tables in
        Material(
          view: view, metrics: view.scoring.metrics.compactMap { tables.metrics[$0.id] },
          others: tables.runs.newestFirst.filter { $0.isRival(of: view.run) })
      }
      return [PromptMessage(.user, FencedPrompt.text(makeBoundary()) { text(material, $0) })]
    }
  }

  private func text(_ material: Material, _ brief: FencedPrompt) -> String {
    let run = material.run
    var parts = [
      """
      Find out with the user whether the judge of run \(run.id) can be trusted. It scored \
      \(material.view.statistics.scoreCount) answers. The user scores answers without seeing the judge's scores; you read \
      them out and write the scores down, and give no opinion of your own.
      """, brief.rule,
      brief.data("run", "\(run.name): judge \(run.judgeModel ?? "none")"),
    ]
    parts += material.metrics.prefix(Self.metricsShown).map { metric in
      brief.data("criterion of metric_id \(metric.id)", criterion(metric))
    }
    if material.metrics.isEmpty {
      parts.append("The criterion is agreement with the expected output, 5 for full agreement and 1 for none.")
    }
    if !material.others.isEmpty, selection.has("runs_compare") {
      parts.append(
        brief.data(
          "other runs of the dataset with this judge",
          material.others.prefix(Self.runsShown).map { "\($0.id): \($0.name)" }.joined(separator: "\n")))
    }
    parts.append("Your task:\n" + FencedPrompt.steps(steps(material)))
    return parts.joined(separator: "\n\n")
  }

  private func criterion(_ metric: MetricRecord) -> String {
    let bands = metric.rubricBands.map { "\($0.stars): \($0.description)" }
    return ([metric.name, metric.instruction].compactMap(\.self) + bands).joined(separator: "\n")
  }

  // MARK: The steps

  private func steps(_ material: Material) -> [String] {
    guard selection.has("responses_list", "verdicts_create", "runs_get") else {
      return ["Tell the user that verdicts cannot be recorded here: this server offers no verdicts_create."]
    }
    let count = min(Self.answers, material.answered)
    let few =
      material.answered < Self.answers
      ? " The run has only \(material.answered) answers, too few for a decision."
      : ""
    return [
      """
      \(comparisonQuestion(material))Tell the user what comes and why: \(count) answers to begin with, one after the other, \
      about ten minutes. They are drawn at random, because answers that somebody picked show another judge than the one \
      there is. Fewer than \(Self.answers) decide nothing; often it takes 60 or more, and the more the user and the judge \
      differ, the more. The judge's scores stay hidden, because who has seen a score repeats it.\(few) Ask whether to begin.
      """,
      """
      Call responses_list {"run_id": \(material.run.id), "order": "random", "without_verdict": true, "hide_scores": true, \
      "limit": \(count)}. Until the last verdict call nothing that shows scores: no responses_get, runs_get, runs_compare \
      or report.
      """,
      """
      Show one answer at a time, in the order of the list: the input, the expected output if there is one, the answer, \
      and the criterion with its bands. Ask for a whole number from 1 to 5. Suggest none, even if asked, and skip no row \
      because it is hard.
      """,
      """
      Record it before the next answer: \(recording(material)) Add a note if the user gives a reason. The result shows \
      the judge's score: keep it to yourself until the end, or the next scores follow it. The user may stop at any time; \
      what is recorded stays, and responses_list with the same arguments goes on.
      """,
      """
      Then read agreement in runs_get {"id": \(material.run.id)}, tell the user its figures, and show with responses_get the \
      three answers on which judge and user differ most.
      """,
      decision(material),
    ] + comparison(material)
  }

  private func recording(_ material: Material) -> String {
    let ids = material.metrics.map(\.id)
    guard let first = ids.first else {
      return #"verdicts_create {"response_id": ..., "score": ...}."#
    }
    let others =
      ids.count > 1
      ? " Ask for each metric (\(ids.map(String.init).joined(separator: ", "))) and record one verdict for each." : ""
    return #"verdicts_create {"response_id": ..., "metric_id": \#(first), "score": ...}.\#(others)"#
  }

  private func decision(_ material: Material) -> String {
    """
    End with the decision that decision.word of that agreement names, and with no rule of your own. Tell the user \
    decision.sentence, and do with the user what is said here:
    - not_enough: no decision. Say that it is not known yet whether the scores can be trusted, and offer to go on with \
    about decision.verdicts_needed more answers, with the same responses_list. The number is an estimate. If it is null, \
    more answers do not help: decision.sentence says why.
    - easy_rows: the user gave nearly every answer one score. Such rows cannot tell a good judge from one that looks at \
    nothing; add rows that fail (datasets_update) and judge those. If the sentence says that the level is wrong, report \
    corrected.mean in place of avg_score.
    - trust: trust the judge. Use its scores.
    - trust_order: its scores tell which answers of this run are better, and nothing else. Report corrected.mean in place \
    of avg_score, and compare no run by its scores alone.
    - do_not_trust: claim nothing by its scores but corrected.mean, if there is one, and look at the three answers: \
    \(remedies(material))
    """
  }

  /// The question whether a comparison is at stake, which takes verdicts on both runs.
  private func comparisonQuestion(_ material: Material) -> String {
    guard selection.has("runs_compare"), !material.others.isEmpty else { return "" }
    return """
      Ask first whether the user wants to know which of two runs is better. That takes verdicts on the same \(Self.answers) \
      rows or more in both runs, so twice as many answers: do the steps up to the decision for both. Verdicts on one of them \
      correct no comparison.\u{20}
      """
  }

  /// What to do where the question is which of two runs is better.
  private func comparison(_ material: Material) -> [String] {
    guard selection.has("runs_compare"), let other = material.others.first else { return [] }
    let which =
      material.others.count == 1
      ? "run \(other.id)"
      : "the run that it is compared with (\(material.others.prefix(Self.runsShown).map { "\($0.id)" }.joined(separator: ", ")); "
        + "ask which)"
    return [
      """
      If run \(material.run.id) is to be compared with another run, the decision above does not answer that: a judge that can \
      be trusted here may still favour one of two runs. Do the same steps for \(which), where responses_list gives the same \
      rows, until at least \(Self.answers) rows have verdicts in both; before that, act on no verdict of runs_compare. Then call \
      runs_compare {"run_ids": [\(other.id), \(material.run.id)]}\(material.others.count > 1 ? " with its id first" : ""): \
      its verdict goes by the difference as the verdicts correct it.
      """
    ]
  }

  private func remedies(_ material: Material) -> String {
    var remedies: [String] = []
    if selection.has("metrics_update"), !material.metrics.isEmpty {
      remedies.append(
        "change the rubric if the user went by a rule that it does not say (metrics_update, then runs_judge; verdicts by the "
          + "old wording do not count for the new one)")
    }
    if selection.has("metrics_create") {
      remedies.append(
        "use a check if what matters can be told without a judge, such as a form, a length or a word (metrics_create with check)"
      )
    }
    remedies.append(
      "use a pairwise judge if nearly all of its scores are equal: two answers side by side show more than two scores")
    if selection.has("runs_judge") {
      remedies.append(
        "else judge again with another judge_model (runs_judge) and read agreement anew: the verdicts stay")
    }
    return remedies.joined(separator: "; ") + "."
  }
}

extension RunRecord {
  /// Whether it is another run on the rows of a run, scored by the same judge and metrics.
  fileprivate func isRival(of run: RunRecord) -> Bool {
    id != run.id && datasetID != nil && datasetID == run.datasetID && status == .completed
      && scoring == run.scoring && judgeModel == run.judgeModel && Set(metricIDs) == Set(run.metricIDs)
      && snapshot?.datasetHash == run.snapshot?.datasetHash
  }
}
