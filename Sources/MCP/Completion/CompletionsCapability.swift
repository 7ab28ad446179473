import JSONCoding
import JSONRPC

/// Suggestions for arguments of prompts and variables of resource templates while a person types:
/// `completion/complete`.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/completion
struct CompletionsCapability: ServerCapability {
  /// The largest number of values in a result (schema `CompleteResult`).
  private static let limit = 100

  let prompts: (any PromptSource)?
  let resources: (any ResourceSource)?

  var name: String { "completions" }
  var declaredSince: ProtocolVersion { .march2025 }

  func declaration(for version: ProtocolVersion) -> JSONObject { [:] }

  var methods: [String: Method] {
    ["completion/complete": Method { call throws(RPCError) in try await complete(call) }]
  }

  private func complete(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    let params = call.request.params
    guard let argument = params?["argument"]?["name"]?.stringValue else {
      throw .invalidParams("completion/complete needs argument: {name, value}.")
    }
    let completer = try await completer(params?["ref"], argument, for: call.request.method)
    let others = params?["context"]?["arguments"]?.objectValue?.members ?? []
    let query = CompletionQuery(
      value: params?["argument"]?["value"]?.stringValue ?? "",
      arguments: Dictionary(others.compactMap { member in member.value.stringValue.map { (member.key, $0) } }) { $1 })
    do {
      let values = try await completer(query)
      return [
        "completion": [
          "values": .array(values.prefix(Self.limit).map(JSONValue.string)), "total": .int(values.count),
          "hasMore": .bool(values.count > Self.limit),
        ]
      ]
    } catch {
      throw RPCError(error, of: call.request.method)
    }
  }

  private func completer(
    _ reference: JSONValue?, _ argument: String, for method: String
  ) async throws(RPCError) -> Completer {
    switch reference?["type"]?.stringValue {
    case "ref/prompt":
      guard let prompts, let name = reference?["name"]?.stringValue else {
        throw .invalidParams("ref needs the name of a prompt. prompts/list shows all.")
      }
      return try await prompts.find(name, for: method).argument(argument).complete
    case "ref/resource":
      guard let resources, let uri = reference?["uri"]?.stringValue else {
        throw .invalidParams("ref needs the uri of a resource template. resources/templates/list shows all.")
      }
      return try resources.completer(argument, ofTemplate: uri)
    default:
      throw .invalidParams(
        "ref must be {\"type\": \"ref/prompt\", \"name\": ...} or {\"type\": \"ref/resource\", \"uri\": ...}.")
    }
  }
}

extension ResourceSource {
  fileprivate func completer(_ variable: String, ofTemplate uri: String) throws(RPCError) -> Completer {
    guard let template = templates.first(where: { $0.uriTemplate == uri }) else {
      throw .invalidParams(
        "Unknown resource template \"\(Quotation.shortened(uri))\". resources/templates/list shows all.")
    }
    if let completer = template.variables[variable] { return completer }
    throw .invalidParams(
      "\(uri) has no variable \(Quotation.shortened(variable)). "
        + "Known: \(template.variables.keys.sorted().joined(separator: ", ")).")
  }
}
