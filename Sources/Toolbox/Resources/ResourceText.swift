import Evaluation
import MCP
import Store

/// The descriptions of resources in lists.
enum ResourceText {
  /// The description of all resources of a kind.
  static func description(of kind: ResourceURI.Kind) -> (name: String, title: String, sentence: String) {
    switch kind {
    case .report:
      (
        "run report", "Report of a run",
        "Scores with 95 % intervals, their distribution, the weakest rows with the judge's reasons, cost, settings."
      )
    case .htmlReport:
      (
        "run report, HTML", "Report of a run as a web page",
        "One self-contained file for a browser: verdict, warnings, charts, the weakest rows, what was run."
      )
    case .comparison:
      (
        "comparison report, HTML", "Comparison of 2 to 4 runs as a web page",
        "ids: runs of one dataset, separated by commas, the baseline first. One self-contained file for a browser: verdicts, "
          + "charts, changed rows and prompts word by word."
      )
    case .experiment:
      (
        "experiment report, HTML", "Report of an experiment as a web page",
        "One self-contained file for a browser: verdict, each version's rate with its interval, cost, prompts word by word."
      )
    case .responsesCSV:
      (
        "run responses, CSV", "Responses of a run as a table",
        "Every row: input, expected output, response, score and reviews. Texts that a spreadsheet would take for a "
          + "formula begin with an apostrophe."
      )
    case .responsesJSONLines:
      (
        "run responses, JSON Lines", "Responses of a run with everything",
        "Every row as a line of JSON, as responses_get has it but whole."
      )
    case .junit:
      (
        "run results, JUnit", "Results of a run for CI",
        "One test case a row: a failure where the score is not right, an error where the row failed; mean and interval as "
          + "properties."
      )
    case .verdictsCSV:
      (
        "run verdicts, CSV", "Verdicts on a run as a table",
        "Every person's score of a response, with the criterion's wording, for spreadsheets; verdicts_create takes those of verdicts.jsonl."
      )
    case .verdictsJSONLines:
      (
        "run verdicts, JSON Lines", "Verdicts on a run as JSON Lines",
        "One verdict a line, as verdicts_create takes it."
      )
    case .manifest:
      (
        "run manifest", "What a run was asked and scored by",
        "Template, settings, model, dataset, metrics, judge and versions as JSON, with a hash that is the same for runs "
          + "asked and scored alike."
      )
    case .dataset: ("dataset", "Rows of a dataset", "The dataset's CSV text as it was stored.")
    case .prompt: ("prompt", "Prompt version", "A prompt version with its whole template, as JSON.")
    }
  }

  /// The size limit in characters of a name or a list of names.
  static let nameLimit = 100
}

extension Resource {
  private static func name(_ text: String) -> String { Clipping.clip(text, to: ResourceText.nameLimit) }

  static func of(_ prompt: PromptRecord) -> Resource {
    let uri = ResourceURI(.prompt, id: prompt.id)
    return Resource(
      uri: uri.text, name: "prompt \(prompt.id)", title: name(prompt.displayName),
      description: prompt.description.map { Clipping.clip($0, to: 300) }
        ?? "Version \(prompt.versionNumber), for the model \(name(prompt.llmModel)).",
      mimeType: uri.kind.mimeType, lastModified: prompt.updatedAt.description)
  }

  static func of(_ dataset: DatasetRecord) -> Resource {
    let uri = ResourceURI(.dataset, id: dataset.id)
    let bytes = dataset.byteCount
    return Resource(
      uri: uri.text, name: "dataset \(dataset.id)", title: name(dataset.name),
      description: "\(dataset.rowCount) rows: \(Clipping.clip(dataset.columns.joined(separator: ", "), to: 200)).",
      mimeType: uri.kind.mimeType, size: bytes <= RowPage.byteLimit ? bytes : nil,
      lastModified: dataset.updatedAt.description)
  }

  static func of(_ experiment: ExperimentRecord) -> Resource {
    let uri = ResourceURI(.experiment, id: experiment.id)
    let family = ResourceText.description(of: uri.kind)
    return Resource(
      uri: uri.text, name: "experiment \(experiment.id) report, HTML", title: "\(name(experiment.name)): report, HTML",
      description: family.sentence, mimeType: uri.kind.mimeType, lastModified: experiment.updatedAt.description)
  }

  /// - Precondition: the kind belongs to runs.
  static func of(_ kind: ResourceURI.Kind, _ run: RunRecord) -> Resource {
    let family = ResourceText.description(of: kind)
    let suffix = family.name.dropFirst("run ".count)
    return Resource(
      uri: ResourceURI(kind, id: run.id).text, name: "run \(run.id) \(suffix)", title: "\(name(run.name)): \(suffix)",
      description: family.sentence, mimeType: kind.mimeType, lastModified: run.updatedAt.description)
  }
}
