import Evaluation
package import MCP
import Store

/// The MCP prompts: those that put the client's own model to work on what lies in the store, and every published prompt
/// of the store itself.
package struct StorePrompts: PromptSource {
  private let kit: Kit
  private let offer: Offer
  private let makeBoundary: @Sendable () -> Boundary

  /// Nil if prompts are not offered.
  package init?(_ kit: Kit, _ offer: Offer) {
    self.init(kit, offer) { .random() }
  }

  /// - Parameter makeBoundary: a mark that fences data, fresh for every text.
  init?(_ kit: Kit, _ offer: Offer, makeBoundary: @escaping @Sendable () -> Boundary) {
    guard offer.shows("prompts") else { return nil }
    self.kit = kit
    self.offer = offer
    self.makeBoundary = makeBoundary
  }

  package func prompts() async throws -> [Prompt] {
    let builtIn = self.builtIn
    let named = try await kit.store.read { tables in
      PromptNames.named(tables.prompts.all, reserved: Set(builtIn.map(\.name)))
    }
    return builtIn + named.map(prompt)
  }

  private var builtIn: [Prompt] {
    [
      offer.shows("prompts", "runs", "responses")
        ? ImprovePrompt(kit: kit, offer: offer, makeBoundary: makeBoundary).prompt : nil,
      offer.shows("prompts", "datasets", "metrics")
        ? DesignMetrics(kit: kit, offer: offer, makeBoundary: makeBoundary).prompt : nil,
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
    let showsValues = offer.shows("datasets")
    return PromptArgument(name: variable, description: "Text for {{ \(Clipping.clip(variable, to: 60)) }}.") {
      [store = kit.store] query in
      guard showsValues else { return [] }
      let datasets = try await store.read { tables in
        tables.datasets.newestFirst.filter { $0.columns.contains(variable) }
      }
      return try ColumnValues.matching(query, ofColumn: variable, in: datasets)
    }
  }
}
