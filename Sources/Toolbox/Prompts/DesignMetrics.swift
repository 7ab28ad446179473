import Evaluation
import MCP
import Store

/// `design_metrics`: gives the client's model a prompt and rows of a dataset, and asks it to propose metrics.
struct DesignMetrics: BuiltInPrompt {
  static let name = "design_metrics"
  static let toolsets = ["prompts", "datasets", "metrics"]

  let services: Services
  let selection: ToolSelection
  let makeBoundary: @Sendable () -> Boundary

  private static let promptName = "prompt"
  private static let datasetName = "dataset"
  private static let rowsShown = 6
  private static let metricsShown = 30

  private struct Material: Sendable {
    let prompt: PromptRecord
    let dataset: DatasetRecord
    let metrics: [MetricRecord]
  }

  var prompt: Prompt {
    Prompt(
      name: Self.name, title: "Design metrics",
      description: "Work out what makes a good answer to a prompt, as metrics with rubric bands for a judge model.",
      arguments: [
        PromptArgument(name: Self.promptName, description: "Id or name of a prompt version.") {
          [store = services.store] query in
          try await store.read { $0.ids(PromptRecord.self, matching: query.value) }
        },
        PromptArgument(name: Self.datasetName, description: "Id or name of a dataset for that prompt.") {
          [store = services.store] query in
          try await store.read { tables in
            tables.idsOfDatasets(for: query.arguments[Self.promptName], matching: query.value)
          }
        },
      ]
    ) { arguments in
      let material = try await services.store.read { tables in
        Material(
          prompt: try tables.find(PromptRecord.self, named: arguments[Self.promptName] ?? ""),
          dataset: try tables.find(DatasetRecord.self, named: arguments[Self.datasetName] ?? ""),
          metrics: Array(tables.metrics.newestFirst.prefix(Self.metricsShown)))
      }
      let rows = try Self.rows(of: material.dataset)
      return [PromptMessage(.user, FencedPrompt.text(makeBoundary()) { text(material, rows, $0) })]
    }
  }

  /// A few rows from all parts of the dataset, with their indices.
  private static func rows(of dataset: DatasetRecord) throws -> [(index: Int, text: String)] {
    let table = try dataset.table()
    let count = min(rowsShown, table.rowCount)
    return (0..<count).map { number in
      let index = count == 1 ? 0 : number * (table.rowCount - 1) / (count - 1)
      let cells = zip(table.columns, table.row(index)).filter { !RowColumn.isSetting($0.0) }.map { "\($0): \($1)" }
      return (index, cells.joined(separator: "\n"))
    }
  }

  private func text(_ material: Material, _ rows: [(index: Int, text: String)], _ brief: FencedPrompt) -> String {
    var parts = [
      """
      Design metrics for a prompt: what a judge model should look for in its answers. The prompt is version \
      \(material.prompt.versionNumber) of prompt id \(material.prompt.id); dataset \(material.dataset.id) has \
      \(material.dataset.rowCount) rows for it.
      """, brief.rule,
    ]
    parts += RequestParts(material.prompt).data(brief)
    if let description = material.prompt.description { parts.append(brief.data("purpose", description)) }
    parts += rows.map { brief.data("row \($0.index)", Clipping.clip($0.text, to: max(brief.textLimit / 2, 50))) }
    if !material.metrics.isEmpty {
      let list = material.metrics.map { metric in
        "\(metric.id) \(metric.name): \(Clipping.clip(metric.instruction ?? "", to: 200))"
      }
      parts.append(brief.data("existing metrics", list.joined(separator: "\n")))
    }
    parts.append("Your task:\n" + task(material))
    return parts.joined(separator: "\n\n")
  }

  private func task(_ material: Material) -> String {
    var steps = [
      "Say what a user of these answers needs from them, and how an answer to such rows can fail.",
      """
      Propose two to five metrics. Each looks at one thing that the others leave out, can be judged from input, answer \
      and expected output alone, and tells good answers from bad ones on rows like these. What a comparison with the \
      expected output settles needs no judge: say so and leave it to ExactMatch or Contains. Reuse an existing \
      metric where it fits.
      """,
      """
      Write for each a name, an instruction of one to three sentences to the judge, and five rubric bands, from 5 \
      stars to 1. A band says what is seen in an answer of that band and not in the next one; "good" or "poor" says nothing.
      """,
    ]
    guard selection.has("metrics_create") else {
      return FencedPrompt.steps(steps + ["Show them to the user in full. This server cannot store them here."])
    }
    steps.append(
      """
      Show them to the user. Then create each with metrics_create: {"name": ..., "instruction": ..., "rubric_bands": \
      [{"stars": 5, "description": ...}, {"stars": 4, ...}, {"stars": 3, ...}, {"stars": 2, ...}, {"stars": 1, ...}]}.
      """)
    if selection.has("runs_create") {
      steps.append(
        """
        Offer a run that uses them: runs_create with prompt_id \(material.prompt.id), dataset_id \
        \(material.dataset.id), metric_ids, and a judge_model that is not the model that answers.
        """)
    }
    return FencedPrompt.steps(steps)
  }
}

extension Tables {
  /// The ids of datasets; those with a column for every variable of a prompt come first.
  fileprivate func idsOfDatasets(for prompt: String?, matching text: String) -> [String] {
    guard let id = prompt.flatMap({ Int($0) }), let prompt = prompts[id] else {
      return ids(DatasetRecord.self, matching: text)
    }
    let variables = Set(prompt.variables)
    let fitting = ids(DatasetRecord.self, matching: text) { variables.isSubset(of: $0.columns) }
    let others = ids(DatasetRecord.self, matching: text) { !variables.isSubset(of: $0.columns) }
    return fitting + others
  }
}
