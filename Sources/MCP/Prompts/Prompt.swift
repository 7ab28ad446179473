package import JSONCoding

/// A prompt that a person can select by name: its definition, its arguments and its messages.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/server/prompts
package struct Prompt: Sendable {
  /// Creates the messages from the arguments, which include every required one.
  ///
  /// A ``RequestRefusal``, such as ``ToolError``, describes the fault of the request.
  package typealias Renderer = @Sendable (_ arguments: [String: String]) async throws -> [PromptMessage]

  package let name: String
  /// Alternative names in `prompts/get`, unless another prompt has them.
  package let aliases: [String]
  package let title: String
  package let description: String
  package let arguments: [PromptArgument]
  package let render: Renderer

  package init(
    name: String, aliases: [String] = [], title: String, description: String, arguments: [PromptArgument],
    render: @escaping Renderer
  ) {
    self.name = name
    self.aliases = aliases
    self.title = title
    self.description = description
    self.arguments = arguments
    self.render = render
  }

  /// The prompt as listed by `prompts/list` for a client of this version (schema `Prompt`).
  package func definition(for version: ProtocolVersion) -> JSONObject {
    var definition: JSONObject = ["name": .string(name)]
    if version.hasTitles { definition["title"] = .string(title) }
    definition["description"] = .string(description)
    if !arguments.isEmpty { definition["arguments"] = .array(arguments.map { .object($0.definition) }) }
    return definition
  }
}

/// An argument of a prompt, which is always a text.
package struct PromptArgument: Sendable {
  package let name: String
  /// Former names, which are accepted and not listed.
  let aliases: [String]
  package let description: String
  package let isRequired: Bool
  let complete: Completer

  /// - Parameter complete: suggests values.
  package init(
    name: String, aliases: [String] = [], description: String, isRequired: Bool = true,
    complete: @escaping Completer = { _ in [] }
  ) {
    self.name = name
    self.aliases = aliases
    self.description = description
    self.isRequired = isRequired
    self.complete = complete
  }

  /// Whether a client may mean it by a name.
  func isNamed(_ name: String) -> Bool { self.name == name || aliases.contains(name) }

  /// Schema `PromptArgument`.
  var definition: JSONObject {
    ["name": .string(name), "description": .string(description), "required": .bool(isRequired)]
  }
}

/// One message of a prompt, for the conversation of the client.
package struct PromptMessage: Sendable, Equatable {
  package enum Role: String, Sendable { case user, assistant }

  package let role: Role
  package let text: String

  package init(_ role: Role, _ text: String) {
    self.role = role
    self.text = text
  }

  /// Schema `PromptMessage`.
  var json: JSONValue {
    ["role": .string(role.rawValue), "content": ["type": "text", "text": .string(text)]]
  }
}
