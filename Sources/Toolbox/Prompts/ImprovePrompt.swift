import Evaluation
import JSONCoding
import MCP
import Store

/// `improve_prompt`: gives the client's model the results of a run, and asks it to write and test a better version.
struct ImprovePrompt: BuiltInPrompt {
  static let name = "improve_prompt"
  static let toolsets = ["prompts", "runs", "responses"]

  let services: Services
  let selection: ToolSelection
  let makeBoundary: @Sendable () -> Boundary

  private static let run = "run"
  /// The largest number of row groups that are shown.
  private static let groupsShown = 60

  /// The results of a run, with its prompt.
  fileprivate struct Material: Sendable {
    let report: RunReport
    let rowIndices: [Int]
    let heldOut: HeldOutRows
    let groups: [WeakRowGroup]
    /// The number of rows without the best score, of which the groups have at most the lowest 2,000.
    let weakCount: Int
    let test: DraftTestPlan
    var parts: RequestParts { RequestParts(report) }

    var run: RunRecord { report.view.run }
  }

  var prompt: Prompt {
    Prompt(
      name: Self.name, title: "Improve prompt",
      description: "Find out from a run's weak rows what is wrong with its prompt, write a better version, test it.",
      arguments: [
        PromptArgument(name: Self.run, description: "Id or name of a run with responses.") {
          [store = services.store] query in
          try await store.read { $0.idsOfRunsWithResponses(matching: query.value) }
        }
      ]
    ) { arguments in
      let named = arguments[Self.run] ?? ""
      let id = try await services.store.read { try $0.find(RunRecord.self, named: named).id }
      let view = try await services.view(ofRun: id)
      let report = try RunReport(view)
      guard report.statistics.completed + report.statistics.failed > 0 else {
        let nextStep = selection.has("runs_generate") ? " Generate it with runs_generate." : ""
        throw ToolError("Run \(id) has no responses yet, so it shows nothing of its prompt.\(nextStep)")
      }
      let heldOut = try HeldOutRows(view)
      let rows = Set(view.entries.map(\.rowIndex)).sorted()
      let material = Material(
        report: report, rowIndices: rows, heldOut: heldOut,
        groups: try WeakRowGroup.all(of: view, rows: heldOut.shown, hasClasses: report.confusion != nil),
        weakCount: WeakRow.count(of: view, rows: heldOut.shown),
        test: DraftTestPlan(
          run: view.run, isPublished: view.prompt?.current == true,
          published: try await services.store.read { $0.publishedVersion(besides: view.run) },
          cost: DraftTestCost(
            cost: view.costWithoutCopies, rows: rows.count, parts: heldOut.decisive?.rows ?? [:]),
          canPublish: selection.has("prompts_publish")))
      await services.recordDisplay(.scored, of: material.groups.map(\.row.responseID), ofRun: id)
      return [PromptMessage(.user, FencedPrompt.text(makeBoundary()) { text(material, $0) })]
    }
  }

  private func text(_ material: Material, _ brief: FencedPrompt) -> String {
    let (report, run, model) = (material.report, material.run, material.report.view.model)
    if let part = material.heldOutPart { return text(material, brief, heldOut: part) }
    var parts = [
      """
      Improve a prompt by what a test of it has shown. Run \(run.id) sent prompt id \(run.promptID) to a model, \
      \(run.datasetID.map { "filled with \(material.selection) of dataset \($0)" } ?? "once, without a dataset").
      """, brief.rule,
      brief.data("run", "\(run.name): \(report.promptName), model \(model), judge \(run.judgeModel ?? "none")"),
    ]
    parts += material.parts.data(brief)
    if !report.estimates.isEmpty { parts.append(brief.data("scores", scores(report))) }
    if !report.warnings.isEmpty { parts.append(brief.data("warnings", report.warnings.joined(separator: "\n"))) }
    if let summary = report.failureSummary { parts.append(brief.data("failed rows", summary)) }
    parts += verdicts(report, brief)
    parts.append(material.heldOut.sentence)
    parts += rows(material, brief)
    parts.append("Your task:\n" + task(material))
    return parts.joined(separator: "\n\n")
  }

  /// The text for a run on held-out rows, which serves only for a comparison.
  private func text(_ material: Material, _ brief: FencedPrompt, heldOut part: DatasetPart) -> String {
    let (report, run) = (material.report, material.run)
    let use = part == .test ? "on which the claim about a draft is made" : "by which drafts are chosen"
    let parts = [
      "Run \(run.id) of prompt id \(run.promptID) is of the \(part.rawValue) rows of its dataset, \(use).",
      report.estimates.isEmpty ? nil : brief.rule,
      report.estimates.isEmpty ? nil : brief.data("scores", scores(report)),
      verdicts(report, brief).joined(separator: "\n\n").nonEmpty,
      """
      Nothing is written from these rows: a version written for the rows it is tested on proves nothing. Do not read \
      their responses.
      """,
      canTest
        ? "Your task:\n" + FencedPrompt.steps(material.test.steps(heldOutRun: part))
        : "This server cannot create or compare runs here: tell the user.",
    ]
    return parts.compactMap { $0 }.joined(separator: "\n\n")
  }

  private func scores(_ report: RunReport) -> String {
    let lines = report.estimates.map { "\($0.name): \($0.sentence)" }.joined(separator: "\n")
    return lines + (report.histogram.map { "\n\n\($0)" } ?? "")
  }

  /// What people's verdicts say of the scores, and what follows for the task.
  private func verdicts(_ report: RunReport, _ brief: FencedPrompt) -> [String] {
    if report.trust.isEmpty { return [] }
    let data = brief.data(
      "verdicts of people", report.trust.map { "\($0.target.name): \($0.sentence)" }.joined(separator: "\n"))
    guard report.trust.contains(where: { $0.warning != nil }) else { return [data] }
    return [
      data,
      """
      The scores are not what people would give, so the weakest rows by score need not be the weakest. Go by what people \
      gave where they gave it (verdicts_list), report the corrected mean in place of the mean of the scores, and claim a \
      gain only by a comparison that verdicts on both runs correct.
      """,
    ]
  }

  // MARK: Rows

  private func rows(_ material: Material, _ brief: FencedPrompt) -> [String] {
    let groups = material.groups
    if groups.isEmpty { return [noWeakRows(material)] }
    let count = groups.reduce(0) { $0 + $1.rowIndices.count }
    let faults = FaultGroup.all(of: groups)
    let shown = FaultGroup.examples(
      faults, count: brief.textLimit < 400 ? Self.groupsShown / 2 : Self.groupsShown)
    var parts = [
      "\(Self.subject(count, of: material.weakCount)) with less than the best score, by what went wrong:",
      brief.data("faults", FaultGroup.overview(faults)),
      "Examples, the worst of each fault in turn, equal rows once:",
    ]
    parts += shown.map { brief.data($0.label, Self.text($0.row, brief.textLimit)) }
    if shown.count < groups.count {
      let rest = count - shown.reduce(0) { $0 + $1.rowIndices.count }
      parts.append("\(rest) more of them are not shown here; responses_get shows any train row.")
    }
    return parts
  }

  private static func subject(_ count: Int, of all: Int) -> String {
    if count < all { return "The lowest \(count) of \(all) rows" }
    return count == 1 ? "The row" : "All \(count) rows"
  }

  private func noWeakRows(_ material: Material) -> String {
    if material.report.estimates.isEmpty {
      return "No row has a score, so there are no weakest rows. Have the run scored before you change the prompt."
    }
    guard let shown = material.heldOut.shown, material.hasNoRow(of: shown) else {
      return "No row has less than the best score. Say so, and propose harder rows instead of another prompt."
    }
    return """
      The run has no row that may be seen: a better version written for the rows it is tested on proves nothing. Say so, \
      and offer a run of the same settings with rows "train".
      """
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

  private var canTest: Bool { selection.has("prompts_update", "runs_create", "runs_generate", "runs_compare") }

  private func task(_ material: Material) -> String {
    if material.report.estimates.isEmpty {
      return FencedPrompt.steps([
        "Have the run scored, as its warnings say or with runs_update scoring, and ask for improve_prompt again."
      ])
    }
    if material.groups.isEmpty {
      return FencedPrompt.steps([
        "Tell the user what the run shows, and what to do instead. Do not write another version: no row asks for one."
      ])
    }
    let diagnosis = [
      """
      Say for each frequent fault what its rows have in common, and which part of what was sent causes it. Name the rows.
      """,
      """
      Write \(material.heldOut.shown == nil ? "a better version of that part" : "up to three better versions of that part, each with another remedy"). Keep every {{ variable }} as it is spelt. \
      Mend causes, not rows: \(material.heldOut.copying)
      """,
    ]
    guard canTest else {
      return FencedPrompt.steps(
        diagnosis + ["Show the user the whole part. This server cannot store and test it here."])
    }
    return FencedPrompt.steps(diagnosis + material.test.steps(heldOut: material.heldOut, parts: material.parts))
  }
}

extension ImprovePrompt.Material {
  /// The run's rows, worded as part of a sentence.
  fileprivate var selection: String {
    switch RowSelection(run.rows) ?? .all {
    case .all: "every row"
    case .part(let part): "the \(part.rawValue) rows"
    case .sample(let count): "\(count) rows drawn at random"
    }
  }

  /// The part of the dataset that the run used, if all its rows are held out.
  fileprivate var heldOutPart: DatasetPart? {
    guard case .part(let part) = RowSelection(run.rows), let shown = heldOut.shown, hasNoRow(of: shown) else {
      return nil
    }
    return part
  }

  fileprivate func hasNoRow(of shown: Set<Int>) -> Bool { !rowIndices.contains { shown.contains($0) } }
}
