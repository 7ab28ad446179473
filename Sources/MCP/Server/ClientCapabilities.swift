import JSONCoding
import JSONRPC

/// What the client of a request can do (schema `ClientCapabilities`), as far as the server makes use of it.
package struct ClientCapabilities: Sendable, Equatable {
  /// Whether it can put a form before the user (`elicitation/create`, mode `form`).
  package var hasFormElicitation = false
  /// Whether it takes a task in place of a result (extension `io.modelcontextprotocol/tasks`).
  package var hasTasks = false

  package init(hasFormElicitation: Bool = false, hasTasks: Bool = false) {
    self.hasFormElicitation = hasFormElicitation
    self.hasTasks = hasTasks
  }

  init(_ value: JSONValue?) {
    if let elicitation = value?["elicitation"]?.objectValue {
      // Before there were modes there were forms, and an empty object still means those.
      hasFormElicitation = elicitation["form"]?.objectValue != nil || elicitation["url"] == nil
    }
    hasTasks = value?["extensions"]?[Self.tasksExtension]?.objectValue != nil
  }

  static let tasksExtension = "io.modelcontextprotocol/tasks"

  /// - Throws: schema `MissingRequiredClientCapabilityError`, for a request that only clients which know tasks make.
  func requireTasks() throws(RPCError) {
    if hasTasks { return }
    throw RPCError(
      code: -32021,
      message: "The client must declare the extension \(Self.tasksExtension) in its capabilities to ask for tasks.",
      data: ["requiredCapabilities": ["extensions": .object([Self.tasksExtension: [:]])]])
  }
}
