import Evaluation
import JSONCoding
import MCP
import Store

/// `improve_prompt`: gives the client's model what a run has shown, and the task to write and test a better version.
struct ImprovePrompt {
  let kit: Kit
  let offer: Offer
  let makeBoundary: @Sendable () -> Boundary

  private static let run = "run"

  var prompt: Prompt {
    Prompt(
      name: "improve_prompt", title: "Improve a prompt",
      description: "Find out from a run's weakest rows what is wrong with its prompt, write a better version, test it.",
      arguments: [
        PromptArgument(name: Self.run, description: "Id or name of a run with responses.") {
          [store = kit.store] query in
          try await store.read { $0.idsOfRunsWithResponses(matching: query.value) }
        }
      ]
    ) { arguments in
      let named = arguments[Self.run] ?? ""
      let id = try await kit.store.read { try $0.find(RunRecord.self, named: named).id }
      let report = try await kit.report(ofRun: id)
      guard report.statistics.completed + report.statistics.failed > 0 else {
        let wayOn = offer.has("runs_generate") ? " Generate it with runs_generate." : ""
        throw ToolError("Run \(id) has no responses yet, so it shows nothing of its prompt.\(wayOn)")
      }
      return [PromptMessage(.user, Brief.text(makeBoundary()) { text(report, $0) })]
    }
  }

  private func text(_ report: RunReport, _ brief: Brief) -> String {
    let run = report.run
    var parts = [
      """
      Improve a prompt by what a test of it has shown. Run \(run.id) sent the template of prompt id \(run.promptID) to \
      a model, filled with every row of \(run.datasetID.map { "dataset \($0)" } ?? "no dataset").
      """, brief.rule,
      brief.data("run", "\(run.name): \(report.promptName), model \(report.model), judge \(run.judgeModel ?? "none")"),
      brief.data("template", report.template),
    ]
    if let system = run.systemPrompt { parts.append(brief.data("system prompt", system)) }
    if !report.estimates.isEmpty { parts.append(brief.data("scores", scores(report))) }
    if !report.warnings.isEmpty { parts.append(brief.data("warnings", report.warnings.joined(separator: "\n"))) }
    if let summary = report.failureSummary { parts.append(brief.data("failed rows", summary)) }
    parts.append(report.weakRows.isEmpty ? noWeakRows(report) : "The weakest rows, the worst first:")
    parts += report.weakRows.map { brief.data("row \($0.rowIndex)", Self.text($0, brief.textLimit)) }
    parts.append("Your task:\n" + task(report))
    return parts.joined(separator: "\n\n")
  }

  private func scores(_ report: RunReport) -> String {
    let lines = report.estimates.map { "\($0.name): \($0.sentence)" }.joined(separator: "\n")
    return lines + (report.histogram.map { "\n\n\($0)" } ?? "")
  }

  private func noWeakRows(_ report: RunReport) -> String {
    report.estimates.isEmpty
      ? "No row has a score, so there are no weakest rows. Have the run scored before you change the prompt."
      : "No row has less than the best score. Say so, and propose harder rows instead of another prompt."
  }

  private static func text(_ row: WeakRow, _ limit: Int) -> String {
    func part(_ label: String, _ text: String?) -> String? {
      text.map { "\(label):\n\(Clipping.clip($0, to: max(limit / 4, 25)))" }
    }
    let parts =
      [
        "score: \(ScoreEstimate.text(row.score))", part("input", row.input), part("expected", row.expected),
        part("output", row.response),
      ]
      + row.reviews.map { part("the judge of \($0.metric) gave \(ScoreEstimate.text($0.score)) because", $0.reasons) }
    return parts.compactMap { $0 }.joined(separator: "\n")
  }

  // MARK: The task

  private func task(_ report: RunReport) -> String {
    let diagnosis = [
      """
      Say in a few sentences what the weak rows have in common, and which part of the template causes it. Name the rows.
      """,
      """
      Write a better template. Keep every {{ variable }} as it is spelt. Mend causes, not rows: no answer to a row of \
      the dataset may stand in it.
      """,
    ]
    return Brief.steps(diagnosis + test(report))
  }

  private func test(_ report: RunReport) -> [String] {
    guard offer.has("prompts_update", "runs_create", "runs_generate", "runs_compare") else {
      return ["Show the user the whole template. This server cannot store and test it here."]
    }
    let run = report.run
    let publish = """
      If the verdict is that the draft is really better, ask the user and publish it with prompts_publish. If not, do \
      not publish, say so, and try once more where the rows show a cause that is left.
      """
    return [
      """
      Store it with prompts_update (id \(run.promptID), template). The version has runs, so this makes a draft with an \
      id of its own.
      """,
      "Plan a test on the same rows: runs_create with the draft's id as prompt_id and \(settings(run))",
      "Generate it with runs_generate, and again until its status is completed. \(cost(report))",
      "Compare with runs_compare, run_ids [\(run.id), the new run's id], and read its verdict.",
    ] + (offer.has("prompts_publish") ? [publish] : [])
  }

  private func cost(_ report: RunReport) -> String {
    switch report.statistics.totalCost {
    case 0?: "It costs nothing."
    case let dollars?: "It will cost about as much as this run: \(Figure.dollars(dollars))."
    case nil: "What it costs is not known; ask the user before."
    }
  }

  /// The run's settings as arguments of `runs_create`.
  private func settings(_ run: RunRecord) -> String {
    var object: JSONObject = ["scoring": .string(run.scoring.rawValue), "concurrency": .int(run.concurrency)]
    object["dataset_id"] = run.datasetID.map(JSONValue.int)
    if !run.metricIDs.isEmpty { object["metric_ids"] = .array(run.metricIDs.map(JSONValue.int)) }
    object["judge_model"] = run.judgeModel.map(JSONValue.string)
    object["judge_samples"] = run.judgeSamples.map(JSONValue.int)
    object["model"] = run.model.map(JSONValue.string)
    object["provider_credential_id"] = run.providerCredentialID.map(JSONValue.int)
    object["temperature"] = run.temperature.map(JSONValue.double)
    object["top_p"] = run.topP.map(JSONValue.double)
    object["max_tokens"] = run.maxTokens.map(JSONValue.int)
    object["seed"] = run.seed.map(JSONValue.int)
    object["expected_column"] = run.expectedColumn.map(JSONValue.string)
    object["max_cost"] = run.maxCost.map(JSONValue.double)
    let system = run.systemPrompt == nil ? "." : ", and its system_prompt as runs_get shows it."
    return JSONValue.object(object).text + system
  }
}
