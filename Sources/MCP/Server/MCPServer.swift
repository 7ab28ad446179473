package import JSONCoding
package import JSONRPC
import Synchronization

/// The Model Context Protocol over a connection, in both eras: with and without a handshake.
///
/// The era is decided for each request by its own contents, because clients try both on the same connection.
///
/// https://modelcontextprotocol.io/specification/2025-11-25 and https://modelcontextprotocol.io/specification/2026-07-28
package final class MCPServer: MessageHandler {
  private let info: ServerInfo
  private let handshake: Handshake
  private let methods: [String: Method]
  private let changes: ChangeFeed
  private let subscriptions: Subscriptions
  private let redact: @Sendable (String) -> String
  /// Whether the client has completed its handshake; before that, it gets no notifications.
  private let isInitialized = Mutex(false)
  /// Sends notifications that belong to no request; nil before the connection.
  private let sink = Mutex<NotificationSink?>(nil)

  /// A function in a lock.
  ///
  /// A lock of a bare function wraps the function once more at each access, so that calls would take ever more memory
  /// and stack.
  private struct NotificationSink: Sendable {
    let send: @Sendable (Notification) -> Void
  }

  /// - Parameters:
  ///   - prompts: nil for a server without prompts.
  ///   - resources: nil for a server without resources.
  ///   - tasks: nil for a server without tasks.
  ///   - changes: the changes that clients are notified of.
  ///   - redact: removes secrets from error messages, which quote clients and other servers.
  package init(
    info: ServerInfo, tools: ToolRegistry, prompts: (any PromptSource)? = nil,
    resources: (any ResourceSource)? = nil, tasks: (any TaskSource)? = nil, changes: ChangeFeed = ChangeFeed(),
    redact: @escaping @Sendable (String) -> String = { $0 }
  ) {
    self.info = info
    self.redact = redact
    var capabilities: [any ServerCapability] = [ToolsCapability(registry: tools, resources: resources, tasks: tasks)]
    if let prompts { capabilities.append(PromptsCapability(source: prompts)) }
    if let resources { capabilities.append(ResourcesCapability(source: resources)) }
    if let tasks { capabilities.append(TasksCapability(source: tasks, resources: resources)) }
    if prompts != nil || resources != nil {
      capabilities.append(CompletionsCapability(prompts: prompts, resources: resources))
    }
    self.changes = changes
    handshake = Handshake(info: info, capabilities: capabilities)
    subscriptions = Subscriptions(
      feed: changes, hasPrompts: prompts != nil, resources: resources, hasTasks: tasks != nil)
    let core = [
      handshake.methods, Discovery(info: info, capabilities: capabilities).methods, subscriptions.methods,
    ]
    methods = (core + capabilities.map(\.methods)).reduce(into: [:]) { methods, part in
      methods.merge(part) { first, _ in first }
    }
  }

  /// Notifies a client with a handshake of changes, until the input ends or the task is cancelled.
  package func announceChanges() async {
    await subscriptions.announce { [self] in
      isInitialized.withLock { $0 }
    } to: { [self] notification in
      sink.withLock { $0 }?.send(notification)
    }
  }

  /// The method of a request, with the version and the client to respond to.
  private func call(
    _ request: Request, in context: RequestContext
  ) throws(RPCError) -> (method: Method, call: MethodCall) {
    let method = methods[request.method]
    var version = handshake.current?.version ?? .latestHandshake
    var client = handshake.current?.client ?? ClientCapabilities()
    // `initialize` is a handshake, whatever else the request contains.
    if request.method != Handshake.opening,
      let envelope = try RequestEnvelope(request, isModern: method?.era == .stateless)
    {
      version = envelope.version
      client = envelope.capabilities
    }
    guard let method, method.era.includes(version) else { throw .methodNotFound(Quotation.shortened(request.method)) }
    return (method, MethodCall(request: request, context: context, version: version, client: client))
  }

  /// Adds the members that every result has in the versions without a handshake (schema `Result`).
  private func stamped(_ result: JSONObject, of method: Method, for version: ProtocolVersion) -> JSONObject {
    guard version.isStateless else { return result }
    var result = result
    if result["resultType"] == nil {
      result["resultType"] = "complete"
      if let caching = method.caching {
        result["ttlMs"] = .int(caching.milliseconds)
        result["cacheScope"] = "private"
      }
    }
    var meta = result["_meta"]?.objectValue ?? [:]
    // The result of a discovery already contains the server's identity.
    if meta[Discovery.serverInfoKey] == nil {
      meta[Discovery.serverInfoKey] = .object(info.implementation(for: version))
    }
    result["_meta"] = .object(meta)
    return result
  }

  // MARK: MessageHandler

  package var acceptsBatches: Bool { handshake.current?.version.allowsBatches ?? false }

  package func ordering(of request: Request) -> RequestOrdering {
    methods[request.method]?.ordering(request, handshake.current?.client ?? ClientCapabilities()) ?? .ordered
  }

  package func isCancellable(_ request: Request) -> Bool { methods[request.method]?.isCancellable ?? true }

  package func cancellation(in notification: Notification) -> RequestID? {
    guard notification.method == "notifications/cancelled" else { return nil }
    return notification.params?["requestId"].flatMap(RequestID.init)
  }

  package func respond(to request: Request, in context: RequestContext) async throws(RPCError) -> JSONObject {
    do throws(RPCError) {
      let (method, call) = try call(request, in: context)
      return stamped(withoutSecrets(try await method.answer(call)), of: method, for: call.version)
    } catch {
      throw RPCError(code: error.code, message: redact(error.message), data: error.data)
    }
  }

  /// The result with secrets removed, if it is a tool's error; any other result unchanged.
  private func withoutSecrets(_ result: JSONObject) -> JSONObject {
    guard result["isError"] == true, let content = result["content"]?.arrayValue else { return result }
    var result = result
    result["content"] = .array(
      content.map { block in
        guard var object = block.objectValue, let text = object["text"]?.stringValue else { return block }
        object["text"] = .string(redact(text))
        return .object(object)
      })
    return result
  }

  package func connected(notify: @escaping @Sendable (Notification) -> Void) {
    sink.withLock { $0 = NotificationSink(send: notify) }
  }

  package func inputEnded() { changes.close() }

  /// `notifications/initialized` ends the handshake; all other notifications are ignored.
  package func receive(_ notification: Notification) async {
    if notification.method == "notifications/initialized" { isInitialized.withLock { $0 = true } }
  }
}
