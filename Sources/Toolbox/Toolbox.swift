package import MCP

/// All that clients see.
package enum Toolbox {
  /// The tools in the order in which clients see them, the published one (tools.json).
  package static func tools(_ kit: Kit) -> [Tool] {
    PromptTools(kit: kit).all + RunTools(kit: kit).all + ResponseTools(kit: kit).all + DatasetTools(kit: kit).all
      + MetricTools(kit: kit).all + MetricGroupTools(kit: kit).all + CredentialTools(kit: kit).all
      + TagTools(kit: kit).all + RunTools(kit: kit).evaluation + ModelTools(kit: kit).all
  }

  /// The names of the groups of tools, in the order of the tools.
  package static let toolsets = [
    "prompts", "runs", "responses", "datasets", "metrics", "metric_groups", "provider_credentials", "tags",
    "models",
  ]

  /// For the client's model: how the tools work together.
  package static let instructions = """
    completion-kit tests prompts. The way: prompts_create (a template with {{ variables }}), datasets_create (CSV whose \
    columns fill them; expected_output is compared with), metrics_create (what a judge model scores 1 to 5), runs_create \
    (prompt x dataset, scoring ExactMatch, Contains, LlmJudge or None), runs_generate (calls the model for every row), \
    then runs_get for scores and responses_list with order score for the weakest rows. Improve with prompts_update, run \
    again on the same dataset, and prompts_publish the better version. The model "echo" needs no key and costs nothing. \
    runs_generate returns after wait_seconds with the run as it stands; call it or runs_get again to wait on. It resumes: \
    rows that have an answer are not paid for again. Keys come from the environment or provider_credentials_create and \
    are never shown.
    """
}
