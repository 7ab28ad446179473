package import JSONCoding
package import JSONRPC

/// The Model Context Protocol over a connection: the handshake's methods and those of the server's capabilities.
///
/// https://modelcontextprotocol.io/specification/2025-11-25
package final class MCPServer: MessageHandler {
  private let handshake: Handshake
  private let methods: [String: Method]

  /// - Parameters:
  ///   - prompts: nil for a server that has none.
  ///   - resources: likewise.
  package init(
    info: ServerInfo, tools: ToolRegistry, prompts: (any PromptSource)? = nil,
    resources: (any ResourceSource)? = nil
  ) {
    var capabilities: [any ServerCapability] = [ToolsCapability(registry: tools, resources: resources)]
    if let prompts { capabilities.append(PromptsCapability(source: prompts)) }
    if let resources { capabilities.append(ResourcesCapability(source: resources)) }
    if prompts != nil || resources != nil {
      capabilities.append(CompletionsCapability(prompts: prompts, resources: resources))
    }
    handshake = Handshake(info: info, capabilities: capabilities)
    methods = capabilities.reduce(into: handshake.methods) { methods, capability in
      methods.merge(capability.methods) { first, _ in first }
    }
  }

  /// The version a request is served in, decided here and nowhere else.
  ///
  /// A client that skips the handshake is served as one of the latest version.
  private func version(of request: Request) -> ProtocolVersion { handshake.version ?? .latest }

  // MARK: MessageHandler

  package var acceptsBatches: Bool { handshake.version?.allowsBatches ?? false }

  package func ordering(of request: Request) -> RequestOrdering {
    methods[request.method]?.ordering(request) ?? .ordered
  }

  package func isCancellable(_ request: Request) -> Bool { methods[request.method]?.isCancellable ?? true }

  package func cancellation(in notification: Notification) -> RequestID? {
    guard notification.method == "notifications/cancelled" else { return nil }
    return notification.params?["requestId"].flatMap(RequestID.init)
  }

  package func respond(to request: Request, in context: RequestContext) async throws(RPCError) -> JSONObject {
    guard let method = methods[request.method] else { throw .methodNotFound(Quotation.shortened(request.method)) }
    return try await method.answer(MethodCall(request: request, context: context, version: version(of: request)))
  }

  /// `notifications/initialized` and everything unknown: nothing depends on them.
  package func receive(_ notification: Notification) async {}
}
