package import JSONCoding
import JSONRPC

/// An operation that clients can call: its definition, its inputs and its implementation.
package struct Tool: Sendable {
  /// The implementation of a tool.
  ///
  /// It returns the structured content. A ``RequestRefusal``, such as ``ToolError``, describes the fault of the
  /// request.
  package typealias Handler = @Sendable (Arguments, ToolContext) async throws -> JSONObject

  /// Finds the URIs of the resources that a result is about, in its structured content.
  package typealias Links = @Sendable (JSONObject) -> [String]

  package let name: String
  package let title: String
  package let description: String
  /// The group by which tools are enabled.
  package let toolset: String
  package let annotations: ToolAnnotations
  package let fields: [FieldDeclaration]
  let ordering: ToolOrdering
  /// Finds one or two URIs for links in a result; more would use up the client's context.
  let links: Links
  /// Whether a call can become a task; ``ToolContext/isTask`` tells whether it does.
  let isTask: Bool
  /// Whether results are often near the largest size, which Claude Code would otherwise put into a file.
  let hasLongResults: Bool
  /// The app that shows results; nil for none.
  let app: App?
  private(set) var handler: Handler

  package init(
    name: String, title: String, description: String, toolset: String, annotations: ToolAnnotations,
    fields: [any ToolField], ordering: ToolOrdering = .ordered, links: @escaping Links = { _ in [] },
    isTask: Bool = false, hasLongResults: Bool = false, app: App? = nil, handler: @escaping Handler
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.toolset = toolset
    self.annotations = annotations
    self.fields = fields.map(\.declaration)
    self.ordering = ordering
    self.links = links
    self.isTask = isTask
    self.hasLongResults = hasLongResults
    self.app = app
    self.handler = handler
  }

  /// The tool with its structured content transformed before clients see it.
  package func mapContent(_ change: @escaping @Sendable (JSONObject) -> JSONObject) -> Tool {
    var tool = self
    tool.handler = { [handler] arguments, context in change(try await handler(arguments, context)) }
    return tool
  }

  /// The scheduling of a call with these arguments, which are not yet validated.
  func ordering(with arguments: JSONValue?, by client: ClientCapabilities) -> RequestOrdering {
    switch ordering {
    case .ordered: .ordered
    case .orderedUntilBegun: .orderedUntilBegun
    case .concurrent: .concurrent
    case .orderedUnlessAsking: client.hasFormElicitation ? .concurrent : .ordered
    case .concurrentWith(let name):
      if let value = Arguments.object(arguments)?[name],
        let number = ValueShape.number(minimum: nil, maximum: nil).coerced(value).doubleValue, number > 0
      {
        .concurrent
      } else {
        .ordered
      }
    }
  }

  /// The tool as listed by `tools/list` for a client of this version (schema `Tool`).
  ///
  /// Only a client that shows apps gets the app's URI, which costs the others context.
  package func definition(
    for version: ProtocolVersion, _ client: ClientCapabilities = ClientCapabilities()
  ) -> JSONObject {
    var definition: JSONObject = ["name": .string(name)]
    if version.hasTitles { definition["title"] = .string(title) }
    definition["description"] = .string(description)
    definition["inputSchema"] = .object(FieldDeclaration.objectSchema(fields))
    if isTask, version.hasToolExecution { definition["execution"] = ["taskSupport": "optional"] }
    if version.hasToolAnnotations { definition["annotations"] = .object(annotations.json) }
    let metadata = metadata(for: client)
    if version.hasToolMetadata, !metadata.isEmpty { definition["_meta"] = .object(metadata) }
    return definition
  }

  /// What some clients read beside the definition.
  private func metadata(for client: ClientCapabilities) -> JSONObject {
    var metadata = app.flatMap { client.hasApps ? $0.metadata : nil } ?? [:]
    // The size up to which Claude Code shows a result whole, whatever its number of tokens
    // (code.claude.com/docs/en/mcp, "Raise the limit for a specific tool").
    if hasLongResults { metadata["anthropic/maxResultSizeChars"] = .int(ToolResult.limit) }
    return metadata
  }
}

/// Whether a call of the tool delays later calls.
package enum ToolOrdering: Sendable, Equatable {
  /// Later calls wait for the response.
  case ordered
  /// Later calls wait until the call tells ``ToolContext/begun()``, so that they see what it has begun.
  case orderedUntilBegun
  /// Later calls do not wait.
  case concurrent
  /// Later calls wait, except with clients that ask their users questions, which may take minutes.
  case orderedUnlessAsking
  /// Concurrent if the call gives this argument a number above 0.
  case concurrentWith(argument: String)
}

/// Hints for a client on the effects of a tool (schema `ToolAnnotations`).
package struct ToolAnnotations: Sendable, Equatable {
  package var isReadOnly: Bool
  package var isDestructive: Bool
  package var isIdempotent: Bool
  /// Whether the tool contacts external systems, such as a provider of models.
  package var isOpenWorld: Bool

  package init(isReadOnly: Bool, isDestructive: Bool, isIdempotent: Bool, isOpenWorld: Bool) {
    self.isReadOnly = isReadOnly
    self.isDestructive = isDestructive
    self.isIdempotent = isIdempotent
    self.isOpenWorld = isOpenWorld
  }

  package static let reading = ToolAnnotations(
    isReadOnly: true, isDestructive: false, isIdempotent: true, isOpenWorld: false)
  package static let creating = ToolAnnotations(
    isReadOnly: false, isDestructive: false, isIdempotent: false, isOpenWorld: false)
  /// Changes a state, such as the published version, without overwriting content.
  package static let marking = ToolAnnotations(
    isReadOnly: false, isDestructive: false, isIdempotent: true, isOpenWorld: false)
  /// Overwrites earlier content.
  package static let updating = ToolAnnotations(
    isReadOnly: false, isDestructive: true, isIdempotent: true, isOpenWorld: false)
  package static let deleting = ToolAnnotations(
    isReadOnly: false, isDestructive: true, isIdempotent: true, isOpenWorld: false)
  /// Calls a language model each time, which may cost money.
  package static let generating = ToolAnnotations(
    isReadOnly: false, isDestructive: false, isIdempotent: false, isOpenWorld: true)
  /// Calls a language model, which may cost money, for results that are still missing.
  package static let spending = ToolAnnotations(
    isReadOnly: false, isDestructive: false, isIdempotent: true, isOpenWorld: true)
  /// As ``spending``, but a call can also discard paid results, which are then paid for again.
  package static let spendingOrDiscarding = ToolAnnotations(
    isReadOnly: false, isDestructive: true, isIdempotent: false, isOpenWorld: true)

  var json: JSONObject {
    [
      "readOnlyHint": .bool(isReadOnly), "destructiveHint": .bool(isDestructive),
      "idempotentHint": .bool(isIdempotent), "openWorldHint": .bool(isOpenWorld),
    ]
  }
}
