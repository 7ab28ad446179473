package import MCP

/// All that clients see.
package enum Toolbox {
  /// The tools in the order in which clients see them, the published one (tools.json).
  package static func tools(_ kit: Kit) -> [Tool] {
    PromptTools(kit: kit).all + RunTools(kit: kit).all + ResponseTools(kit: kit).all + DatasetTools(kit: kit).all
      + MetricTools(kit: kit).all + MetricGroupTools(kit: kit).all + CredentialTools(kit: kit).all
      + TagTools(kit: kit).all + RunTools(kit: kit).evaluation + ModelTools(kit: kit).all
      + ChatTools(kit: kit).all + SessionTools(kit: kit).all + ExperimentTools(kit: kit).all
  }

  /// The names of the groups of tools, in the order of the tools.
  package static let toolsets = [
    "prompts", "runs", "responses", "datasets", "metrics", "metric_groups", "provider_credentials", "tags",
    "models", "chat", "experiments",
  ]
}
