import Evaluation
import JSONCoding
package import MCP
import Providers
import Store

/// The MCP prompts: built-in ones that the client's own model works through, and every published prompt of the store.
package struct StorePrompts: PromptSource {
  private let services: Services
  private let selection: ToolSelection
  private let makeBoundary: @Sendable () -> Boundary

  /// Nil if prompts are disabled.
  package init?(_ services: Services, _ selection: ToolSelection) {
    self.init(services, selection) { .random() }
  }

  /// - Parameter makeBoundary: creates a new mark that fences data for every text.
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
    BuiltInPrompts.shown(by: selection).map {
      $0.init(services: services, selection: selection, makeBoundary: makeBoundary).prompt
    }
  }

  /// Descriptions are short, because a list is for choosing.
  private static let longestDescription = 300

  private func prompt(_ named: PromptNames.Named) -> Prompt {
    let record = named.prompt
    let names = PromptNames.arguments(record.variables)
    return Prompt(
      name: named.name, aliases: [named.alias], title: Clipping.clip(record.name, to: 100),
      description: record.description.map { Clipping.clip($0, to: Self.longestDescription) }
        ?? "Version \(record.versionNumber) of the prompt \(Clipping.clip(record.name, to: 100)).",
      arguments: names.map { argument($0.name, for: $0.variable) }
    ) { arguments in
      var values = JSONObject()
      for (name, variable) in names { values[variable] = arguments[name].map(JSONValue.string) }
      return try record.conversation(values)
    }
  }

  private func argument(_ name: String, for variable: String) -> PromptArgument {
    let showsValues = selection.shows("datasets")
    return PromptArgument(name: name, description: "Text for {{ \(Clipping.clip(variable, to: 60)) }}.") {
      [store = services.store] query in
      guard showsValues else { return [] }
      let datasets = try await store.read { tables in
        tables.datasets.newestFirst.filter { $0.columns.contains(variable) }
      }
      return try ColumnValues.matching(query, ofColumn: variable, in: datasets)
    }
  }
}

extension PromptRecord {
  /// The whole conversation, for a client's own model.
  ///
  /// MCP prompts have no system role, so the system prompt becomes the first user message.
  fileprivate func conversation(_ inputs: JSONObject) throws -> [PromptMessage] {
    let rendered = try requestTemplate.render(inputs: inputs, .unread)
    let system = rendered.system.map {
      PromptMessage(.user, "Follow these instructions in the conversation below.\n\n\($0)")
    }
    return [system].compactMap(\.self)
      + (rendered.turns + [ChatMessage(.user, rendered.prompt)]).map { message in
        PromptMessage(message.role == .assistant ? .assistant : .user, message.promptText)
      }
  }
}

extension ChatMessage {
  /// The texts, and the sources of the images.
  fileprivate var promptText: String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .image(.url(let url)): "[image: \(Clipping.clip(url, to: 200))]"
      case .image(.data): "[image]"
      }
    }.joined(separator: "\n")
  }
}
