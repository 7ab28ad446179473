package import JSONCoding

/// One text that a person can call for by its name: its definition, its arguments and what it says.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/server/prompts
package struct Prompt: Sendable {
  /// Makes the messages from the arguments, every required one of which is there.
  ///
  /// A ``RequestRefusal``, such as ``ToolError``, says what is wrong with what was asked.
  package typealias Renderer = @Sendable (_ arguments: [String: String]) async throws -> [PromptMessage]

  package let name: String
  /// Other names that `prompts/get` finds it by, unless another prompt has them.
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

  /// The prompt as `prompts/list` shows it to a client of this version (schema `Prompt`).
  package func definition(for version: ProtocolVersion) -> JSONObject {
    var definition: JSONObject = ["name": .string(name)]
    if version.hasTitles { definition["title"] = .string(title) }
    definition["description"] = .string(description)
    if !arguments.isEmpty { definition["arguments"] = .array(arguments.map { .object($0.definition) }) }
    return definition
  }
}

/// One value that a prompt takes; always a text.
package struct PromptArgument: Sendable {
  package let name: String
  package let description: String
  package let isRequired: Bool
  let complete: Completer

  /// - Parameter complete: what the value may be.
  package init(
    name: String, description: String, isRequired: Bool = true, complete: @escaping Completer = { _ in [] }
  ) {
    self.name = name
    self.description = description
    self.isRequired = isRequired
    self.complete = complete
  }

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

/// Where the server's prompts come from.
package protocol PromptSource: Sendable {
  /// The prompts as they are now, in the order in which clients see them; no name twice.
  func prompts() async throws -> [Prompt]
}
