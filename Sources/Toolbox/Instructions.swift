import Evaluation
import Store

/// The instructions for a client's model: how the available tools work together.
package enum Instructions {
  /// The size limit in bytes, beyond which clients do not show the text to a model.
  static let limit = 2048

  /// Sentences about the available tools, and about nothing else.
  package static func text(_ selection: ToolSelection) -> String {
    let sentences = [
      "completion-kit tests prompts (evals): it runs a language model over a dataset's rows, scores the answers by "
        + "comparison, checks or a judge, compares versions and models (A/B), and counts the cost.",
      way(selection), improvement(selection), experiments(selection), generation(selection), conversation(selection),
      spending(selection),
      keys(selection),
      selection.isReadOnly
        ? "This server was started to read only: nothing can be created, changed or generated." : nil,
      prompts(selection), resources(selection),
    ]
    return sentences.compactMap { $0 }.joined(separator: " ")
  }

  private static func way(_ selection: ToolSelection) -> String? {
    let steps: [(tool: String, text: String)] = [
      ("prompts_create", "prompts_create (a template with {{ variables }})"),
      ("datasets_create", "datasets_create (CSV whose columns fill them; expected_output is compared with)"),
      ("metrics_create", "metrics_create (what a judge model scores 1 to 5)"),
      ("runs_create", "runs_create (prompt x dataset, scoring \(scorings))"),
      ("runs_generate", "runs_generate (calls the model for every row)"),
      ("runs_get", "runs_get for scores, failures and cost"),
      ("responses_list", "responses_list with order score for the weakest rows"),
    ]
    let offered = steps.filter { selection.has($0.tool) }.map(\.text)
    return offered.isEmpty ? nil : "Workflow: \(offered.joined(separator: ", "))."
  }

  /// `ExactMatch, Contains, LlmJudge or None`.
  private static var scorings: String {
    let names = Scorer.all.map(\.scoring.rawValue)
    return "\(names.dropLast().joined(separator: ", ")) or \(names.last ?? "")"
  }

  private static func improvement(_ selection: ToolSelection) -> String? {
    let steps: [(tool: String, text: String)] = [
      ("prompts_update", "prompts_update (a draft of a new version, once there are runs)"),
      ("runs_generate", "a new run on the same dataset"),
      ("runs_compare", "runs_compare (is the difference real? only: changed leaves out equal rows)"),
      ("prompts_publish", "prompts_publish of the better version"),
    ]
    guard selection.has("prompts_update") else {
      return selection.has("runs_compare") ? "runs_compare says whether a difference between runs is real." : nil
    }
    let offered = steps.filter { selection.has($0.tool) }.map(\.text)
    return "To improve: \(offered.joined(separator: ", "))."
  }

  private static func experiments(_ selection: ToolSelection) -> String? {
    guard selection.has("experiments_create"), selection.has("experiments_generate") else { return nil }
    return
      "Where no dataset tells which version is better: experiments_create, experiments_generate for real requests, "
      + "experiments_feedback on each, experiments_get for the verdict."
  }

  private static func generation(_ selection: ToolSelection) -> String? {
    guard selection.has("runs_generate") else { return nil }
    let wait = selection.has("runs_get") ? "call it or runs_get again to keep waiting" : "call it again to keep waiting"
    return "runs_generate returns after wait_seconds with the run's state; \(wait). It resumes: rows that have an "
      + "answer are not paid for again."
  }

  private static func conversation(_ selection: ToolSelection) -> String? {
    guard selection.has("chat_completions_create") else { return nil }
    return "chat_completions_create asks a model once; with session_id it continues that session."
  }

  private static func spending(_ selection: ToolSelection) -> String? {
    if selection.isNoSpend {
      return "Only the model \"echo\" and models on this machine answer: this server was started not to spend money."
    }
    return selection.has("runs_create")
      ? "runs_create tells estimated_cost and takes max_cost. The model \"echo\" needs no key and costs nothing." : nil
  }

  private static func keys(_ selection: ToolSelection) -> String? {
    if selection.has("provider_credentials_create") {
      return "Keys come from the environment or provider_credentials_create and are never shown."
    }
    return selection.has("runs_generate") ? "Keys come from the environment." : nil
  }

  private static func prompts(_ selection: ToolSelection) -> String? {
    guard selection.shows("prompts") else { return nil }
    let builtIn = BuiltInPrompts.shown(by: selection).map { $0.name }
    let others = builtIn.isEmpty ? "" : ", beside \(builtIn.joined(separator: ", "))"
    return "Published prompts are MCP prompts too\(others)."
  }

  private static func resources(_ selection: ToolSelection) -> String? {
    guard selection.shows("runs") else { return nil }
    let rows = selection.shows("responses") ? "; all its rows: \(ResourceURI.Kind.responsesCSV.template)" : ""
    return "A run's report is the resource \(ResourceURI.Kind.report.template)\(rows); a page with charts for people: "
      + "\(ResourceURI.Kind.htmlReport.template)."
  }
}
