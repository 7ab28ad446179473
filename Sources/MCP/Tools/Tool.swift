package import JSONCoding
import JSONRPC

/// One thing a client can ask for: its definition, its inputs and what it does.
package struct Tool: Sendable {
  /// What a tool does.
  ///
  /// Returns the structured content. A ``RequestRefusal``, such as ``ToolError``, says what is wrong with what was asked.
  package typealias Handler = @Sendable (Arguments, ToolContext) async throws -> JSONObject

  /// Finds in the structured content of a result what it is about.
  package typealias Links = @Sendable (JSONObject) -> [String]

  package let name: String
  package let title: String
  package let description: String
  /// The group in which the tool is switched on and off.
  package let toolset: String
  package let annotations: ToolAnnotations
  package let fields: [FieldDeclaration]
  let ordering: ToolOrdering
  /// The URIs of the resources that a result is about, one or two: they cost a client's context.
  let links: Links
  /// Whether the work it begins can be a task; then ``ToolContext/isTask`` says whether it is.
  let isTask: Bool
  private(set) var handler: Handler

  package init(
    name: String, title: String, description: String, toolset: String, annotations: ToolAnnotations,
    fields: [any ToolField], ordering: ToolOrdering = .ordered, links: @escaping Links = { _ in [] },
    isTask: Bool = false, handler: @escaping Handler
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
    self.handler = handler
  }

  /// The tool with its structured content changed before clients see it.
  package func mapContent(_ change: @escaping @Sendable (JSONObject) -> JSONObject) -> Tool {
    var tool = self
    tool.handler = { [handler] arguments, context in change(try await handler(arguments, context)) }
    return tool
  }

  /// When a call with these arguments, as the client gave them, is begun.
  func ordering(with arguments: JSONValue?, by client: ClientCapabilities) -> RequestOrdering {
    switch ordering {
    case .ordered: .ordered
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

  /// The tool as `tools/list` shows it to a client of this version (schema `Tool`).
  package func definition(for version: ProtocolVersion) -> JSONObject {
    var definition: JSONObject = ["name": .string(name)]
    if version.hasTitles { definition["title"] = .string(title) }
    definition["description"] = .string(description)
    definition["inputSchema"] = .object(FieldDeclaration.objectSchema(fields))
    if isTask, version.hasToolExecution { definition["execution"] = ["taskSupport": "optional"] }
    if version.hasToolAnnotations { definition["annotations"] = .object(annotations.json) }
    return definition
  }
}

/// Whether a tool's calls hold up the calls that come after them.
package enum ToolOrdering: Sendable, Equatable {
  /// The next one waits for the answer.
  case ordered
  /// The next one does not wait.
  case concurrent
  /// The next one waits, except for clients that put questions before their users, who may take minutes to answer.
  case orderedUnlessAsking
  /// Concurrent if the call gives this argument a number above 0.
  case concurrentWith(argument: String)
}

/// What a client may assume of a tool before it asks a person (schema `ToolAnnotations`).
package struct ToolAnnotations: Sendable, Equatable {
  package var isReadOnly: Bool
  package var isDestructive: Bool
  package var isIdempotent: Bool
  /// Whether it talks to the world outside, such as a provider of models.
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
  /// Changes a state, such as which version is published, and keeps what was written.
  package static let marking = ToolAnnotations(
    isReadOnly: false, isDestructive: false, isIdempotent: true, isOpenWorld: false)
  /// Puts something in place of what was written before.
  package static let updating = ToolAnnotations(
    isReadOnly: false, isDestructive: true, isIdempotent: true, isOpenWorld: false)
  package static let deleting = ToolAnnotations(
    isReadOnly: false, isDestructive: true, isIdempotent: true, isOpenWorld: false)
  /// Calls a language model anew each time, which may cost money.
  package static let generating = ToolAnnotations(
    isReadOnly: false, isDestructive: false, isIdempotent: false, isOpenWorld: true)
  /// Calls a language model, which may cost money, for what is not paid for yet.
  package static let spending = ToolAnnotations(
    isReadOnly: false, isDestructive: false, isIdempotent: true, isOpenWorld: true)
  /// The same, where a call may also ask for what is paid for to be discarded: then it pays anew each time.
  package static let spendingOrDiscarding = ToolAnnotations(
    isReadOnly: false, isDestructive: true, isIdempotent: false, isOpenWorld: true)

  var json: JSONObject {
    [
      "readOnlyHint": .bool(isReadOnly), "destructiveHint": .bool(isDestructive),
      "idempotentHint": .bool(isIdempotent), "openWorldHint": .bool(isOpenWorld),
    ]
  }
}

/// What is wrong with what a tool was asked, as a sentence that says what to do next.
package struct ToolError: RequestRefusal, Sendable, Equatable {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
