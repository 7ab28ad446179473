import JSONCoding
import JSONRPC

/// The resources of the server: `resources/list`, `resources/templates/list` and `resources/read`.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/server/resources
struct ResourcesCapability: ServerCapability {
  let source: any ResourceSource

  var name: String { "resources" }

  /// Without a handshake, subscriptions are streams; this member names their possible changes.
  func declaration(for version: ProtocolVersion) -> JSONObject { ["subscribe": true, "listChanged": true] }

  var methods: [String: Method] {
    [
      "resources/list": Method(caching: .stale) { call throws(RPCError) in try await list(call) },
      "resources/templates/list": Method(caching: .stable) { call throws(RPCError) in try listTemplates(call) },
      "resources/read": Method(caching: .stale) { call throws(RPCError) in try await read(call) },
    ]
  }

  private func list(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    let resources: [Resource]
    do { resources = try await source.resources() } catch { throw RPCError(error, of: call.request.method) }
    let page = try ListPage(of: resources, cursor: call.request.params?["cursor"], key: \.uri)
    var result: JSONObject = ["resources": .array(page.items.map { .object($0.definition(for: call.version)) })]
    result["nextCursor"] = page.nextCursor.map(JSONValue.string)
    return result
  }

  private func listTemplates(_ call: MethodCall) throws(RPCError) -> JSONObject {
    let page = try ListPage(of: source.templates, cursor: call.request.params?["cursor"], key: \.uriTemplate)
    var result: JSONObject = [
      "resourceTemplates": .array(page.items.map { .object($0.definition(for: call.version)) })
    ]
    result["nextCursor"] = page.nextCursor.map(JSONValue.string)
    return result
  }

  static func notFound(_ sentence: String, _ uri: String, for version: ProtocolVersion) -> RPCError {
    RPCError(
      code: version.resourceNotFoundCode, message: sentence, data: ["uri": .string(Quotation.shortened(uri))])
  }

  private func read(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    guard let uri = call.request.params?["uri"]?.stringValue else {
      throw .invalidParams("resources/read needs the resource's uri. resources/list shows all.")
    }
    do {
      return ["contents": .array(try await source.read(uri).map(\.json))]
    } catch let error as any RequestRefusal {
      throw Self.notFound(error.description, uri, for: call.version)
    } catch {
      throw RPCError(error, of: call.request.method)
    }
  }
}
