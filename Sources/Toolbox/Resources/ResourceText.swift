import Evaluation
import MCP
import Store

/// The descriptions of resources in lists.
enum ResourceText {
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
    return Resource(
      uri: uri.text, name: "experiment \(experiment.id) report, HTML", title: "\(name(experiment.name)): report, HTML",
      description: uri.kind.sentence, mimeType: uri.kind.mimeType, lastModified: experiment.updatedAt.description)
  }

  static func of(_ uri: ResourceURI, titled title: String) -> Resource {
    Resource(
      uri: uri.text, name: uri.kind.name, title: "\(name(title)): \(uri.kind.name)", description: uri.kind.sentence,
      mimeType: uri.kind.mimeType)
  }

  /// - Precondition: the kind is of runs.
  static func of(_ kind: ResourceURI.Kind, _ run: RunRecord) -> Resource {
    let suffix = kind.name.dropFirst("run ".count)
    return Resource(
      uri: ResourceURI(kind, id: run.id).text, name: "run \(run.id) \(suffix)", title: "\(name(run.name)): \(suffix)",
      description: kind.sentence, mimeType: kind.mimeType, lastModified: run.updatedAt.description)
  }
}
