package import MCP

/// Everything that clients see.
package enum Toolbox {
  /// The tools in the display order of tools.json, with results that fit.
  package static func tools(_ services: Services) -> [Tool] {
    all(services).map { $0.mapContent(Clipping.acceptable) }
  }

  private static func all(_ services: Services) -> [Tool] {
    PromptTools(services: services).all + RunTools(services: services).all + ResponseTools(services: services).all
      + DatasetTools(services: services).all
      + MetricTools(services: services).all + MetricGroupTools(services: services).all
      + CredentialTools(services: services).all
      + TagTools(services: services).all + RunTools(services: services).evaluation + ModelTools(services: services).all
      + ChatTools(services: services).all + SessionTools(services: services).all
      + ExperimentTools(services: services).all + VerdictTools(services: services).all
      + [
        ExportTool(services: services).create, SearchTool(services: services).search,
        ArchiveTool(services: services).archive,
      ]
      + ImportTools(services: services).all
  }

  /// The names of the groups of tools, in the order of the tools.
  package static let toolsets = [
    "prompts", "runs", "responses", "datasets", "metrics", "metric_groups", "provider_credentials", "tags",
    "models", "chat", "experiments", "exports", "search",
  ]
}
