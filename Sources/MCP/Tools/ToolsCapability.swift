import JSONCoding
import JSONRPC

/// The tools of the server: `tools/list` and `tools/call`.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/server/tools
struct ToolsCapability: ServerCapability {
  let registry: ToolRegistry

  var name: String { "tools" }

  /// The tools of a process stay the same, so there is nothing to say.
  func declaration(for version: ProtocolVersion) -> JSONObject { [:] }

  var methods: [String: Method] {
    [
      "tools/list": Method(caching: .stable) { call throws(RPCError) in try list(call) },
      "tools/call": Method(ordering: ordering) { call throws(RPCError) in try await self.call(call) },
    ]
  }

  private func ordering(of request: Request) -> RequestOrdering {
    guard let name = request.params?["name"]?.stringValue else { return .ordered }
    return registry[name]?.ordering(with: request.params?["arguments"]) ?? .ordered
  }

  private func list(_ call: MethodCall) throws(RPCError) -> JSONObject {
    if let cursor = call.request.params?["cursor"], !cursor.isNull, cursor != "" {
      throw .invalidParams(
        "The list of tools has one page; cursor \(Quotation.shortened(cursor.text)) is none of its cursors.")
    }
    return ["tools": registry.definitions(for: call.version)]
  }

  private func call(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    let params = call.request.params
    guard let name = params?["name"]?.stringValue else {
      throw .invalidParams("tools/call needs the tool's name.")
    }
    guard let tool = registry[name] else { throw registry.unknown(name) }
    guard let object = Arguments.object(params?["arguments"]) else {
      throw .invalidParams("arguments must be an object, not \(params?["arguments"]?.kindName ?? "null").")
    }
    let context = ToolContext(
      request: call.context, token: params?["_meta"]?["progressToken"], version: call.version)
    do {
      let arguments = try Arguments(object, fields: tool.fields, tool: name)
      return ToolResult.success(try await tool.handler(arguments, context), for: call.version)
    } catch {
      return ToolResult.failure(error, of: name)
    }
  }
}
