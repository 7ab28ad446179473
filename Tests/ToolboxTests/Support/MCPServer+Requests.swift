import JSONCoding
import JSONRPC
import MCP

extension MCPServer {
  func result(_ method: String, _ params: JSONObject? = nil) async throws(RPCError) -> JSONObject {
    try await respond(
      to: Request(id: .integer(1), method: method, params: params), in: RequestContext(id: .integer(1)) { _ in })
  }

  /// The error of a request; nil if it succeeds.
  func error(_ method: String, _ params: JSONObject? = nil) async -> RPCError? {
    do throws(RPCError) {
      _ = try await result(method, params)
      return nil
    } catch {
      return error
    }
  }

  /// The single message of a prompt.
  func prompt(_ name: String, _ arguments: JSONObject = [:]) async throws(RPCError) -> String {
    let result = try await result("prompts/get", ["name": .string(name), "arguments": .object(arguments)])
    return result["messages"]?.arrayValue?.first?["content"]?["text"]?.stringValue ?? ""
  }

  /// The names in `prompts/list`.
  func promptNames() async throws(RPCError) -> [String] {
    try await result("prompts/list")["prompts"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
  }

  /// The URIs in `resources/list`, without their scheme.
  func resources() async throws(RPCError) -> [String] {
    try await result("resources/list")["resources"]?.arrayValue?.compactMap {
      $0["uri"]?.stringValue.map { String($0.dropFirst("completion-kit://".count)) }
    } ?? []
  }

  /// The contents of a URI, which is given without its scheme.
  func read(_ path: String) async throws(RPCError) -> [JSONValue] {
    try await result("resources/read", ["uri": .string("completion-kit://\(path)")])["contents"]?.arrayValue ?? []
  }

  func text(_ path: String) async throws(RPCError) -> String {
    try await read(path).first?["text"]?.stringValue ?? ""
  }

  /// The suggested values.
  func completions(
    _ ref: JSONValue, _ argument: String, _ value: String = "", settled: JSONObject = [:]
  ) async throws(RPCError) -> [String] {
    let result = try await result(
      "completion/complete",
      [
        "ref": ref, "argument": ["name": .string(argument), "value": .string(value)],
        "context": ["arguments": .object(settled)],
      ])
    return result["completion"]?["values"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }
}
