import JSONCoding
import JSONRPC

/// The prompts of the server: `prompts/list` and `prompts/get`.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/server/prompts
struct PromptsCapability: ServerCapability {
  let source: any PromptSource

  var name: String { "prompts" }

  func declaration(for version: ProtocolVersion) -> JSONObject { ["listChanged": true] }

  var methods: [String: Method] {
    [
      "prompts/list": Method(caching: .stale) { call throws(RPCError) in try await list(call) },
      "prompts/get": Method { call throws(RPCError) in try await get(call) },
    ]
  }

  private func list(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    let prompts: [Prompt]
    do { prompts = try await source.prompts() } catch { throw RPCError(error, of: call.request.method) }
    let page = try ListPage(of: prompts, cursor: call.request.params?["cursor"], key: \.name)
    var result: JSONObject = ["prompts": .array(page.items.map { .object($0.definition(for: call.version)) })]
    result["nextCursor"] = page.nextCursor.map(JSONValue.string)
    return result
  }

  private func get(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    guard let name = call.request.params?["name"]?.stringValue else {
      throw .invalidParams("prompts/get needs the prompt's name. prompts/list shows all.")
    }
    let prompt = try await source.find(name, for: call.request.method)
    let arguments = try prompt.checked(call.request.params?["arguments"])
    do {
      let messages = try await prompt.render(arguments)
      return ["description": .string(prompt.description), "messages": .array(messages.map(\.json))]
    } catch {
      throw RPCError(error, of: call.request.method)
    }
  }
}

extension PromptSource {
  /// The prompt with this name.
  /// - Throws: -32602 with the nearest name if there is none.
  func find(_ name: String, for method: String) async throws(RPCError) -> Prompt {
    let all: [Prompt]
    do { all = try await prompts() } catch { throw RPCError(error, of: method) }
    if let prompt = all.first(where: { $0.name == name }) ?? all.first(where: { $0.aliases.contains(name) }) {
      return prompt
    }
    let hint = NearestName.of(name, among: all.map(\.name)).map { " Did you mean \"\($0)\"?" } ?? ""
    throw .invalidParams("Unknown prompt \"\(Quotation.shortened(name))\".\(hint) prompts/list shows all.")
  }
}
