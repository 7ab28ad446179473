import Evaluation
import JSONCoding
import Store

/// The plan for testing drafts written from a run's weak rows: one is chosen on other rows, and compared once with the
/// published version on rows that nobody has examined.
struct DraftTestPlan: Sendable {
  /// The version that a draft must beat, if it is not the run's own.
  struct Published: Sendable {
    let prompt: PromptRecord
    /// A completed run of it with the same settings and dataset.
    let run: RunRecord?
  }

  let run: RunRecord
  /// Whether the run used the published version.
  let isPublished: Bool
  let published: Published?
  let cost: DraftTestCost
  let canPublish: Bool
  /// The largest number of drafts that are tried on validation rows in a round.
  private static let drafts = 3

  /// - Parameter parts: the parts of the run's request.
  func steps(heldOut: HeldOutRows, parts: RequestParts) -> [String] {
    (heldOut.decisive.map { [$0.step] } ?? []) + [
      """
      Store \(heldOut.shown == nil ? "it" : "each") with prompts_update, id \(run.promptID) and what you have changed. \(parts.advice) The version has runs, so \
      this makes a draft with an id of its own. Never make a draft with prompts_create: it would lose its family.
      """
    ] + (heldOut.shown == nil ? onSameRows : onHeldOutRows) + (canPublish ? [publishing] : [])
  }

  /// The remaining steps after a run on held-out rows, from which nothing may be written.
  ///
  /// - Parameter part: the part that the run used.
  func steps(heldOutRun part: DatasetPart) -> [String] {
    guard published != nil else { return baselineSteps(part) }
    let baseline = baseline(part)
    let compare = """
      Run \(run.id) is of a draft. \(opponent) \(baseline.step ?? "")Compare with runs_compare, run_ids \
      [\(baseline.run), \(run.id)], and read its verdict.
      """
    let steps =
      part == .test
      ? [compare, lastLook]
      : [
        "\(compare) \(choice) \(Self.nextRound)",
        claiming(
          "runs_create with prompt_id \(run.promptID) and \(settings(rows: DatasetPart.test.rawValue)) Generate it with "
            + "runs_generate. \(cost.sentence(.test))"),
      ]
    return steps + (canPublish ? [publishing] : [])
  }

  private func baselineSteps(_ part: DatasetPart) -> [String] {
    [
      """
      A draft is written from train rows only. Offer the user a run of the same settings with rows "train": runs_create \
      with prompt_id \(run.promptID) and \(settings(rows: DatasetPart.train.rawValue)) \(cost.sentence(.train)) Generate it, and \
      ask for improve_prompt with that run.
      """,
      """
      If there is a draft already, test it on the same rows: runs_create with the draft's id as prompt_id and \
      \(settings(rows: part.rawValue)) Generate it with runs_generate, then compare with runs_compare, run_ids \
      [\(run.id), the new run's id].\(part == .test ? " " + lastLook : "")
      """,
    ]
  }

  /// The prompt version with which a draft is compared.
  private var baselineID: Int { published?.prompt.id ?? run.promptID }

  private var opponent: String {
    guard let published else {
      return isPublished
        ? "Prompt id \(run.promptID), which run \(run.id) used, is the published version: the draft must beat it."
        : "No version of the prompt is published; the draft must beat prompt id \(run.promptID), which run \(run.id) used."
    }
    return """
      The published version is not the one that run \(run.id) used but version \(published.prompt.versionNumber), \
      prompt id \(published.prompt.id): it is what the draft must beat.
      """
  }

  /// The run to compare with, on the rows of a part or on all rows.
  private func baseline(_ part: DatasetPart?) -> (run: String, step: String?, newRuns: Int) {
    let candidate = published == nil ? run : published?.run
    if let candidate, candidate.rows == nil || candidate.rows == (part?.rawValue ?? run.rows) {
      return ("\(candidate.id)", nil, 0)
    }
    return (
      "the id of that run",
      "If there is none yet, make a run of prompt id \(baselineID) with the same settings and generate it. ", 1
    )
  }

  private var onSameRows: [String] {
    let baseline = baseline(nil)
    return [
      "Plan a test on the same rows: runs_create with the draft's id as prompt_id and \(settings(rows: run.rows))",
      "Generate it with runs_generate, and again until its status is completed. \(cost.sentence)",
      """
      \(opponent) \(baseline.step ?? "")Compare with runs_compare, run_ids [\(baseline.run), the new run's id], and \
      read its verdict.
      """,
    ]
  }

  private var onHeldOutRows: [String] {
    let validation = baseline(.validation)
    return [
      """
      Try each draft on the validation rows: runs_create with the draft's id as prompt_id and \
      \(settings(rows: "validation")) Generate it with runs_generate, and again until its status is completed. \
      \(cost.sentence(validation: Self.drafts + validation.newRuns, test: 1 + baseline(.test).newRuns))
      """,
      """
      \(opponent) \(validation.step ?? "")Compare all in one call of runs_compare, run_ids [\(validation.run), the new \
      runs' ids]. \(choice) \(Self.nextRound)
      """,
      claiming("the same runs_create with rows \"test\", then runs_generate."),
    ]
  }

  /// The rule by which a draft is chosen on validation rows.
  ///
  /// It is the mean, not the verdict: the claim is made on other rows, so nothing has to be shown here.
  private var choice: String {
    """
    Choose by mean_difference: the highest one, if it is above 0. Of drafts that differ by less than margin take the one \
    that is cheaper (cost_ratio), and of equally dear ones the shorter. The choice is no claim: the best of several \
    looks better than it is.
    """
  }

  private static let nextRound = """
    If no mean_difference is above 0, go back to the train rows with what you have learnt, or, after three rounds, report \
    that no better version was found, and leave the rest out.
    """

  /// - Parameter making: the instruction that creates its run.
  private func claiming(_ making: String) -> String {
    let claim = baseline(.test)
    return """
      Test the draft that you have chosen once on rows that nobody has looked at: \(making) \(claim.step ?? "")Compare with runs_compare, run_ids [\(claim.run), the test run's id]. \
      \(lastLook)
      """
  }

  private var lastLook: String {
    """
    This one comparison is what may be claimed. Every further look at these rows proves less, deleted drafts and runs \
    count too, and the verdict says which draft on these rows it was: tell the user.
    """
  }

  private var publishing: String {
    """
    If verdict_word of that comparison is better and no metric fell, ask the user and publish the draft with prompts_publish. Otherwise do \
    not publish and claim no improvement: report the verdict as it is worded. Only if it is same or not_worse and the \
    draft is cheaper or shorter, tell the user that too; the choice is theirs.
    """
  }

  /// The run's settings on these rows, as arguments of `runs_create`.
  private func settings(rows: String?) -> String {
    var object: JSONObject = ["like_run": .int(run.id)]
    if rows != run.rows { object[RequestSetting.rows.name] = rows.map(JSONValue.string) }
    return JSONValue.object(object).text + "."
  }
}

extension Tables {
  /// The published version of a run's prompt, with a comparable run; nil if the run used that version.
  func publishedVersion(besides run: RunRecord) -> DraftTestPlan.Published? {
    guard let used = prompts[run.promptID], !used.current,
      let current = prompts.all.first(where: { $0.familyKey == used.familyKey && $0.current })
    else { return nil }
    let comparable = runs.newestFirst.first { other in
      other.promptID == current.id && other.status == .completed && other.datasetID == run.datasetID
        && other.snapshot?.datasetHash == run.snapshot?.datasetHash && other.scoring == run.scoring
        && other.metricIDs == run.metricIDs && other.judgeModel == run.judgeModel
        && other.model == run.model
        && other.settings == run.settings && other.clearedSettings == run.clearedSettings
        && RequestSetting.all(of: .plan).allSatisfy {
          [.pace, .price, .limits, .trust].contains($0.effect) || $0.name == RequestSetting.rows.name
            || other.plan.shown($0) == run.plan.shown($0)
        } && (other.rows == nil || other.rows == run.rows)
    }
    return DraftTestPlan.Published(prompt: current, run: comparable)
  }
}
