import JSONCoding
import JSONRPC
import Synchronization

@testable import MCP

/// A client of a server with a few tools, without a connection.
final class TestClient: Sendable {
  let server: MCPServer
  /// The `_meta` of every request in the versions without a handshake.
  private let envelope: JSONObject
  private let answering = Mutex<RequestContext.Asking>({ _, _ in nil })
  private let notifications = Mutex<[JSONRPC.Notification]>([])

  init(
    _ tools: [Tool] = [.echo()], prompts: (any PromptSource)? = nil, resources: (any ResourceSource)? = nil,
    changes: ChangeFeed = ChangeFeed(), envelope: JSONObject = [:]
  ) {
    self.envelope = envelope
    server = MCPServer(
      info: ServerInfo(name: "test", title: "Test", version: "1.2.3", instructions: "Call echo."),
      tools: ToolRegistry(tools), prompts: prompts, resources: resources, changes: changes)
  }

  /// A client after its handshake, or of a version without one.
  convenience init(
    _ version: ProtocolVersion, _ tools: [Tool] = [.echo()], prompts: (any PromptSource)? = nil,
    resources: (any ResourceSource)? = nil, changes: ChangeFeed = ChangeFeed(), capabilities: JSONObject = [:]
  ) async throws {
    self.init(
      tools, prompts: prompts, resources: resources, changes: changes,
      envelope: version.isStateless ? TestClient.envelope(capabilities: capabilities) : [:])
    if version.isStateless { return }
    _ = try await request(
      "initialize", ["protocolVersion": .string(version.rawValue), "capabilities": .object(capabilities)])
    await server.receive(Notification(method: "notifications/initialized"))
  }

  static func envelope(
    version: JSONValue? = "2026-07-28", capabilities: JSONObject? = [:], more: JSONObject = [:]
  ) -> JSONObject {
    var meta: JSONObject = [:]
    meta["io.modelcontextprotocol/protocolVersion"] = version
    meta["io.modelcontextprotocol/clientCapabilities"] = capabilities.map(JSONValue.object)
    for member in more.members { meta[member.key] = member.value }
    return meta
  }

  /// The notifications sent so far.
  var sent: [JSONRPC.Notification] { notifications.withLock { $0 } }

  /// Sets the answer to the server's questions.
  func answer(_ body: @escaping RequestContext.Asking) { answering.withLock { $0 = body } }

  func request(_ method: String, _ params: JSONObject? = nil) async throws(RPCError) -> JSONObject {
    let ask = answering.withLock { $0 }
    let context = RequestContext(
      id: .integer(1), send: { [self] notification in notifications.withLock { $0.append(notification) } }, ask: ask)
    var params = params
    if !envelope.isEmpty {
      var meta = params?["_meta"]?.objectValue ?? [:]
      for member in envelope.members { meta[member.key] = member.value }
      params = params ?? [:]
      params?["_meta"] = .object(meta)
    }
    return try await server.respond(to: Request(id: .integer(1), method: method, params: params), in: context)
  }

  /// The error of a request; nil if it succeeds.
  func error(_ method: String, _ params: JSONObject? = nil) async -> RPCError? {
    do throws(RPCError) {
      _ = try await request(method, params)
      return nil
    } catch {
      return error
    }
  }

  func call(_ tool: String, _ arguments: JSONValue?, meta: JSONObject? = nil) async throws -> JSONObject {
    var params: JSONObject = ["name": .string(tool)]
    params["arguments"] = arguments
    params["_meta"] = meta.map(JSONValue.object)
    return try await request("tools/call", params)
  }
}

extension Tool {
  /// A tool that returns the values of its fields.
  static func echo(
    _ name: String = "echo", fields: [any ToolField] = [], ordering: ToolOrdering = .ordered,
    handler: @escaping Handler = { _, _ in ["said": "hello"] }
  ) -> Tool {
    Tool(
      name: name, title: "Echo", description: "Says it again.", toolset: "test", annotations: .reading, fields: fields,
      ordering: ordering, handler: handler)
  }
}

extension JSONObject {
  /// The text of a tool's result.
  var toolText: String { self["content"]?.arrayValue?.first?["text"]?.stringValue ?? "" }
}
