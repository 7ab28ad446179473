import Evaluation
package import MCP
import Store

/// The MCP prompts: those that put the client's own model to work on what lies in the store, and every published prompt
/// of the store itself.
package struct StorePrompts: PromptSource {
  private let services: Services
  private let selection: ToolSelection
  private let makeBoundary: @Sendable () -> Boundary

  /// Nil if prompts are not offered.
  package init?(_ services: Services, _ selection: ToolSelection) {
    self.init(services, selection) { .random() }
  }

  /// - Parameter makeBoundary: a mark that fences data, fresh for every text.
  init?(_ services: Services, _ selection: ToolSelection, makeBoundary: @escaping @Sendable () -> Boundary) {
    guard selection.shows("prompts") else { return nil }
    self.services = services
    self.selection = selection
    self.makeBoundary = makeBoundary
  }

  package func prompts() async throws -> [Prompt] {
    let builtIn = self.builtIn
    let named = try await services.store.read { tables in
      PromptNames.named(tables.prompts.all, reserved: Set(builtIn.map(\.name)))
    }
    return builtIn + named.map(prompt)
  }

  private var builtIn: [Prompt] {
    [
      selection.shows("prompts", "runs", "responses")
        ? ImprovePrompt(services: services, selection: selection, makeBoundary: makeBoundary).prompt : nil,
      selection.shows("prompts", "datasets", "metrics")
        ? DesignMetrics(services: services, selection: selection, makeBoundary: makeBoundary).prompt : nil,
    ].compactMap { $0 }
  }

  /// Lists of prompts are for choosing one.
  private static let longestDescription = 300

  private func prompt(_ named: PromptNames.Named) -> Prompt {
    let record = named.prompt
    let template = Template(record.template)
    return Prompt(
      name: named.name, aliases: [named.alias], title: Clipping.clip(record.name, to: 100),
      description: record.description.map { Clipping.clip($0, to: Self.longestDescription) }
        ?? "Version \(record.versionNumber) of the prompt \(Clipping.clip(record.name, to: 100)).",
      arguments: template.variables.map(argument)
    ) { arguments in
      [PromptMessage(.user, try template.render { arguments[$0] })]
    }
  }

  private func argument(_ variable: String) -> PromptArgument {
    let showsValues = selection.shows("datasets")
    return PromptArgument(name: variable, description: "Text for {{ \(Clipping.clip(variable, to: 60)) }}.") {
      [store = services.store] query in
      guard showsValues else { return [] }
      let datasets = try await store.read { tables in
        tables.datasets.newestFirst.filter { $0.columns.contains(variable) }
      }
      return try ColumnValues.matching(query, ofColumn: variable, in: datasets)
    }
  }
}
