package import JSONCoding
package import JSONRPC
import Synchronization

/// The Model Context Protocol over a connection: the handshake, and a table of methods.
///
/// https://modelcontextprotocol.io/specification/2025-11-25
package final class MCPServer: MessageHandler {
  private let info: ServerInfo
  private let registry: ToolRegistry
  /// The version that the handshake has settled; nil before it.
  private let negotiated = Mutex<ProtocolVersion?>(nil)

  package init(info: ServerInfo, tools: ToolRegistry) {
    self.info = info
    registry = tools
  }

  /// What answers a method, for a client of one version.
  private typealias Method =
    @Sendable (
      MCPServer, Request, RequestContext, ProtocolVersion
    ) async throws(RPCError) -> JSONObject

  private static let methods: [String: Method] = [
    "initialize": { server, request, _, _ throws(RPCError) in try server.initialize(request) },
    "ping": { _, _, _, _ throws(RPCError) in [:] },
    "tools/list": { server, request, _, version throws(RPCError) in try server.listTools(request, version) },
    "tools/call": { server, request, context, version throws(RPCError) in
      try await server.callTool(request, context, version)
    },
  ]

  /// The version in force for a request: a client that skips the handshake is served as one of the latest.
  private var version: ProtocolVersion { negotiated.withLock { $0 } ?? .latest }

  // MARK: MessageHandler

  package var acceptsBatches: Bool { version.allowsBatches }

  package func ordering(of request: Request) -> RequestOrdering {
    guard request.method == "tools/call", let name = request.params?["name"]?.stringValue else { return .ordered }
    return registry[name]?.ordering(with: request.params?["arguments"]) ?? .ordered
  }

  package func cancellation(in notification: Notification) -> RequestID? {
    guard notification.method == "notifications/cancelled" else { return nil }
    return notification.params?["requestId"].flatMap(RequestID.init)
  }

  package func respond(to request: Request, in context: RequestContext) async throws(RPCError) -> JSONObject {
    guard let method = Self.methods[request.method] else { throw .methodNotFound(request.method) }
    return try await method(self, request, context, version)
  }

  /// `notifications/initialized` and everything unknown: nothing depends on them.
  package func receive(_ notification: Notification) async {}

  // MARK: Methods

  private func initialize(_ request: Request) throws(RPCError) -> JSONObject {
    guard let requested = request.params?["protocolVersion"]?.stringValue else {
      throw .invalidParams("initialize needs protocolVersion, such as \"\(ProtocolVersion.latest.rawValue)\".")
    }
    let version = ProtocolVersion.negotiated(requested)
    negotiated.withLock { $0 = version }
    return [
      "protocolVersion": .string(version.rawValue), "capabilities": ["tools": [:]],
      "serverInfo": .object(info.implementation(for: version)), "instructions": .string(info.instructions),
    ]
  }

  private func listTools(_ request: Request, _ version: ProtocolVersion) throws(RPCError) -> JSONObject {
    if let cursor = request.params?["cursor"], !cursor.isNull, cursor != "" {
      throw .invalidParams("The list of tools has one page; cursor \(cursor.text) is none of its cursors.")
    }
    return ["tools": registry.definitions(for: version)]
  }

  private func callTool(
    _ request: Request, _ context: RequestContext, _ version: ProtocolVersion
  ) async throws(RPCError) -> JSONObject {
    guard let name = request.params?["name"]?.stringValue else {
      throw .invalidParams("tools/call needs the tool's name.")
    }
    guard let tool = registry[name] else { throw registry.unknown(name) }
    guard let object = Arguments.object(request.params?["arguments"]) else {
      throw .invalidParams("arguments must be an object, not \(request.params?["arguments"]?.kindName ?? "null").")
    }
    let toolContext = ToolContext(
      request: context, token: request.params?["_meta"]?["progressToken"], version: version)
    do {
      let arguments = try Arguments(object, fields: tool.fields, tool: name)
      return ToolResult.success(try await tool.handler(arguments, toolContext), for: version)
    } catch {
      // Errors are sentences by the time they come here, whatever layer they come from.
      return ToolResult.failure("\(error)")
    }
  }
}
