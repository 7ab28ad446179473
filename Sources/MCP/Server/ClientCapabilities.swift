import JSONCoding
import JSONRPC

/// The capabilities of a request's client (schema `ClientCapabilities`) that the server uses.
package struct ClientCapabilities: Sendable, Equatable {
  /// Whether the client can show a form to the user (`elicitation/create`, mode `form`).
  package var hasFormElicitation = false
  /// Whether the client accepts a task in place of a result (extension `io.modelcontextprotocol/tasks`).
  package var hasTasks = false
  /// Whether the client shows apps (extension `io.modelcontextprotocol/ui`).
  package var hasApps = false

  package init(hasFormElicitation: Bool = false, hasTasks: Bool = false, hasApps: Bool = false) {
    self.hasFormElicitation = hasFormElicitation
    self.hasTasks = hasTasks
    self.hasApps = hasApps
  }

  init(_ value: JSONValue?) {
    if let elicitation = value?["elicitation"]?.objectValue {
      // Forms are older than modes, so an empty object means forms.
      hasFormElicitation = elicitation["form"]?.objectValue != nil || elicitation["url"] == nil
    }
    hasTasks = value?["extensions"]?[Self.tasksExtension]?.objectValue != nil
    let types = value?["extensions"]?[Self.appsExtension]?["mimeTypes"]?.arrayValue
    hasApps = types?.contains(.string(App.mimeType)) ?? false
  }

  static let tasksExtension = "io.modelcontextprotocol/tasks"
  static let appsExtension = "io.modelcontextprotocol/ui"

  /// - Throws: schema `MissingRequiredClientCapabilityError`, for a request that requires support of tasks.
  func requireTasks() throws(RPCError) {
    if hasTasks { return }
    throw RPCError(
      code: -32021,
      message: "The client must declare the extension \(Self.tasksExtension) in its capabilities to ask for tasks.",
      data: ["requiredCapabilities": ["extensions": .object([Self.tasksExtension: [:]])]])
  }
}
