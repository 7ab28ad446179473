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

  /// Refuses what only a client that knows tasks may ask for (schema `MissingRequiredClientCapabilityError`).
  func requireTasks(for method: String) throws(RPCError) {
    guard !hasTasks else { return }
    throw RPCError(
      code: -32021,
      message: "\(method) is for clients that declare the extension \"\(Self.tasksExtension)\" in their capabilities.",
      data: ["requiredCapabilities": ["extensions": [Self.tasksExtension: [:]]]])
  }
}
